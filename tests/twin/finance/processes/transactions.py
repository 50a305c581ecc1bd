"""Project transactions: what a posted line leaves in the project subledger, on its cost part or its sale part."""

from __future__ import annotations

from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes.connections import is_cost
from tests.twin.finance.processes.funding import funding_source_id
from tests.twin.finance.processes.ledger import Pair
from tests.twin.finance.processes.money import number, plain, rounded
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_COPIED = (
    "dataAreaId",
    "TransType",
    "ProjId",
    "ActivityNumber",
    "LinePropertyId",
    "ActualsImportId",
    "RelatedVoucher",
    "ContractLineId",
    "ProjectContractId",
    "DefaultDimension",
)


def add_transaction(books: Books, line: Row, *, status: str = "Posted") -> str:
    """Write the project transaction of a journal's line; return its number."""
    values, cost = line.values, is_cost(line)
    trans_id = books.number(values["dataAreaId"], "T")
    books.add(
        "ProjectPostedTransactions",
        TransId=trans_id,
        Part="Cost" if cost else "Sale",
        TransStatus=status,
        VoucherJournal=values["Voucher"],
        CategoryId=values["ProjCategoryId"],
        TransDate=values["ProjTransDate"],
        Qty=values["Quantity"],
        CurrencyId=values["CostCurrency" if cost else "PriceCurrency"],
        Amount=values["ExtendedCost" if cost else "ExtendedPrice"],
        AccountingAmount=accounting_amount(line),
        SalesTaxAmount=values["CalculatedTaxAmount"],
        TaxGroup=values["ProjectSalesTaxGroup"],
        TaxItemGroup=values["ProjectSalesTaxItemGroup"],
        FundingSource="" if cost else values["FundingSource"] or _primary_source(books, line),
        **{name: values[name] for name in _COPIED},
    )
    return trans_id


def add_invoiced_cost(books: Books, company: Value, voucher: str, cost: Pair, **columns: Value) -> None:
    """Write the project transaction of a cost that a vendor's invoice posts itself, without the journal."""
    books.add(
        "ProjectPostedTransactions",
        dataAreaId=company,
        TransId=books.number(str(company), "T"),
        Part="Cost",
        TransStatus="Posted",
        VoucherJournal=voucher,
        CurrencyId=cost.currency,
        Amount=cost.amount,
        AccountingAmount=cost.accounting_amount,
        **columns,
    )


def accounting_amount(line: Row) -> Decimal:
    """Return the line's amount in the company's currency."""
    return rounded(number(line.values["ExtendedCost" if is_cost(line) else "ExtendedPrice"]) * factor(line))


def factor(line: Row) -> Decimal:
    """Return the line's exchange rate for one unit; lines show it for a hundred."""
    rate = line.values["CostExchangeRate" if is_cost(line) else "PriceExchangeRate"]
    return plain(number(rate) / 100)


def _primary_source(books: Books, line: Row) -> Value:
    return funding_source_id(books, line.values["dataAreaId"], line.values["ProjectContractId"])
