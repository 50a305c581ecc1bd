"""Vendor invoices, their lines and their status: what the maps carry, and what they leave alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.errors import Missing
from shared.store.message import Hint
from shared.sync.catch_up import catch_up
from tests.sync.stage import Stage, id_of
from tests.sync.two_companies import in_company, missing, only, two_companies, vendor_arrives
from tests.twin.dataverse.api import named_rows

INVOICES, STATUSES, LINES = (
    "vendor_invoices_to_dataverse",
    "vendor_invoices_to_finance",
    "vendor_invoice_lines_to_dataverse",
)


@pytest.fixture
async def stage() -> Stage:
    return await two_companies()


def invoice(stage: Stage, company: str = "usmf", **columns: Any) -> str:
    """Let Finance post a vendor invoice with project lines."""
    key = {"dataAreaId": company, "InvoiceAccount": "V-1", "VendorInvoiceNum": "4711"}
    plain = {"CurrencyCode": "USD", "TransDate": "2026-10-20T12:00:00Z"}
    return stage.posted("VendInvoiceExportsV2", **key, **plain, **columns)


def invoice_line(stage: Stage, number: str = "PT-1", **columns: Any) -> str:
    """Let Finance post a line of it."""
    return stage.posted(
        "ProjVendInvoiceLinesExportEntity",
        **{
            "ProjTransId": number,
            "ProjDataAreaId": "usmf",
            "DAreaId": "usmf",
            "VendorInvoiceNum": "4711",
            "InvoiceAccount": "V-1",
            "ProjId": "PRJ-1",
            "QtyReceiveNow": Decimal("12.5"),
            "PurchPrice": Decimal(85),
            "PurchUnit": "hr",
            "currencyCode": "USD",
            "CategoryType": "Hour",
            "BillingType": "Chargeable",
            "TransactionCategoryId": "TCN-7",
            **columns,
        },
    )


def lines(stage: Stage) -> dict[str, dict[str, Any]]:
    """The invoice lines of Dataverse by the number that Finance gave them."""
    return {
        row["msdyn_externalinvoiceline"]: row for row in stage.world.dataverse.rows("msdyn_projectvendorinvoiceline")
    }


async def verified(stage: Stage) -> None:
    """Let a project manager verify every line."""
    for row in lines(stage).values():
        address = f"msdyn_projectvendorinvoicelines({row['msdyn_projectvendorinvoicelineid']})"
        await stage.world.in_dataverse.does("PATCH", address, {"msdyn_verificationstatus": 192350002})


async def confirmed(stage: Stage, invoice_id: str) -> None:
    """Let a project manager confirm an invoice."""
    targets = named_rows("msdyn_projectvendorinvoice", invoice_id)
    await stage.world.in_dataverse.does("POST", "msdyn_ConfirmVendorInvoices", {"Targets": targets})


@pytest.fixture
async def invoiced(stage: Stage) -> Stage:
    """An invoice with a line, on both sides; the logs begin after it."""
    await stage.project("PRJ-1")
    await vendor_arrives(stage)
    await stage.heard(INVOICES, invoice(stage))
    await stage.heard(LINES, invoice_line(stage))
    stage.forget()
    return stage


async def test_an_invoice_waits_for_its_vendors_account_and_its_lines_for_the_invoice(stage: Stage) -> None:
    await stage.project("PRJ-1")
    first, second = invoice_line(stage, "PT-1"), invoice_line(stage, "PT-2", CategoryType="Cost")
    for key in (second, first):
        await stage.heard(LINES, key)
        assert await missing(stage, LINES, key) == Missing("vendor_invoices", "usmf|v-1|4711")
    header = invoice(stage)
    await stage.heard(INVOICES, header)
    assert await missing(stage, INVOICES, header) == Missing("vendors", "usmf|v-1")
    account = await vendor_arrives(stage)
    row = only(stage, "msdyn_projectvendorinvoice")
    assert (row["msdyn_name"], row["msdyn_vendorinvoicenumber"]) == ("4711", "4711")
    assert (row["_msdyn_vendor_value"], row["msdyn_hasexternalorigin"]) == (account, True)
    arrived = lines(stage)
    assert {number: each["msdyn_transactionclassification"] for number, each in arrived.items()} == {
        "PT-1": 192350000,
        "PT-2": 192350001,
    }
    assert {each["_msdyn_vendorinvoice_value"] for each in arrived.values()} == {row["msdyn_projectvendorinvoiceid"]}
    assert await stage.errors() == []


async def test_a_line_without_a_project_never_travels(invoiced: Stage) -> None:
    await invoiced.heard(LINES, invoice_line(invoiced, "PT-2", ProjId=""))
    done = await catch_up(invoiced.services, invoiced.services.catalogue.direction(LINES))
    assert done is not None
    assert (done.enqueued, done.agreed) == (0, 1)
    assert set(lines(invoiced)) == {"PT-1"}


async def test_a_line_of_two_companies_finds_its_invoice_in_one_and_its_project_in_the_other(stage: Stage) -> None:
    await stage.project("PRJ-1")
    theirs = await stage.project("PRJ-1 of GBPM", msdyn_projectnumber="PRJ-1", **in_company("GBPM"))
    for company in ("gbpm", "usmf"):
        await vendor_arrives(stage, company)
        await stage.heard(INVOICES, invoice(stage, company))
    for company, name in (("company", "steel"), ("GBPM", "steel of GBPM")):
        bound = {
            "msdyn_CompanyId@odata.bind": f"/cdm_companies({id_of(company)})",
            "defaultuomid@odata.bind": f"/uoms({id_of('hr')})",
        }
        await stage.enter("products", name, msdyn_productnumber="steel", name="Steel", **bound)
    await stage.heard(LINES, invoice_line(stage, ProjDataAreaId="gbpm", DisplayProductNumber="steel"))
    line = lines(stage)["PT-1"]
    headers = stage.world.dataverse.rows("msdyn_projectvendorinvoice")
    ours = next(row for row in headers if row["_msdyn_owningcompany_value"] == id_of("company"))
    assert len(headers) == 2
    assert line["_msdyn_vendorinvoice_value"] == ours["msdyn_projectvendorinvoiceid"]
    assert line["_msdyn_product_value"] == id_of("steel")
    assert (line["_msdyn_project_value"], line["_msdyn_owningcompany_value"]) == (theirs, id_of("company"))


@pytest.mark.parametrize(("manual", "automatic"), [("Yes", False), ("No", True)])
async def test_only_an_invoice_that_nobody_has_to_verify_is_confirmed_automatically(
    stage: Stage, manual: str, *, automatic: bool
) -> None:
    await stage.project("PRJ-1")
    await vendor_arrives(stage)
    line = invoice_line(stage)
    await stage.heard(INVOICES, invoice(stage, SubcontractInvoice=manual))
    assert only(stage, "msdyn_projectvendorinvoice")["msdyn_enableautomaticconfirmation"] is False
    await stage.heard(LINES, line)
    assert only(stage, "msdyn_projectvendorinvoice")["msdyn_enableautomaticconfirmation"] is automatic


async def test_what_an_invoice_waits_for_can_be_asked(stage: Stage) -> None:
    await stage.project("PRJ-1")
    await vendor_arrives(stage)
    line, header = invoice_line(stage), invoice(stage, SubcontractInvoice="No")
    await stage.heard(INVOICES, header)
    assert await missing(stage, INVOICES, header) == Missing("vendor_invoice_lines", "pt-1|usmf")
    await stage.heard(LINES, line)
    assert await missing(stage, INVOICES, header) is None


async def test_an_invoice_whose_lines_nobody_sees_is_not_confirmed_automatically(stage: Stage) -> None:
    await vendor_arrives(stage)
    header = invoice(stage, SubcontractInvoice="No")
    await stage.heard(INVOICES, header)
    assert await missing(stage, INVOICES, header) == Missing("vendor_invoice_lines", "lines of usmf|v-1|4711")
    assert only(stage, "msdyn_projectvendorinvoice")["msdyn_enableautomaticconfirmation"] is False


async def test_the_status_goes_back_to_finance_and_nothing_else_does(invoiced: Stage) -> None:
    row = only(invoiced, "msdyn_projectvendorinvoice")["msdyn_projectvendorinvoiceid"]
    before = invoiced.values("VendInvoiceExportsV2", "V-1", "4711")
    assert before["ProjVendInvoiceStatus"] == "Draft"
    await verified(invoiced)
    await invoiced.heard(STATUSES, row)
    await confirmed(invoiced, row)
    await invoiced.heard(STATUSES, row)
    assert invoiced.values("VendInvoiceExportsV2", "V-1", "4711") == {**before, "ProjVendInvoiceStatus": "Confirmed"}
    told = [asked.body for asked in invoiced.to_finance.writes]
    assert told == [{"ProjVendInvoiceStatus": "InReview"}, {"ProjVendInvoiceStatus": "Confirmed"}]


async def test_a_status_older_than_the_one_that_finance_keeps_is_no_fight(invoiced: Stage) -> None:
    row = only(invoiced, "msdyn_projectvendorinvoice")["msdyn_projectvendorinvoiceid"]
    await verified(invoiced)
    await invoiced.heard(STATUSES, row)
    key = "VendInvoiceExportsV2(dataAreaId='usmf',InvoiceAccount='V-1',VendorInvoiceNum='4711')"
    await invoiced.world.in_finance.does("PATCH", key, {"ProjVendInvoiceStatus": "Confirmed"})
    invoiced.forget()
    for _ in range(3):
        await invoiced.heard(STATUSES, row)
    assert invoiced.values("VendInvoiceExportsV2", "V-1", "4711")["ProjVendInvoiceStatus"] == "Confirmed"
    assert [asked.body for asked in invoiced.to_finance.writes] == [{"ProjVendInvoiceStatus": "InReview"}]
    told = (await invoiced.error(STATUSES, row)).message
    assert told.endswith("finance keeps changing ProjVendInvoiceStatus after we write it.")
    await confirmed(invoiced, row)
    await invoiced.heard(STATUSES, row)
    assert [each for each in await invoiced.errors() if each.status != "resolved"] == []


async def test_an_invoice_made_in_dataverse_is_an_error_and_not_made_in_finance(stage: Stage) -> None:
    account = await vendor_arrives(stage)
    bound = {"msdyn_Vendor@odata.bind": f"/accounts({account})", **in_company("company")}
    row = await stage.enter("msdyn_projectvendorinvoices", "by hand", msdyn_vendorinvoicenumber="0815", **bound)
    stage.forget()
    await stage.heard(STATUSES, row)
    assert "VendInvoiceExportsV2 are not created in Finance" in (await stage.error(STATUSES, row)).message
    assert stage.to_finance.writes == []


async def test_an_invoice_deleted_in_dataverse_is_an_error_and_stays_in_finance(invoiced: Stage) -> None:
    row = only(invoiced, "msdyn_projectvendorinvoice")["msdyn_projectvendorinvoiceid"]
    await invoiced.world.in_dataverse.does("DELETE", f"msdyn_projectvendorinvoices({row})")
    await invoiced.heard(STATUSES, row, Hint.DELETE)
    assert "VendInvoiceExportsV2 are not deleted in Finance" in (await invoiced.error(STATUSES, row)).message
    assert invoiced.kept("VendInvoiceExportsV2", "V-1", "4711") is not None


async def test_finance_lets_nobody_make_or_change_a_posted_invoice_but_for_its_status(invoiced: Stage) -> None:
    person, key = (
        invoiced.world.in_finance,
        "VendInvoiceExportsV2(dataAreaId='usmf',InvoiceAccount='V-1',VendorInvoiceNum='4711')",
    )
    await person.does("PATCH", key, {"ProjVendInvoiceStatus": "InReview", "CurrencyCode": "USD"})
    assert not (await person.ask("PATCH", key, {"CurrencyCode": "EUR"})).is_success
    assert not (await person.ask("DELETE", key)).is_success
    body = {"dataAreaId": "usmf", "InvoiceAccount": "V-1", "VendorInvoiceNum": "4712"}
    assert not (await person.ask("POST", "VendInvoiceExportsV2", body)).is_success
