"""Known errors of set-up, reference data, estimates and actuals: each is provoked, told, cured where its remedy says, and gone.

Where a refusal is not known to pass by itself, its record is retried by whoever cured it, as its remedy says. A row that
waits for another one needs nobody: it goes over when that one comes.
"""

from __future__ import annotations

import pytest

from shared.errors import Owner
from shared.known_errors import advise
from shared.store.error_records import ErrorRecord, ErrorStatus
from shared.sync.retry import retry_row
from tests.scenarios.accounting import JOURNAL_LINES, accounted, imported, posted, related, staged
from tests.scenarios.consulting import CHARGEABLE, COST, CUSTOMER, EXPENSE, UNBILLED, WORK_BASED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.twin.dataverse.rules.companies import CURRENCY_GUARD

#: Past the sweep, in seconds.
LONG = 1000.0
NET_60 = 4


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    firm = await Consulting(office).begin()
    await firm.sold(developer=250)
    return firm


async def errors_of(office: Enterprise, direction: str) -> list[ErrorRecord]:
    """The records of a direction that were not resolved; no other direction has any."""
    records = await office.errors()
    assert {record.direction for record in records} <= {direction}
    return records


async def the_wait(office: Enterprise, direction: str, missing: str) -> ErrorRecord:
    """The one record, of a row that waits for a row of this name."""
    (record,) = await errors_of(office, direction)
    assert (record.error_class, record.status, record.owner) == ("Parked", ErrorStatus.PARKED, Owner.CONSULTANT)
    assert f"points at {missing}, which " in record.message
    return record


async def retried(office: Enterprise) -> None:
    """Retry every record, and let what comes of it arrive."""
    for record in await office.errors():
        assert await retry_row(office.world.services, record.direction, record.key)
    await office.travel(seconds=120)


async def lost(office: Enterprise) -> None:
    """Let events get lost on their way to the app, until they are `found` again."""
    for forms in (office.dataverse_forms, office.finance_forms):
        await forms.does("POST", "webhooks", {"drop": 1})


async def found(office: Enterprise) -> None:
    for forms in (office.dataverse_forms, office.finance_forms):
        await forms.does("POST", "webhooks", {})


# -- actuals -----------------------------------------------------------------------------------------------------------


async def nothing_is_staged(office: Enterprise) -> None:
    """Neither a staging row, nor its state, nor anything for the journal."""
    assert await office.kept("ProjActualsImports") == []
    assert await office.kept("ProjectActualsStates") == []
    assert await office.kept(JOURNAL_LINES) == []


async def test_a_line_property_that_is_missing_is_the_consultants_and_the_rows_go_once_it_is_there(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.set_up("uspm", line_properties={"NotAvailable": "NA"})
    await firm.approved(4)
    await office.travel(seconds=120)
    for record in await errors_of(office, "actuals_to_finance"):
        assert (record.error_class, record.status, record.owner) == ("Rejected", ErrorStatus.OPEN, Owner.CONSULTANT)
        assert "Line property Chargeable doesn't exist." in record.reason
        assert record.cause == "Finance has no line property for the billing type of the actual."
        assert "tab Project Operations" in record.remedy
        assert "Billing type defaults" in record.remedy
    assert {record.key for record in await office.errors()} == {
        row["msdyn_actualid"] for row in await office.held("msdyn_actuals")
    }
    await nothing_is_staged(office)
    await retried(office)
    assert len(await errors_of(office, "actuals_to_finance")) == 2, "a retry alone cures nothing"
    await nothing_is_staged(office)
    await office.set_up("uspm", line_properties={"NotAvailable": "NA", "Chargeable": "CHARGE"})
    await retried(office)
    assert await staged(office) == [("Cost", 480), ("Sales", 1000)]
    assert len(await related(office)) == 1
    await imported(office)
    assert len(await office.kept(JOURNAL_LINES)) == 2
    assert await office.is_at_rest()


async def test_a_company_that_is_not_opted_in_is_the_consultants_and_its_actuals_go_once_it_is(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.set_up("uspm", opted_in=False)
    await firm.approved(4)
    await office.travel(seconds=120)
    records = await errors_of(office, "actuals_to_finance")
    assert len(records) == 2
    for record in records:
        assert (record.error_class, record.owner) == ("Rejected", Owner.CONSULTANT)
        assert "Company 'uspm' does not take part in the integration." in record.reason
        assert "Global project management and accounting parameters" in record.remedy
    await nothing_is_staged(office)
    await office.set_up("uspm", opted_in=True)
    await retried(office)
    assert await staged(office) == [("Cost", 480), ("Sales", 1000)]
    assert await office.is_at_rest()


async def test_a_guarded_actual_is_the_administrators_and_is_written_by_the_next_catch_up_once_it_is_not(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.dataverse_forms.does("POST", "settings", {"actual_guard": "closed"})
    await firm.approved(4)
    before = await office.held("msdyn_actuals")
    await posted(office)
    records = await errors_of(office, "actuals_to_dataverse")
    assert len(records) == 2
    for record in records:
        assert (record.error_class, record.status, record.owner) == ("Refused", ErrorStatus.OPEN, Owner.ADMINISTRATOR)
        assert record.cause == "Dataverse lets only dual-write write what accounting made of an actual."
        assert "SIDE_TABLES (actuals:<table>)" in record.remedy
    assert await office.held("msdyn_actuals") == before
    await office.dataverse_forms.does("POST", "settings", {"actual_guard": "dual_write_user"})
    await office.catch_up("actuals_to_dataverse")
    assert [row[:2] for row in await accounted(office)] == [(COST, 480), (UNBILLED, 1000)]
    assert await office.is_at_rest()


async def test_an_actual_whose_project_has_not_come_waits_and_says_for_which_after_a_while(firm: Consulting) -> None:
    office = firm.office
    await lost(office)
    await firm.project("PRJ-2")
    await office.travel()
    await found(office)
    await firm.approved(4, project="PRJ-2")
    await office.travel(seconds=120)
    assert await office.errors() == []
    await office.travel(seconds=LONG)
    record = await the_wait(office, "actuals_to_finance", "projects uspm|prj-2")
    assert record.cause == "A row that must come first has not come."
    assert record.remedy.startswith("See that uspm|prj-2 is in Dataverse and that the map Projects V2 (projects) runs.")
    await nothing_is_staged(office)
    await office.catch_up("projects_to_finance")
    assert await staged(office, "ProjectId") == [("Cost", 480, "PRJ-2")]
    assert await office.is_at_rest()


# -- set-up ------------------------------------------------------------------------------------------------------------


async def signed(firm: Consulting, number: str, **columns: object) -> str:
    """Enter a contract of USPM."""
    return await firm.enter("salesorders", number, **contract_columns(number), **columns)


def contract_columns(number: str) -> Row:
    return {
        "ordernumber": number,
        "name": "Harbour works",
        "msdyn_ordertype": WORK_BASED,
        "customerid_account__accounts": CUSTOMER,
        "transactioncurrencyid__transactioncurrencies": "USD",
        "msdyn_OwningCompany__cdm_companies": "uspm",
        "msdyn_contractorganizationalunitId__msdyn_organizationalunits": "unit uspm",
    }


async def refused_by_dataverse(firm: Consulting, number: str) -> None:
    """Try to save a contract; Dataverse says that the currencies differ, and nothing is sent."""
    office = firm.office
    before = office.world.finance.counters.total()
    words = await office.refused("POST", "salesorders", **firm._body(contract_columns(number)))
    await office.travel(seconds=60)
    assert words == CURRENCY_GUARD
    advice = advise("Rejected", "contracts_to_finance", words)
    assert (advice.owner, "Accounting currency" in advice.remedy, "Ledger (ledgers)" in advice.remedy) == (
        Owner.CONSULTANT,
        True,
        True,
    )
    assert office.world.finance.counters.total() == before, "Finance was not even asked"
    assert await office.held("salesorders", f"ordernumber eq '{number}'") == []
    assert [each for each in await office.errors() if each.direction == "contracts_to_finance"] == []


async def test_a_contract_in_another_currency_than_its_companys_is_refused_until_the_unit_has_that_currency(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.edit("msdyn_organizationalunits", "unit uspm", msdyn_Currency__transactioncurrencies="GBP")
    await refused_by_dataverse(firm, "ORD-9")
    await firm.edit("msdyn_organizationalunits", "unit uspm", msdyn_Currency__transactioncurrencies="USD")
    await signed(firm, "ORD-9")
    await office.travel()
    assert len(await office.kept("ProjectContractHeaders", ProjectContractId="ORD-9")) == 1
    assert await office.is_at_rest()


async def test_a_company_without_a_ledger_has_no_contracts_until_the_ledger_has_come_and_what_it_needs(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.change("Ledgers", {"LegalEntityId": "uspm"}, ChartOfAccounts="Shared")
    await office.travel()
    for table_set, primary_id, condition in (
        ("msdyn_ledgers", "msdyn_ledgerid", f"_msdyn_company_value eq {firm['uspm']}"),
        ("msdyn_chartofaccountses", "msdyn_chartofaccountsid", ""),
    ):
        for row in await office.held(table_set, condition):
            await office.remove(table_set, row[primary_id])
    await refused_by_dataverse(firm, "ORD-9")
    await office.catch_up("ledgers_to_dataverse")
    await office.travel(seconds=LONG)
    record = await the_wait(office, "ledgers_to_dataverse", "chart_of_accounts shared")
    assert "the map Chart of accounts (chart_of_accounts) runs" in record.remedy
    await office.catch_up("chart_of_accounts_to_dataverse")
    assert len(await office.held("msdyn_ledgers", f"_msdyn_company_value eq {firm['uspm']}")) == 1
    assert await office.errors() == []
    await signed(firm, "ORD-9")
    await office.travel()
    assert len(await office.kept("ProjectContractHeaders", ProjectContractId="ORD-9")) == 1
    assert await office.is_at_rest()


async def test_terms_that_finance_does_not_hold_are_the_consultants_and_the_contract_goes_once_it_does(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.finance.does("DELETE", "PaymentTerms(dataAreaId='uspm',Name='Net%2060')")
    await signed(firm, "ORD-9", paymenttermscode=NET_60)
    await office.travel()
    (record,) = [each for each in await office.errors() if each.direction == "contracts_to_finance"]
    assert (record.error_class, record.owner) == ("Rejected", Owner.CONSULTANT)
    assert "'Net 60' in field 'Terms of payment' is not found in the related table 'Terms of payment'" in record.reason
    assert record.remedy.startswith("Create the value in Finance, in the table that is named")
    assert await office.kept("ProjectContractHeaders", ProjectContractId="ORD-9") == []
    assert await office.kept("ProjectFundingSources", ProjectContractID="ORD-9") == [], "it waits for its contract"
    await office.book("PaymentTerms", dataAreaId="uspm", Name="Net 60", Description="Net 60 days")
    await retried(office)
    contract = await office.the_finance("ProjectContractHeaders", ProjectContractId="ORD-9")
    assert contract["TermsOfPayment"] == "Net 60"
    assert len(await office.kept("ProjectFundingSources", ProjectContractID="ORD-9")) == 1
    assert await office.is_at_rest()


# -- reference data ----------------------------------------------------------------------------------------------------


async def test_a_product_whose_unit_has_not_come_waits_and_says_for_which_after_a_while(office: Enterprise) -> None:
    await lost(office)
    await office.book("UnitsOfMeasure", UnitSymbol="TST", UnitClass="Quantity")
    await office.travel()
    await found(office)
    product = {"ProductNumber": "ROPE", "ItemNumber": "ROPE", "ProductName": "Rope", "SalesUnitSymbol": "TST"}
    await office.book("CDSReleasedDistinctProducts", dataAreaId="uspm", InventoryUnitSymbol="TST", **product)
    await office.travel(seconds=LONG)
    record = await the_wait(office, "products_to_dataverse", "units tst")
    assert record.remedy.startswith("See that tst is in Finance and that the map Units (units) runs.")
    assert await office.held("products", "msdyn_productnumber eq 'ROPE'") == []
    await office.catch_up("units_to_dataverse")
    assert len(await office.held("products", "msdyn_productnumber eq 'ROPE'")) == 1
    assert await office.is_at_rest()


# -- estimates ---------------------------------------------------------------------------------------------------------


async def test_an_estimate_whose_project_has_not_come_waits_and_says_for_which_after_a_while(firm: Consulting) -> None:
    office = firm.office
    await lost(office)
    await firm.project("PRJ-2")
    await office.travel()
    await found(office)
    await firm.enter(
        "msdyn_estimatelines",
        "estimate",
        msdyn_description="Hotel",
        msdyn_Project__msdyn_projects="PRJ-2",
        msdyn_transactiontypecode=COST,
        msdyn_transactionclassification=EXPENSE,
        msdyn_billingtype=CHARGEABLE,
        msdyn_quantity=2,
        msdyn_price=300,
        transactioncurrencyid__transactioncurrencies="USD",
    )
    await office.travel(seconds=LONG)
    record = await the_wait(office, "expense_estimates_to_finance", "projects uspm|prj-2")
    assert "the map Projects V2 (projects) runs" in record.remedy
    assert await office.kept("ProjEstimateExpensesImports") == []
    assert await office.kept("ProjectExpenseForecasts") == []
    await office.catch_up("projects_to_finance")
    assert told(await office.kept("ProjEstimateExpensesImports"), "Quantity", "Price") == [(2, 300)]
    assert len(await office.kept("ProjectExpenseForecasts")) == 1
    assert await office.is_at_rest()
