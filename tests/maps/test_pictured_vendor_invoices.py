"""What Microsoft has pictured of the vendor invoice maps, literally: nine rows of the header, fifteen of the line.

Sources: "Block vendor payments for project manager approval" (header, the complete list of version 1.0.0.0) and
"Intercompany vendor invoice for the non-stocked scenario" (line, the lower part of the list); the line's one integration
key is in "Project vendor invoices". Where a picture shows a transform and not its pairs, the pairs are ours.
"""

from __future__ import annotations

from shared.mapping.model import Row, Side, TableMap
from shared.maps.vendor_invoices.vendor_invoice_lines import VALUE_NOT_SHOWN, VENDOR_INVOICE_LINES
from shared.maps.vendor_invoices.vendor_invoices import VENDOR_INVOICES

Told = tuple[str | None, str, str | None, str]

HEADER: list[Told] = [
    ("VendorInvoiceNum", ">", "msdyn_name", "text"),
    ("Description", ">", "msdyn_description", "text"),
    ("InvoiceAccount", "=", "msdyn_vendor.accountnumber", "text"),
    ("TransDate", ">", "msdyn_invoicedate", "date_only"),
    ("CurrencyCode", ">", "transactioncurrencyid.isocurrencycode", "text"),
    ("ProjVendInvoiceStatus", "<", "statuscode", "values"),
    ("SubcontractInvoice", ">", "msdyn_enableautomaticconfirmation", "yes_no"),
    (None, ">", "msdyn_hasexternalorigin", "default"),
    ("VendorInvoiceNum", "=", "msdyn_vendorinvoicenumber", "text"),
]
LINE: list[Told] = [
    ("ProjTransId", ">", "msdyn_externalinvoiceline", "text"),
    ("PurchPrice", ">", "msdyn_price", "money"),
    ("PurchUnit", ">", "msdyn_unit.msdyn_symbol", "text"),
    ("QtyReceiveNow", ">", "msdyn_quantity", "decimal"),
    (None, ">", "msdyn_duration", "default"),
    (None, ">", "msdyn_verificationstatus", "default"),
    ("TransactionCategoryId", ">", "msdyn_transactioncategory.msdyn_transactioncategorynumber", "text"),
    ("VendorInvoiceNum", ">", "msdyn_vendorinvoice.msdyn_vendorinvoicenumber", "text"),
    ("currencyCode", ">", "transactioncurrencyid.isocurrencycode", "text"),
    ("BillingType", ">", "msdyn_billingtype", "values"),
    ("InvoiceAccount", ">", "msdyn_vendorinvoice.msdyn_vendor.accountnumber", "text"),
    ("CategoryType", ">", "msdyn_transactionclassification", "values"),
    ("RoleId", ">", "msdyn_resourcecategory.msdyn_resourcecategorynumber", "text"),
    ("ProjDataAreaId", ">", "msdyn_project.msdyn_owningcompany.cdm_companycode", "company"),
    ("DAreaId", ">", "msdyn_owningcompany.cdm_companycode", "company"),
]
#: What the line has beside: guesses, and said to be.
GUESSED = [
    ("ProjId", ">", "msdyn_project.msdyn_projectnumber", "text"),
    ("Description", ">", "msdyn_description", "text"),
    ("TransDate", ">", "msdyn_transactiondate", "date_only"),
    ("DisplayProductNumber", ">", "msdyn_product.msdyn_productnumber", "text"),
    ("ProjSubcontractLineNumber", ">", "msdyn_subcontractline.msdyn_subcontractlinenumber", "text"),
]


def told(row: Row) -> Told:
    return row.finance, row.way, row.dataverse, row.transform.label.partition("(")[0]


def declared(table_map: TableMap, provenance: str) -> list[Told]:
    """The rows of a map as its file declares them, those of one provenance."""
    return [told(row) for row in table_map.rows if row.provenance == provenance]


def row_of(table_map: TableMap, dataverse: str) -> Row:
    (row,) = [row for row in table_map.rows if row.dataverse == dataverse]
    return row


def pairs_of(table_map: TableMap, dataverse: str, *numbers: int) -> dict[int, object]:
    """What Finance calls the numbers of a choice of Dataverse."""
    transform = row_of(table_map, dataverse).transform
    return {number: transform.write_finance(transform.read_dataverse(number)) for number in numbers}


def test_the_header_has_the_nine_pictured_rows_and_no_other() -> None:
    assert declared(VENDOR_INVOICES, "documented") == HEADER
    assert len(VENDOR_INVOICES.rows) == len(HEADER) == 9


def test_the_line_has_the_fifteen_pictured_rows_and_the_others_are_guesses() -> None:
    assert declared(VENDOR_INVOICE_LINES, "documented") == LINE
    assert len(LINE) == 15
    assert declared(VENDOR_INVOICE_LINES, "inferred") == GUESSED
    assert len(VENDOR_INVOICE_LINES.rows) == len(LINE) + len(GUESSED)


def test_a_line_is_known_by_the_number_that_finance_gave_it_and_by_nothing_else() -> None:
    assert VENDOR_INVOICE_LINES.dataverse.key == ("msdyn_externalinvoiceline",)
    assert VENDOR_INVOICE_LINES.finance.key == ("ProjTransId", "ProjDataAreaId")


def test_a_line_names_the_company_of_the_invoice_and_that_of_the_project() -> None:
    companies = {row.finance: row.dataverse for row in VENDOR_INVOICE_LINES.rows if "companycode" in str(row.dataverse)}
    assert companies == {
        "DAreaId": "msdyn_owningcompany.cdm_companycode",
        "ProjDataAreaId": "msdyn_project.msdyn_owningcompany.cdm_companycode",
    }


def test_the_subcontract_line_is_looked_for_in_the_company_that_posts_the_invoice() -> None:
    found = VENDOR_INVOICE_LINES.dataverse.lookups["msdyn_subcontractline"]
    assert (found.tables, found.company, found.company_from) == (
        ("msdyn_subcontractline",),
        "msdyn_owningcompany.cdm_companycode",
        "DAreaId",
    )


def test_the_status_goes_back_and_three_labels_of_it_have_a_counterpart() -> None:
    pairs = pairs_of(VENDOR_INVOICES, "statuscode", 192350000, 192350001, 192350002)
    assert pairs == {192350000: "Draft", 192350001: "InReview", 192350002: "Confirmed"}
    assert VENDOR_INVOICES.writes == {Side.FINANCE: ("update",), Side.DATAVERSE: ("create", "update")}


def test_an_invoice_that_a_person_must_verify_is_not_confirmed_automatically() -> None:
    transform = row_of(VENDOR_INVOICES, "msdyn_enableautomaticconfirmation").transform
    assert {symbol: transform.write_dataverse(transform.read_finance(symbol)) for symbol in ("Yes", "No")} == {
        "Yes": False,
        "No": True,
    }


def test_the_constants_are_said_to_be_an_external_origin_and_two_whose_value_nobody_has_shown() -> None:
    assert row_of(VENDOR_INVOICES, "msdyn_hasexternalorigin").transform.constant is True
    for column in ("msdyn_duration", "msdyn_verificationstatus"):
        assert row_of(VENDOR_INVOICE_LINES, column).off == VALUE_NOT_SHOWN


def test_the_types_of_category_are_paired_with_the_classes_of_transactions_by_meaning() -> None:
    numbers = range(192350000, 192350005)
    assert pairs_of(VENDOR_INVOICE_LINES, "msdyn_transactionclassification", *numbers) == dict(
        zip(numbers, ("Hour", "Cost", "Item", "OnAccount", "Revenue"), strict=True)
    )
    billing = pairs_of(VENDOR_INVOICE_LINES, "msdyn_billingtype", *range(192350000, 192350004))
    assert list(billing.values()) == ["NonChargeable", "Chargeable", "Complimentary", "NotAvailable"]
