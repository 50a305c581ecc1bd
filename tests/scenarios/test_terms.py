"""Work whose terms change after it was recorded, work of before Finance kept the books, and what a customer brings."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.scenarios.accounting import JOURNAL_LINES, accounted, balances, imported, posted, related, staged
from tests.scenarios.consulting import COST, CUSTOMER, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise

CONFIRMED = 192350003
ADJUSTED, UNADJUSTABLE = 192350001, 192350002


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    firm = await Consulting(office).begin()
    await firm.sold(developer=200)
    return firm


async def test_a4_a_confirmed_contract_has_posted_work_reversed_and_billed_at_the_price_of_today(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(8)
    await posted(office)
    assert await balances(office) == {"COST": 960, "PAYROLL-ALLOC": -960, "WIP-SALES": 1600, "ACCRUED-REV": -1600}
    await firm.edit("msdyn_resourcecategorypricelevels", "developer in sales ORD-1", msdyn_price=250)
    await firm.edit("salesorders", "ORD-1", msdyn_psastatusreason=CONFIRMED)
    await office.travel(seconds=120)
    assert await staged(office, "AdjustmentStatus") == [
        ("Cost", -960, UNADJUSTABLE),
        ("Cost", 960, 0),
        ("Cost", 960, ADJUSTED),
        ("Sales", -1600, UNADJUSTABLE),
        ("Sales", 1600, ADJUSTED),
        ("Sales", 2000, 0),
    ]
    await posted(office)
    assert await balances(office) == {"COST": 960, "PAYROLL-ALLOC": -960, "WIP-SALES": 2000, "ACCRUED-REV": -2000}
    roles = Counter(row[1::2] for row in await related(office))
    assert roles == {("Reversing", "Original"): 2, ("Unbilled Sales", "Cost"): 2}
    assert [row[:2] for row in await accounted(office)] == [
        (COST, -960),
        (COST, 960),
        (COST, 960),
        (UNBILLED, -1600),
        (UNBILLED, 1600),
        (UNBILLED, 2000),
    ]
    assert await office.is_at_rest()


async def test_a4_work_that_its_line_covers_no_longer_is_a_cost_alone(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(8)
    await firm.edit("salesorderdetails", "ORD-1 PRJ-1", msdyn_includetime=False)
    await office.travel()
    await posted(office)
    assert len(await office.kept(JOURNAL_LINES)) == 5
    assert await balances(office) == {"COST": 960, "PAYROLL-ALLOC": -960}
    assert await office.is_at_rest()


async def test_a5_work_up_to_the_cut_off_date_is_a_beginning_balance_that_no_ledger_and_no_actual_sees(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.set_up("uspm", beginning_balance_cutoff="2026-07-31")
    await firm.approved(10, msdyn_date="2026-07-31")
    await firm.approved(8)
    done = await office.run("import-beginning-balances", company="uspm")
    assert (done["lines"], done["errors"]) == (2, [])
    await office.run("post-beginning-balances", company="uspm", journal=done["journal"])
    await posted(office)
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "Part", "Qty", "Amount", "TransStatus") == [
        ("Cost", 10, 1200, "Posted"),
        ("Cost", 8, 960, "Posted"),
        ("Sale", 10, 2000, "Posted"),
        ("Sale", 8, 1600, "Posted"),
    ]
    assert await balances(office) == {"COST": 960, "PAYROLL-ALLOC": -960, "WIP-SALES": 1600, "ACCRUED-REV": -1600}
    vouchers = [(row[0], row[1]) for row in await accounted(office) if row[3]]
    assert vouchers == [(COST, 960), (UNBILLED, 1600)]


async def test_a5_with_prevalidation_an_actual_waits_five_minutes_and_a_ghost_for_ever(firm: Consulting) -> None:
    office = firm.office
    await office.finance_forms.does("POST", "settings", {"actuals_prevalidation": True})
    await firm.approved(8)
    assert (await imported(office))["vouchers"] == []
    (ghost, *_) = [row for row in await office.kept("ProjActualsImports") if row["TransactionType"] == "Sales"]
    await office.run("mark-ghost", company="uspm", actual=ghost["ActualsImportId"])
    await office.travel(seconds=300)
    assert await office.run("validate-actuals", company="uspm") == {"valid": 1, "invalid": 1}
    await posted(office)
    assert await balances(office) == {"COST": 960, "PAYROLL-ALLOC": -960}


async def test_s5_dimensions_come_with_the_customer_and_then_stay_finances(office: Enterprise) -> None:
    firm = await Consulting(office).begin()
    customer = {"dataAreaId": "uspm", "CustomerAccount": CUSTOMER}
    await office.change("CustomersV3", customer, DefaultDimensionDisplayValue="-022-")
    await firm.sold(developer=200)
    project, source = {"dataAreaId": "uspm", "ProjectId": "PRJ-1"}, await office.the_finance("ProjectFundingSources")
    assert source["DimensionDisplayValue"] == "-022-"
    assert (await office.the_finance("ProjectsV2", ProjectId="PRJ-1"))["DimensionDisplayValue"] == "-022-"
    await office.change("ProjectsV2", project, DimensionDisplayValue="-033-")
    await firm.edit("msdyn_projects", "PRJ-1", msdyn_subject="Crane control, berth 7")
    await office.travel()
    there = await office.the_finance("ProjectsV2", ProjectId="PRJ-1")
    assert (there["ProjectName"], there["DimensionDisplayValue"]) == ("Crane control, berth 7", "-033-")
    await firm.approved(8)
    await imported(office)
    assert {row["DefaultDimension"] for row in await office.kept(JOURNAL_LINES)} == {"-033-"}
