"""What an actual becomes in the integration journal (F13): the checks in their order, and the columns of the line.

Texts are those of Microsoft's articles except where said. The order of the checks is assumed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.company_setup import CompanySetup, IntercompanyRelation
from tests.twin.finance.processes.categories import project_category, shared_category
from tests.twin.finance.processes.money import dated, day, first, number, plain, rate, sales_rate, spoken
from tests.twin.finance.processes.offsets import offset_account
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.processes.tax import item_sales_tax_group, sales_tax, sales_tax_group
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_DATE, Value

#: Dataverse's transaction class → Finance's type of transaction. The pairing of fee, milestone and the rest is inferred.
KINDS = {
    192350000: "Hour",
    192350001: "Cost",
    192350002: "Item",
    192350003: "OnAccount",
    192350004: "Revenue",
    192350005: "OnAccount",
}
#: A class of which Microsoft's articles print the name and no reference the number.
RETAINER = 192350005
INTERCOMPANY = ("ResourcingUnitCost", "InterOrgSales")
COST_SIDE = ("Cost", "ResourcingUnitCost")
_HUNDRED = Decimal(100)


class NotImported(Exception):
    """An actual that stays in staging, and why."""


class LineDraft:
    """One actual on its way to a journal line."""

    def __init__(self, books: Books, actual: Row) -> None:
        self._books = books
        self._actual = actual.values
        self._company = self._actual["dataAreaId"]
        self._setup: CompanySetup = books.setup(self._company)
        self._type = str(self._actual["TransactionType"])
        self._project = books.find("ProjectsV2", self._actual["ProjectDataAreaId"], self._actual["ProjectId"])

    def values(self) -> dict[str, Value]:
        """Check the actual and return the line, without journal and voucher; raises NotImported or NoRate."""
        self._refuse_finished()
        relation = self._relation() if self._type in INTERCOMPANY else None
        kind = self._kind()
        category, of_category = self._category(kind, relation)
        product = self._actual["ProductNumber"]
        # Between companies the item group is the category's whatever the method (Microsoft, on intercompany transactions).
        item_tax_group = (
            of_category
            if relation is not None
            else item_sales_tax_group(self._books, self._company, kind, product, of_category)
        )
        money = self._money()
        accounting_date = self._accounting_date()
        actual = self._actual
        return {
            "dataAreaId": self._company,
            "ActualsImportId": actual["ActualsImportId"],
            "ActualType": self._type,
            "TransType": kind,
            "DocumentType": "Purchase" if actual["VendInvoiceLineProjTransId"] else "Usage",
            "ProjId": actual["ProjectId"],
            "ProjDataAreaId": actual["ProjectDataAreaId"],
            "ProjCategoryId": category,
            "ActivityNumber": actual["TaskNumber"],
            "ProjectContractId": self._contract(),
            "ContractLine": actual["ContractLine"],
            "ContractLineId": actual["ContractLineId"],
            "SubcontractLine": actual["SubcontractLine"],
            "FundingSource": actual["FundingSource"],
            "BookableResourceName": actual["BookableResourceName"],
            "Text": actual["Description"],
            "LinePropertyId": self._setup.line_property(actual["BillingType"]),
            "AccountingDate": dated(accounting_date),
            "ProjTransDate": actual["DocumentDate"],
            "Quantity": actual["Quantity"],
            "DefaultDimension": self._dimensions(relation),
            **money,
            **self._offset(kind),
            **self._tax(relation, item_tax_group),
        }

    def _refuse_finished(self) -> None:
        if self._project is not None and self._project.values["ProjectStage"] == "Completed":
            raise NotImported(FINISHED)

    def _relation(self) -> IntercompanyRelation:
        """Return what the lending company has set up for the borrowing one. The order of the two names is assumed."""
        borrowing = str(self._actual["ProjectDataAreaId"])
        relation = self._setup.intercompany.get(borrowing)
        if relation is None:
            raise NotImported(
                f"Unable to import actual {{{str(self._actual['ActualId']).upper()}}}. "
                "Intercompany relationship has to be set up between legal entity "
                f"{str(self._company).upper()} and {borrowing.upper()} "
                "in Project Management and Accounting Parameters"
            )
        return relation

    def _kind(self) -> str:
        number_of_class = self._actual["TransactionClassification"]
        assert isinstance(number_of_class, int)
        if number_of_class not in KINDS:
            raise NotImported(f"Transaction class {number_of_class} can't be journalled.")  # text assumed
        return KINDS[number_of_class]

    def _category(self, kind: str, relation: IntercompanyRelation | None) -> tuple[Value, Value]:
        """Return project category and its item sales tax group; the text for a missing one is assumed."""
        named = self._actual["TransactionCategoryId"]
        if named:
            row = project_category(self._books, self._company, named, kind)
            if row is None:
                raise NotImported(f"Project category {shared_category(named, kind)} doesn't exist.")
            return row.values["CategoryId"], row.values["ItemSalesTaxGroup"]
        category = self._setup.default_category(kind)
        if relation is not None:
            category = {"Hour": relation.timesheet_category, "Cost": relation.expense_category}.get(kind, category)
        row = self._books.find("ProjectCategories", self._company, category)
        return category, "" if row is None else row.values["ItemSalesTaxGroup"]

    def _money(self) -> dict[str, Value]:
        """Return prices and rate, of the cost side or of the sales side; rates are shown for a hundred units."""
        actual = self._actual
        currency, moment = actual["TransactionCurrencyId"], first(actual["ExchangeRateDate"], actual["DocumentDate"])
        if self._type in COST_SIDE:
            factor = rate(self._books, self._company, currency, day(moment))
            names = ("UnitCost", "ExtendedCost", "CostCurrency", "CostExchangeRate")
        else:
            factor = sales_rate(self._books, self._company, self._contract(), currency, day(moment))
            names = ("UnitPrice", "ExtendedPrice", "PriceCurrency", "PriceExchangeRate")
        return dict(
            zip(names, (actual["UnitPrice"], actual["Amount"], currency, plain(factor * _HUNDRED)), strict=True)
        )

    def _accounting_date(self) -> date:
        moment = day(first(self._actual["AccountingDate"], self._actual["DocumentDate"]))
        if not self._setup.auto_open_period:
            return moment
        following = self._setup.next_open(moment)
        if following is None:
            raise NotImported(
                f"No open fiscal period was found in or after the specified accounting date {spoken(moment)}."
            )
        return following

    def _offset(self, kind: str) -> dict[str, Value]:
        """Return the offset account of the cost side."""
        if self._type not in COST_SIDE:
            return {}
        account = offset_account(self._books, self._actual, kind)
        return {"OffsetAccountType": "Ledger", "OffsetLedgerDimension": account}

    def _tax(self, relation: IntercompanyRelation | None, item_group: Value) -> dict[str, Value]:
        """Return the billing tax groups: none for a project's cost, the intercompany customer's between companies."""
        if self._type == "Cost":
            return {}
        if relation is None:
            group = sales_tax_group(self._books, self._company, self._actual["ProjectId"], self._contract())
        else:
            customer = self._books.find("CustomersV3", self._company, relation.customer_account)
            group = relation.sales_tax_group or (customer.values["SalesTaxGroup"] if customer else "")
        amount = Decimal(0) if self._type in COST_SIDE else number(self._actual["Amount"])
        return {
            "ProjectSalesTaxGroup": group,
            "ProjectSalesTaxItemGroup": item_group,
            "CalculatedTaxAmount": sales_tax(self._books, self._company, group, item_group, amount),
        }

    def _dimensions(self, relation: IntercompanyRelation | None) -> Value:
        if relation is not None:
            return relation.dimensions
        return "" if self._project is None else self._project.values["DimensionDisplayValue"]

    def _contract(self) -> Value:
        if self._actual["ContractId"] or self._project is None:
            return self._actual["ContractId"]
        return self._project.values["ProjectContractId"]


def period_start(unit: str, moment: Value) -> str:
    """Return the day by which lines are gathered in journals."""
    at = day(moment)
    match unit:
        case "Months":
            return dated(at.replace(day=1))
        case "Years":
            return dated(at.replace(month=1, day=1))
        case "All":
            return NO_DATE
        case _:
            return dated(at)
