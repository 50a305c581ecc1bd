"""The Project Operations integration journal, what its posting makes, and intercompany invoices.

`ProjAdvancedJournals` is public, with this key; of its lines the platform shows the hours alone
(`ProjAdvancedJournalLineHours`, public too, known by the journal's RecId; that it shows hours only is read from its
name). So the lines here are a collection of the twin's own that the public one is a view of, as is everything below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from tests.twin.finance import enums
from tests.twin.finance.schema import (
    Column,
    EnumType,
    OnDelete,
    Reference,
    Value,
    View,
    choice,
    dates,
    entity,
    guid,
    reals,
    text,
    texts,
    times,
    whole64,
    wholes,
)

JOURNAL_STATUS = EnumType("TwinProjAdvancedJournalStatus", {"Draft": 0, "Processing": 1, "Posted": 2, "Error": 3})
LINE_STATUS = EnumType(
    "TwinProjAdvancedJournalLineStatus",
    {"Draft": 0, "Processing": 1, "Posted": 2, "Error": 3, "Unrecoverable": 4, "InvalidActuals": 5},
)
DOCUMENT_TYPE = EnumType("TwinProjDocumentType", {"Usage": 0, "Purchase": 1})
TRANSACTION_PART = EnumType("TwinProjTransactionPart", {"Cost": 0, "Sale": 1})
INVOICE_STATUS = EnumType("TwinIntercompanyInvoiceStatus", {"Pending": 0, "Posted": 1})
TRANSFER_STATUS = EnumType("TwinJournalTransferStatus", {"Pending": 0, "Confirmed": 1, "ManualSync": 2})


def _line_columns() -> Iterator[Column | Iterable[Column]]:
    """Declare what a line says of its actual, in whichever journal it is."""
    yield from (
        guid("ActualsImportId"),
        choice("ActualType", enums.PROJ_CDS_TRANS_TYPE),
        choice("TransType", enums.PROJ_CATEGORY_TYPE),
        choice("DocumentType", DOCUMENT_TYPE),
        texts(20, "Voucher", "RelatedVoucher", "ProjId", "ActivityNumber", "FundingSource", "ProjTransId"),
        texts(20, "ProjectContractId", "OffsetAccountType", "OffsetLedgerDimension"),
        texts(4, "ProjDataAreaId"),
        text("ProjCategoryId", 30),
        texts(40, "ContractLineId", "SubcontractLine"),
        wholes("ContractLine"),
        text("BookableResourceName", 100),
        text("Text", 255),
        text("LinePropertyId", 10),
        texts(3, "CostCurrency", "PriceCurrency"),
        dates("AccountingDate", "ProjTransDate"),
        reals("Quantity", "UnitCost", "ExtendedCost", "CostExchangeRate"),
        reals("UnitPrice", "ExtendedPrice", "PriceExchangeRate", "CalculatedTaxAmount", "ProvidedTaxAmount"),
        # What an accountant may change on a draft line.
        texts(10, "TaxGroup", "TaxItemGroup", "ProjectSalesTaxGroup", "ProjectSalesTaxItemGroup"),
        text("DefaultDimension", 500),
    )


JOURNALS = entity(
    "ProjAdvancedJournals",
    "ProjAdvancedJournal",
    "ProjAdvancedJournalEntity",
    text("ProjAdvancedJournalId", 20, mandatory=True),
    text("Description", 60),
    text("OriginalProjAdancedJournalId", 20),  # so spelled
    choice("Status", JOURNAL_STATUS),
    whole64("JournalRecId"),
    dates("PeriodStartDate"),
    times("PostedDateTime"),
    label="Project Operations integration journal",
    number=2501,
    key=("dataAreaId", "ProjAdvancedJournalId"),
    read_only=True,
)

JOURNAL_LINES = entity(
    "ProjAdvancedJournalLines",
    "ProjAdvancedJournalLine",
    "TwinProjAdvancedJournalLine",
    text("ProjAdvancedJournal", 20, mandatory=True),
    whole64("JournalRecId"),
    wholes("LineNumber"),
    *_line_columns(),
    choice("Status", LINE_STATUS),
    times("ProcessingDateTime"),
    choice("IntercompanyBilled", enums.NO_YES),
    text("PostError", 1000),
    label="Project Operations integration journal lines",
    number=2502,
    key=("dataAreaId", "LineNumber", "ProjAdvancedJournal"),
    references=(Reference(("ProjAdvancedJournal",), "ProjAdvancedJournals"),),
    found_by=("ActualsImportId", "Voucher", "ProjDataAreaId"),
)

#: What the public lines of hours show as it is.
_SHOWN = (
    choice("TransType", enums.PROJ_TRANS_TYPE),
    *texts(20, "Voucher", "ProjId", "ActivityNumber"),
    *texts(4, "ProjDataAreaId"),
    text("ProjCategoryId", 30),
    text("ContractLineId", 40),
    text("Text", 255),
    text("PriceCurrency", 3),
    *texts(10, "LinePropertyId", "TaxGroup", "TaxItemGroup", "ProjectSalesTaxGroup", "ProjectSalesTaxItemGroup"),
    *dates("AccountingDate"),
    *reals("Quantity", "UnitCost", "ExtendedCost", "UnitPrice", "ExtendedPrice", "PriceExchangeRate"),
)


def _hour(line: Mapping[str, Value]) -> dict[str, Value] | None:
    """Show a line of hours as the public entity does."""
    if line["TransType"] != "Hour":
        return None
    return {
        "dataAreaId": line["dataAreaId"],
        "LineNumber": Decimal(str(line["LineNumber"])),
        "ProjAdvancedJournal": line["JournalRecId"],
        "PostError": "Yes" if line["PostError"] else "No",
        "OverrideSalesTax": "No",
        **{column.name: line[column.name] for column in _SHOWN},
    }


HOUR_LINES = entity(
    "ProjAdvancedJournalLineHours",
    "ProjAdvancedJournalLineHour",
    "ProjAdvancedJournalLineHourEntity",  # named by no document of Microsoft's: unconfirmed
    reals("LineNumber"),
    whole64("ProjAdvancedJournal"),
    *_SHOWN,
    choice("PostError", enums.NO_YES),
    choice("OverrideSalesTax", enums.NO_YES),
    label="Project Operations integration journal hour lines",
    number=2513,
    key=("dataAreaId", "LineNumber", "ProjAdvancedJournal"),
    read_only=True,
    view=View("ProjAdvancedJournalLines", _hour),
)

BEGINNING_BALANCES = entity(
    "BeginningBalanceJournals",
    "BeginningBalanceJournal",
    "TwinProjBegBalJournal",
    text("JournalId", 20, mandatory=True),
    choice("Status", JOURNAL_STATUS),
    times("PostedDateTime"),
    label="Beginning balance journals",
    number=2511,
    key=("dataAreaId", "JournalId"),
    read_only=True,
)

BEGINNING_BALANCE_LINES = entity(
    "BeginningBalanceJournalLines",
    "BeginningBalanceJournalLine",
    "TwinProjBegBalJournalLine",
    text("JournalId", 20, mandatory=True),
    wholes("LineNumber"),
    *_line_columns(),
    choice("TransStatus", enums.PROJ_TRANS_STATUS),
    label="Beginning balance journal lines",
    number=2512,
    key=("dataAreaId", "JournalId", "LineNumber"),
    references=(Reference(("JournalId",), "BeginningBalanceJournals"),),
    read_only=True,
    found_by=("ActualsImportId",),
)

PROJECT_TRANSACTIONS = entity(
    "ProjectPostedTransactions",
    "ProjectPostedTransaction",
    "TwinProjTrans",
    text("TransId", 20, mandatory=True),
    choice("TransType", enums.PROJ_CATEGORY_TYPE),
    choice("Part", TRANSACTION_PART),
    choice("TransStatus", enums.PROJ_TRANS_STATUS),
    texts(20, "ProjId", "ActivityNumber", "FundingSource", "VoucherJournal", "RelatedVoucher", "ProjectContractId"),
    text("CategoryId", 30),
    text("ContractLineId", 40),
    text("LinePropertyId", 10),
    text("CurrencyId", 3),
    guid("ActualsImportId"),
    dates("TransDate"),
    reals("Qty", "Amount", "AccountingAmount", "SalesTaxAmount"),
    texts(10, "TaxGroup", "TaxItemGroup"),
    text("DefaultDimension", 500),
    label="Project transactions",
    number=2503,
    key=("dataAreaId", "TransId"),
    read_only=True,
    found_by=("ActualsImportId", "VoucherJournal", "ProjId", "ActivityNumber", "CategoryId"),
)

LEDGER_ENTRIES = entity(
    "LedgerVoucherEntries",
    "LedgerVoucherEntry",
    "TwinGeneralJournalAccountEntry",
    text("Voucher", 20, mandatory=True),
    wholes("LineNumber"),
    text("Account", 20),
    text("PostingType", 20),
    text("CurrencyCode", 3),
    dates("AccountingDate"),
    reals("Debit", "Credit", "TransactionCurrencyAmount", "AccountingCurrencyAmount"),
    label="Voucher transactions",
    number=2504,
    key=("dataAreaId", "Voucher", "LineNumber"),
    read_only=True,
)

PROJECT_RESOURCES = entity(
    "ProjectOperationsResources",
    "ProjectOperationsResource",
    "TwinProjCDSResource",
    guid("ResourceId", mandatory=True),
    text("Name", 100),
    label="Project Operations resources",
    number=2505,
    key=("ResourceId",),
    read_only=True,
)

INTERCOMPANY_CUSTOMER_INVOICES = entity(
    "IntercompanyCustomerInvoices",
    "IntercompanyCustomerInvoice",
    "TwinIntercompanyCustInvoice",
    text("InvoiceNumber", 20, mandatory=True),
    texts(4, "BorrowingCompany"),
    texts(20, "CustomerAccount", "Voucher"),
    text("CurrencyCode", 3),
    dates("InvoiceDate"),
    reals("Amount", "AccountingAmount"),
    label="Intercompany customer invoices",
    number=2506,
    key=("dataAreaId", "InvoiceNumber"),
    read_only=True,
)

INTERCOMPANY_VENDOR_INVOICES = entity(
    "IntercompanyVendorInvoices",
    "IntercompanyVendorInvoice",
    "TwinIntercompanyVendInvoice",
    text("InvoiceNumber", 20, mandatory=True),
    texts(4, "LendingCompany"),
    texts(20, "VendorAccount", "Voucher"),
    text("CurrencyCode", 3),
    choice("Status", INVOICE_STATUS),
    dates("InvoiceDate"),
    reals("Amount", "AccountingAmount"),
    label="Intercompany vendor invoices",
    number=2507,
    key=("dataAreaId", "InvoiceNumber"),
    read_only=True,
)

INTERCOMPANY_VENDOR_INVOICE_LINES = entity(
    "IntercompanyVendorInvoiceLines",
    "IntercompanyVendorInvoiceLine",
    "TwinIntercompanyVendInvoiceLine",
    text("InvoiceNumber", 20, mandatory=True),
    wholes("LineNumber"),
    choice("TransType", enums.PROJ_CATEGORY_TYPE),
    texts(20, "ProjId", "ActivityNumber", "LendingVoucher"),
    text("CategoryId", 30),
    dates("TransDate"),
    reals("Quantity", "Amount"),
    label="Intercompany vendor invoice lines",
    number=2508,
    key=("dataAreaId", "InvoiceNumber", "LineNumber"),
    references=(Reference(("InvoiceNumber",), "IntercompanyVendorInvoices", OnDelete.CASCADE),),
    read_only=True,
)

#: General journals with projects: posted, and on their way to Dataverse by a service call of Finance's own.
JOURNAL_TRANSFERS = entity(
    "ProjectJournalTransfers",
    "ProjectJournalTransfer",
    "TwinProjJournalTransfer",
    text("JournalBatchNumber", 20, mandatory=True),
    text("Description", 60),
    choice("Status", TRANSFER_STATUS),
    wholes("Attempts"),
    text("Message", 1000),
    label="Journals for Dataverse",
    number=2509,
    key=("dataAreaId", "JournalBatchNumber"),
    read_only=True,
)

JOURNAL_TRANSFER_LINES = entity(
    "ProjectJournalTransferLines",
    "ProjectJournalTransferLine",
    "TwinProjJournalTransferLine",
    text("JournalBatchNumber", 20, mandatory=True),
    wholes("LineNumber"),
    choice("ActualType", enums.PROJ_CDS_TRANS_TYPE),
    choice("TransType", enums.PROJ_CATEGORY_TYPE),
    texts(20, "ProjectId", "ProjectContractId", "ActivityNumber"),
    wholes("ContractLine"),
    text("TransactionCategoryId", 30),
    text("CurrencyCode", 3),
    text("Description", 255),
    dates("TransactionDate"),
    reals("Quantity", "UnitPrice", "Amount"),
    label="Lines of journals for Dataverse",
    number=2510,
    key=("dataAreaId", "JournalBatchNumber", "LineNumber"),
    references=(Reference(("JournalBatchNumber",), "ProjectJournalTransfers", OnDelete.CASCADE),),
    read_only=True,
)
