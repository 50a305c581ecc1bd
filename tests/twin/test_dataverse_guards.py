"""What Dataverse refuses around actuals, contracts and milestones, and which identity it refuses it to."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.rules.actuals import ACCOUNTING_GUARD, ACTUAL_GUARD, DELETE_GUARD
from tests.twin.dataverse.rules.companies import CURRENCY_GUARD
from tests.twin.dataverse.rules.contracts import CONTRACT_WON, CUSTOMER_LOCKED
from tests.twin.dataverse.rules.milestones import ALREADY_INVOICED, NOT_FIXED_PRICE
from tests.twin.projects import ACTUALS, FIXED_PRICE, ProjectStage, told, words

VALUES = {
    "msdyn_vouchernumber": "V-101",
    "msdyn_accountingamount": 480,
    "msdyn_accountingexchangerate": 1,
    "msdyn_accountingsalestax": 0,
}
MILESTONES, HEADERS = "msdyn_contractlinescheduleofvalues", "msdyn_contractlinemilestoneheaders"


@pytest.fixture
async def stage() -> ProjectStage:
    return await ProjectStage(DataverseTwin(seed=7)).begin()


async def an_actual(stage: ProjectStage) -> str:
    """Approve some time; give the address of its cost."""
    await stage.time("work", 4)
    await stage.approved("work")
    return f"{ACTUALS}({(await stage.actuals())[0]['msdyn_actualid']})"


async def test_nobody_creates_actuals_but_the_product(stage: ProjectStage) -> None:
    assert ACTUAL_GUARD == (
        "The product doesn't support creating actuals either manually or through customizations. Use entry journals "
        "to create new actuals and Correct entries update existing actuals. More information is available at "
        "https://aka.ms/EntryJournals."
    )
    for api in (stage.api, stage.app):
        answer = await api.post(ACTUALS, {"msdyn_quantity": 1})
        assert words(answer) == (400, "0x80040265", ACTUAL_GUARD)
    assert await stage.actuals() == []


async def test_nobody_changes_or_deletes_an_actual_but_its_descriptions_are_free(stage: ProjectStage) -> None:
    address = await an_actual(stage)
    for api in (stage.api, stage.app):
        assert words(await api.patch(address, {"msdyn_quantity": 5})) == (400, "0x80040265", ACTUAL_GUARD)
        assert words(await api.patch(address, {"statecode": 1})) == (400, "0x80040265", ACTUAL_GUARD)
        assert words(await api.delete(address)) == (400, "0x80040265", DELETE_GUARD)
    noted = {"msdyn_description": "night shift", "msdyn_externaldescription": "as agreed"}
    assert (await stage.api.patch(address, noted)).status == 204
    assert told((await stage.actuals())[0], "quantity", "description") == (4, "night shift")


@pytest.mark.parametrize(
    ("setting", "app", "person"),
    [("open", 204, 204), ("dual_write_user", 204, 400), ("closed", 400, 400)],
)
async def test_who_may_write_accounting_values_is_a_setting(
    stage: ProjectStage, setting: str, app: int, person: int
) -> None:
    address = await an_actual(stage)
    assert (await stage.api.post("/twin/settings", {"actual_guard": setting})).json()["actual_guard"] == setting
    for api, expected in ((stage.app, app), (stage.api, person)):
        answer = await api.patch(address, VALUES)
        assert answer.status == expected
        if expected == 400:
            assert words(answer) == (400, "0x80040265", ACCOUNTING_GUARD)
    row = (await stage.actuals())[0]
    assert row["msdyn_vouchernumber"] == ("V-101" if app == 204 else None)


async def test_a_setting_nobody_knows_is_refused(stage: ProjectStage) -> None:
    assert (await stage.api.post("/twin/settings", {"actual_guard": "ajar"})).status == 400
    assert (await stage.api.get("/twin/settings")).json()["actual_guard"] == "dual_write_user"


async def test_the_app_writes_by_the_key_that_the_map_uses(stage: ProjectStage) -> None:
    await an_actual(stage)
    row = (await stage.actuals())[0]
    key = f"msdyn_actualimportid='{row['msdyn_actualimportid']}',_msdyn_owningcompany_value={stage['USPM']}"
    assert (await stage.app.patch(f"{ACTUALS}({key})", VALUES, if_match="*")).status == 204
    assert told((await stage.actuals())[0], "vouchernumber", "accountingamount") == ("V-101", 480)


async def test_a_side_table_takes_the_values_under_the_actual_s_id(stage: ProjectStage) -> None:
    await an_actual(stage)
    row_id = (await stage.actuals())[0]["msdyn_actualid"]
    values = {"contoso_vouchernumber": "V-101", "contoso_accountingamount": 480, "contoso_exchangerate": 1.25}
    assert (await stage.app.patch(f"contoso_actualaccountings({row_id})", values)).status == 204
    assert (await stage.api.rows("contoso_actualaccountings"))[0]["contoso_actualaccountingid"] == row_id


async def test_a_resource_s_unit_and_a_quote_s_have_the_currency_of_the_company(stage: ProjectStage) -> None:
    with pytest.raises(ValueError, match=CURRENCY_GUARD):
        await stage.resource("Eve", "USPM", "unit GBPM")
    with pytest.raises(ValueError, match=CURRENCY_GUARD):
        await stage.enter(
            "quotes",
            "Q-1",
            msdyn_OwningCompany__cdm_companies="USPM",
            msdyn_contractorganizationalunitId__msdyn_organizationalunits="unit GBPM",
        )


async def customer(stage: ProjectStage, name: str = "C-2") -> None:
    """Enter another customer of the contract."""
    await stage.enter("accounts", name, accountnumber=name)
    await stage.enter(
        "msdyn_projectcontractsplitbillingrules",
        f"{name} of ORD-1",
        msdyn_name=name,
        msdyn_Customer_account__accounts=name,
        msdyn_ProjectContract__salesorders="ORD-1",
    )


async def test_the_account_of_a_contract_customer_stays_but_the_customer_can_go(stage: ProjectStage) -> None:
    await customer(stage)
    rules = "msdyn_projectcontractsplitbillingrules"
    other = await stage.changed(rules, "C-2 of ORD-1", msdyn_Customer_account__accounts="customer")
    assert words(other) == (400, "0x80040265", CUSTOMER_LOCKED)
    assert (await stage.changed(rules, "C-2 of ORD-1", msdyn_name="second", msdyn_percentage=10)).status == 204
    assert (await stage.api.delete(f"{rules}({stage['C-2 of ORD-1']})")).status == 204


async def test_a_won_contract_keeps_its_customers(stage: ProjectStage) -> None:
    await customer(stage)
    await stage.changed("salesorders", "ORD-1", msdyn_psastatusreason=192350003)
    with pytest.raises(ValueError, match=CONTRACT_WON):
        await customer(stage, "C-3")
    gone = await stage.api.delete(f"msdyn_projectcontractsplitbillingrules({stage['C-2 of ORD-1']})")
    assert words(gone) == (400, "0x80040265", CONTRACT_WON)


async def test_the_first_customer_pays_all_until_somebody_says_otherwise(stage: ProjectStage) -> None:
    rules = await stage.api.rows("msdyn_projectcontractsplitbillingrules")
    assert [row["msdyn_percentage"] for row in rules] == [100]
    await stage.line("line")
    shares = await stage.api.rows("msdyn_contractlinesplitbillingrules")
    assert [(row["msdyn_percentage"], row["_msdyn_contractlineid_value"]) for row in shares] == [(100, stage["line"])]
    await stage.enter("accounts", "heir", accountnumber="C-9")
    await stage.changed("salesorders", "ORD-1", customerid_account__accounts="heir")
    rules = await stage.api.rows("msdyn_projectcontractsplitbillingrules?$orderby=msdyn_name")
    assert [told(row, "name", "percentage") for row in rules] == [("C-1", 100), ("C-9", None)]
    assert len(await stage.api.rows("msdyn_contractlinesplitbillingrules")) == 1


async def test_a_contract_line_with_actuals_stays(stage: ProjectStage) -> None:
    await stage.line("line")
    await an_actual(stage)
    assert (await stage.api.delete(f"salesorderdetails({stage['line']})")).status == 405


async def milestone(stage: ProjectStage, line: str) -> None:
    await stage.enter(
        MILESTONES,
        "M1",
        msdyn_name="M1",
        msdyn_amount=5000,
        msdyn_ContractLineId__salesorderdetails=line,
    )


async def test_milestones_are_for_fixed_price_lines_with_a_project(stage: ProjectStage) -> None:
    await stage.line("by the hour")
    await stage.enter(
        "salesorderdetails", "no project", msdyn_billingmethod=FIXED_PRICE, salesorderid__salesorders="ORD-1"
    )
    for line in ("by the hour", "no project"):
        with pytest.raises(ValueError, match=NOT_FIXED_PRICE):
            await milestone(stage, line)
    await stage.line("fixed", FIXED_PRICE, transactioncurrencyid__transactioncurrencies="USD")
    await milestone(stage, "fixed")
    row = (await stage.api.rows(MILESTONES))[0]
    assert told(row, "invoicestatus", "transactionclassification") == (192350000, 192350003)
    taken = ("_msdyn_contract_value", "_msdyn_project_value", "_transactioncurrencyid_value")
    assert [row[name] for name in taken] == [stage["ORD-1"], stage["PRJ-1"], stage["USD"]]


async def test_an_invoiced_milestone_is_not_changed(stage: ProjectStage) -> None:
    await stage.line("fixed", FIXED_PRICE)
    await milestone(stage, "fixed")
    assert (await stage.changed(MILESTONES, "M1", msdyn_amount=4000, msdyn_invoicestatus=192350003)).status == 204
    refused = (400, "0x80040265", ALREADY_INVOICED)
    assert words(await stage.changed(MILESTONES, "M1", msdyn_amount=3000)) == refused
    assert words(await stage.api.delete(f"{MILESTONES}({stage['M1']})")) == refused


async def test_a_progress_header_brings_its_default_milestone(stage: ProjectStage) -> None:
    await stage.line("fixed", FIXED_PRICE)
    await stage.enter(
        HEADERS,
        "progress",
        msdyn_name="Hull",
        msdyn_amount=10_000,
        msdyn_nextinvoiceamount=2500,
        msdyn_ContractLineId__salesorderdetails="fixed",
    )
    row = (await stage.api.rows(MILESTONES))[0]
    assert told(row, "name", "amount") == ("Hull", 2500)
    assert row["_msdyn_milestoneheader_value"] == stage["progress"]
    assert row["_msdyn_project_value"] == stage["PRJ-1"]


async def test_the_currency_of_a_contract_line_is_its_contract_s_unless_told(stage: ProjectStage) -> None:
    await stage.contract("ORD-2", "GBP")
    await stage.line("line", contract="ORD-2")
    row = (await stage.api.rows("salesorderdetails"))[0]
    assert row["_transactioncurrencyid_value"] == stage["GBP"]
