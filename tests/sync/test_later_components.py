"""Invoices, expenses, subcontracts and vendor invoices: what their maps carry, and what they leave alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.errors import Missing
from shared.store.map_states import State
from shared.store.message import Hint
from shared.sync.catch_up import catch_up
from tests.sync.stage import Stage, id_of

CATEGORIES, EXPENSES = "expense_categories_to_dataverse", "expenses_to_dataverse"
SUBCONTRACTS, SUBCONTRACT_LINES = "subcontracts_to_finance", "subcontract_lines_to_finance"
INVOICES, STATUSES, LINES = (
    "vendor_invoices_to_dataverse",
    "vendor_invoices_to_finance",
    "vendor_invoice_lines_to_dataverse",
)
VENDORS, PROPOSALS = "vendors_to_dataverse", "invoice_proposals_to_finance"


@pytest.fixture
async def stage() -> Stage:
    """The stage, with a second company, a category and units."""
    stage = await Stage().begin()
    await stage.enter("cdm_companies", "GBPM", cdm_companycode="GBPM", cdm_name="Contoso UK")
    await stage.enter("transactioncurrencies", "GBP", isocurrencycode="GBP", currencyname="GBP", currencysymbol="£")
    await stage.enter("msdyn_transactioncategories", "TCN-7", msdyn_transactioncategorynumber="TCN-7")
    await stage.enter("uoms", "hr", msdyn_symbol="hr", name="Hour", msdyn_externalunitclassname="Time")
    return stage


def in_company(name: str) -> dict[str, str]:
    """Put a row of a project table into a company, by the test's name of that."""
    return {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of(name)})"}


def only(stage: Stage, table: str) -> dict[str, Any]:
    """The one row of a Dataverse table."""
    (row,) = stage.world.dataverse.rows(table)
    return row


async def missing(stage: Stage, direction: str, key: str) -> Missing | None:
    """What a row is parked for, if it is."""
    row = await stage.services.parked.find(direction, key)
    return None if row is None else Missing(row.missing_map, row.missing_key)


# -- expenses ----------------------------------------------------------------------------------------------------------


def category(stage: Stage, company: str, **columns: Any) -> str:
    """Let Finance have an expense category."""
    return stage.posted(
        "ProjExpenseCategoriesExport",
        **{
            "dataAreaId": company,
            "CostType": "TCN-7-4",
            "CostTxt": "Hotels",
            "TransactionCategoryId": "TCN-7",
            "ExpType": "Hotel",
            **columns,
        },
    )


def expense(stage: Stage, number: str = "E-1", **columns: Any) -> str:
    """Let Finance post the project line of an expense report of GBPM."""
    return stage.posted(
        "ProjExpensesExport",
        **{
            "ExpTransNumber": number,
            "ReferenceDataAreaId": "gbpm",
            "ProjId": "PRJ-1",
            "Amount": Decimal(120),
            "Quantity": Decimal(2),
            "ExchangeCode": "GBP",
            "TransactionCategoryId": "TCN-7",
            "BillingType": "Chargeable",
            "TransDate": "2026-10-07T12:00:00Z",
            **columns,
        },
    )


async def test_an_expense_category_becomes_a_record_of_each_company_that_has_it(stage: Stage) -> None:
    for company in ("usmf", "gbpm"):
        await stage.heard(CATEGORIES, category(stage, company))
    rows = stage.world.dataverse.rows("msdyn_expensecategory")
    assert {row["_msdyn_owningcompany_value"] for row in rows} == {id_of("company"), id_of("GBPM")}
    assert {row["_msdyn_expensecategoryuid_value"] for row in rows} == {id_of("TCN-7")}
    assert {row["msdyn_expensetype"] for row in rows} == {192350000}


async def test_an_expense_category_made_in_dataverse_before_is_found_by_its_transaction_category(stage: Stage) -> None:
    bound = {"msdyn_ExpenseCategoryUid@odata.bind": f"/msdyn_transactioncategories({id_of('TCN-7')})"}
    await stage.enter("msdyn_expensecategories", "by hand", **bound, **in_company("GBPM"))
    await stage.heard(CATEGORIES, category(stage, "gbpm", IsInactive="Yes"))
    row = only(stage, "msdyn_expensecategory")
    assert (row["msdyn_expensecategoryid"], row["msdyn_name"], row["statecode"]) == (id_of("by hand"), "Hotels", 1)


async def test_an_expense_type_without_a_counterpart_is_an_error_that_names_it(stage: Stage) -> None:
    key = category(stage, "gbpm", ExpType="Personal")
    await stage.heard(CATEGORIES, key)
    assert "ExpType holds 'Personal'" in (await stage.error(CATEGORIES, key)).message
    assert stage.world.dataverse.rows("msdyn_expensecategory") == []


@pytest.mark.parametrize("intercompany", ["", "gbpm"])
async def test_an_expense_arrives_with_the_project_of_its_own_company_whether_finance_names_that_or_not(
    stage: Stage, intercompany: str
) -> None:
    await stage.project("PRJ-1")
    ours = await stage.project("PRJ-1 of GBPM", msdyn_projectnumber="PRJ-1", **in_company("GBPM"))
    await stage.heard(EXPENSES, expense(stage, InterCompanyLE=intercompany))
    row = only(stage, "msdyn_expense")
    assert (row["_msdyn_project_value"], row["_msdyn_owningcompany_value"]) == (ours, id_of("GBPM"))
    assert (row["msdyn_amount"], row["msdyn_quantity"], row["msdyn_billingtype"]) == (120, 2, 192350001)


async def test_an_expense_of_one_company_waits_for_the_project_of_another(stage: Stage) -> None:
    await stage.project("PRJ-1 of GBPM", msdyn_projectnumber="PRJ-1", **in_company("GBPM"))
    key = expense(stage, InterCompanyLE="usmf")
    await stage.heard(EXPENSES, key)
    assert await missing(stage, EXPENSES, key) == Missing("projects", "usmf|prj-1")
    await stage.heard("projects_to_finance", await stage.project("PRJ-1"))
    assert only(stage, "msdyn_expense")["_msdyn_project_value"] == id_of("PRJ-1")


async def test_an_expense_that_is_told_again_and_again_is_one_expense(stage: Stage) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    key = expense(stage)
    await stage.heard(EXPENSES, key)
    (link,) = [link async for link in stage.services.links.of_map("expenses")]
    await stage.services.links.forget(link)
    await stage.heard(EXPENSES, key)
    expense(stage, Amount=Decimal(130))
    await stage.heard(EXPENSES, key)
    assert only(stage, "msdyn_expense")["msdyn_amount"] == 130


async def test_expenses_are_caught_up_although_dataverse_keeps_no_key_of_theirs(stage: Stage) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    await stage.heard(EXPENSES, expense(stage, "E-1"))
    await stage.heard(EXPENSES, expense(stage, "E-2"))
    expense(stage, "E-2", Quantity=Decimal(3))
    expense(stage, "E-3")
    done = await catch_up(stage.services, stage.services.catalogue.direction(EXPENSES))
    assert done is not None
    assert (done.enqueued, done.agreed) == (2, 1)
    assert {message.key for message, _ in stage.waiting(EXPENSES)} == {"E-2|gbpm", "E-3|gbpm"}
    await stage.world.run()
    again = await catch_up(stage.services, stage.services.catalogue.direction(EXPENSES))
    assert again is not None
    assert (again.enqueued, again.agreed) == (0, 3)


async def test_an_expense_that_is_gone_from_finance_is_an_error_and_stays(stage: Stage) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    key = expense(stage)
    await stage.heard(EXPENSES, key)
    (row,) = stage.world.finance.database.tables["ProjExpensesExport"]
    stage.world.finance.database.delete("ProjExpensesExport", row)
    stage.world.finance.database.commit()
    await stage.heard(EXPENSES, key, Hint.DELETE)
    assert "msdyn_expense are not deleted in Dataverse" in (await stage.error(EXPENSES, key)).message
    assert len(stage.world.dataverse.rows("msdyn_expense")) == 1


# -- invoices ----------------------------------------------------------------------------------------------------------


async def proforma(stage: Stage, **columns: Any) -> str:
    """Enter a proforma of the contract, or change it."""
    bound = {
        "salesorderid@odata.bind": f"/salesorders({id_of('ORD-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
    }
    plain = {"invoicenumber": "INV-1", "msdyn_ordertype": 192350001, "msdyn_invoicedate": "2026-10-31"}
    return await stage.enter("invoices", "INV-1", **plain, **bound, **columns)


async def test_a_proforma_becomes_a_proposal_of_its_number_once_it_is_confirmed(stage: Stage) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    await stage.heard(PROPOSALS, await proforma(stage), seconds=120)
    assert len(stage.world.finance.database.tables["ProjectInvoiceProposalsV2"]) == 0
    await stage.heard(PROPOSALS, await proforma(stage, msdyn_projectinvoicestatus=192350002), seconds=120)
    proposal = stage.values("ProjectInvoiceProposalsV2", "INV-1")
    assert (proposal["PROJECTCONTRACTID"], proposal["SALESCURRENCY"]) == ("ORD-1", "USD")
    assert proposal["INVOICEDATE"] == "2026-10-31T12:00:00Z"
    assert await stage.errors() == []


async def test_a_proposal_waits_for_its_contract(stage: Stage) -> None:
    contract = await stage.contract()
    row = await proforma(stage, msdyn_projectinvoicestatus=192350002)
    await stage.heard(PROPOSALS, row, seconds=120)
    assert await missing(stage, PROPOSALS, row) == Missing("contracts", "usmf|ord-1")
    await stage.heard("contracts_to_finance", contract, seconds=120)
    assert stage.values("ProjectInvoiceProposalsV2", "INV-1")["PROJECTCONTRACTID"] == "ORD-1"
    assert await stage.errors() == []


async def test_customer_invoices_wait_until_a_tenant_runs_them_and_then_find_their_proforma(stage: Stage) -> None:
    await stage.contract()
    await proforma(stage)
    direction = "customer_invoices_to_dataverse"
    columns = {"InvoiceNumber": "USMF-17", "InvoiceDate": "2026-11-02T12:00:00Z", "TaxAmount": Decimal(20)}
    key = stage.posted("ProjInvoiceProposalsExport", dataAreaId="usmf", InvoiceProposalId="INV-1", **columns)
    await stage.heard(direction, key)
    assert stage.world.dataverse.rows("msdyn_customerinvoice") == []
    await stage.services.maps.set(await stage.services.maps.get("customer_invoices", fresh=True), state=State.RUNNING)
    await stage.heard(direction, key)
    row = only(stage, "msdyn_customerinvoice")
    assert (row["msdyn_invoicenumber"], row["msdyn_taxamount"]) == ("USMF-17", 20)
    assert row["_msdyn_invoice_value"] == id_of("INV-1")


# -- vendors -----------------------------------------------------------------------------------------------------------


async def vendor(stage: Stage, company: str = "usmf") -> str:
    """Enter a vendor in Finance; give its key text."""
    group = {"dataAreaId": company, "VendorGroupId": "10", "Description": "Services"}
    await stage.world.in_finance.does("POST", "VendorGroups", group)
    number = {"VendorAccountNumber": "V-1", "VendorOrganizationName": "Quay Scaffolding"}
    body = {"dataAreaId": company, **number, "VendorGroupId": "10", "CurrencyCode": "USD"}
    await stage.world.in_finance.does("POST", "VendorsV2", body)
    return f"{company}|V-1"


async def vendor_arrives(stage: Stage, company: str = "usmf") -> str:
    """Enter a vendor in Finance and let it go to Dataverse, which makes an account of it; give that one's id."""
    code = {"usmf": "company", "gbpm": "GBPM"}[company]
    bound = {"msdyn_Company@odata.bind": f"/cdm_companies({id_of(code)})"}
    await stage.enter("msdyn_vendorgroups", f"group 10 of {company}", msdyn_vendorgroup="10", **bound)
    await stage.heard(VENDORS, await vendor(stage, company))
    accounts = (row for row in stage.world.dataverse.rows("account") if row["accountnumber"] == "V-1")
    return next(str(row["accountid"]) for row in accounts if row["_msdyn_company_value"] == id_of(code))


# -- subcontracts ------------------------------------------------------------------------------------------------------


async def subcontract(stage: Stage, **columns: Any) -> str:
    """Enter a subcontract in Dataverse."""
    numbered = {"msdyn_subcontractnumber": "SUB-1", "msdyn_name": "Scaffolding"}
    return await stage.enter("msdyn_subcontracts", "SUB-1", **numbered, **in_company("company"), **columns)


async def subcontract_line(stage: Stage, **columns: Any) -> str:
    """Enter a line of the subcontract: hours."""
    bound = {
        "msdyn_Subcontract@odata.bind": f"/msdyn_subcontracts({id_of('SUB-1')})",
        "msdyn_Unit@odata.bind": f"/uoms({id_of('hr')})",
        **in_company("company"),
    }
    numbers = {"msdyn_subcontractlinenumber": "SUBL-1", "msdyn_quantity": 120, "msdyn_price": 61.37}
    plain = {"msdyn_name": "Welder", "msdyn_transactionclassification": 192350000}
    return await stage.enter("msdyn_subcontractlines", "SUBL-1", **numbers, **plain, **bound, **columns)


async def test_a_subcontract_goes_to_finance_after_its_vendor_and_its_line_after_it(stage: Stage) -> None:
    account = await stage.customer("V-1", customertypecode=11)
    header = await subcontract(stage, **{"msdyn_Vendor@odata.bind": f"/accounts({account})"})
    line = await subcontract_line(stage)
    await stage.heard(SUBCONTRACT_LINES, line)
    assert await missing(stage, SUBCONTRACT_LINES, line) == Missing("subcontracts", "usmf|sub-1")
    await stage.heard(SUBCONTRACTS, header)
    assert await missing(stage, SUBCONTRACTS, header) == Missing("vendors", "usmf|v-1")
    assert await vendor_arrives(stage) == account
    order = stage.values("SubContractPurchaseOrderHeaders", "SUB-1")
    assert (order["OrderAccount"], order["SubConStatus"], order["SubConState"]) == ("V-1", "Draft", "Active")
    ordered = stage.values("ProjSubContractPurchaseOrderLines", "SUBL-1")
    assert (ordered["SubcontractNumber"], ordered["SubConTransClass"]) == ("SUB-1", "Time")
    assert (ordered["PurchQty"], ordered["PurchPrice"], ordered["PurchUnit"]) == (120, Decimal("61.37"), "hr")
    assert await stage.errors() == []


async def test_a_subcontract_without_a_number_is_given_one_that_finance_takes(stage: Stage) -> None:
    row = await stage.enter("msdyn_subcontracts", "SUB", msdyn_name="Scaffolding", **in_company("company"))
    await stage.heard(SUBCONTRACTS, row)
    held = stage.held("msdyn_subcontract", row)
    assert held is not None
    assert stage.kept("SubContractPurchaseOrderHeaders", held["msdyn_subcontractnumber"]) is not None


async def test_a_subcontract_that_is_confirmed_in_dataverse_is_confirmed_in_finance(stage: Stage) -> None:
    await stage.heard(SUBCONTRACTS, await subcontract(stage))
    await stage.heard(SUBCONTRACTS, await subcontract(stage, statuscode=192350001))
    assert stage.values("SubContractPurchaseOrderHeaders", "SUB-1")["SubConStatus"] == "Confirmed"


async def test_a_subcontract_line_of_a_class_that_nobody_buys_is_an_error_and_its_header_stays(stage: Stage) -> None:
    await stage.heard(SUBCONTRACTS, await subcontract(stage))
    line = await subcontract_line(stage, msdyn_linetype=192350001)
    await stage.enter("msdyn_subcontractlines", "SUBL-1", msdyn_transactionclassification=192350004)
    await stage.heard(SUBCONTRACT_LINES, line)
    assert "msdyn_transactionclassification holds 192350004" in (await stage.error(SUBCONTRACT_LINES, line)).message
    assert stage.kept("SubContractPurchaseOrderHeaders", "SUB-1") is not None


# -- vendor invoices ---------------------------------------------------------------------------------------------------


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
    first, second = invoice_line(stage, "PT-1"), invoice_line(stage, "PT-2", CategoryType="Item")
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
        "PT-2": 192350002,
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
    await vendor_arrives(stage)
    await stage.heard(INVOICES, invoice(stage, SubcontractInvoice=manual))
    assert only(stage, "msdyn_projectvendorinvoice")["msdyn_enableautomaticconfirmation"] is automatic


async def test_the_status_goes_back_to_finance_and_nothing_else_does(invoiced: Stage) -> None:
    row = only(invoiced, "msdyn_projectvendorinvoice")["msdyn_projectvendorinvoiceid"]
    before = invoiced.values("VendInvoiceExportsV2", "V-1", "4711")
    assert before["ProjVendInvoiceStatus"] == "Draft"
    columns = {"statuscode": 192350002, "msdyn_description": "Checked by hand"}
    await invoiced.world.in_dataverse.does("PATCH", f"msdyn_projectvendorinvoices({row})", columns)
    await invoiced.heard(STATUSES, row)
    assert invoiced.values("VendInvoiceExportsV2", "V-1", "4711") == {**before, "ProjVendInvoiceStatus": "Confirmed"}
    assert [asked.body for asked in invoiced.to_finance.writes] == [{"ProjVendInvoiceStatus": "Confirmed"}]


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
