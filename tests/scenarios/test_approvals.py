"""Other work than an hour that is billed as it was worked, and work that is taken back: A4 to A6 once more."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.scenarios.accounting import JOURNAL_LINES, accounted, balances, imported, posted, related, staged
from tests.scenarios.consulting import CATEGORY, COST, DAY, FIXED_PRICE, TIME, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise

MARK_UP = 192350002
IN_CATEGORY = {"msdyn_TransactionCategory__msdyn_transactioncategories": CATEGORY}


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    firm = await Consulting(office).begin()
    await firm.sold(developer=200)
    return firm


async def test_a4_an_expense_is_a_cost_and_a_sale_with_the_mark_up_of_its_category(firm: Consulting) -> None:
    office = firm.office
    await firm.enter(
        "msdyn_transactioncategorypricelevels",
        "hotels",
        msdyn_PriceList__pricelevels="sales ORD-1",
        msdyn_pricingmethod=MARK_UP,
        msdyn_percent=10,
        **IN_CATEGORY,
    )
    hotel = await firm.submitted(
        "msdyn_expense",
        "msdyn_expenses",
        msdyn_name="Hotel",
        msdyn_transactiondate=f"{DAY}T00:00:00Z",
        msdyn_amount=300,
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="USD",
        **IN_CATEGORY,
    )
    await firm.approve(hotel)
    assert await staged(office, "Quantity", "Description") == [("Cost", 300, 1, "Hotel"), ("Sales", 330, 1, "Hotel")]
    await posted(office)
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "ActualType", "TransType", "ProjCategoryId") == [
        ("Cost", "Cost", f"{CATEGORY}-4"),
        ("Sales", "Cost", f"{CATEGORY}-4"),
    ]
    assert await balances(office) == {"COST": 300, "EXP-OFFSET": -300, "WIP-SALES": 330, "ACCRUED-REV": -330}
    assert [row[1] for row in await accounted(office)] == [300, 330]


async def test_a4_material_that_was_used_is_a_cost_and_a_sale_at_the_price_of_its_product(firm: Consulting) -> None:
    office = firm.office
    units = {"SalesUnitSymbol": "ea", "InventoryUnitSymbol": "ea"}
    names = {"ProductNumber": "LICENCE", "ItemNumber": "LICENCE", "ProductName": "Licence"}
    await office.book("CDSReleasedDistinctProducts", dataAreaId="uspm", **names, **units)
    await office.travel()
    await firm.knows("LICENCE", "products", "productid", "msdyn_productnumber eq 'LICENCE'")
    of_product = {"productid__products": "LICENCE", "uomid__uoms": "ea", "amount": 250}
    await firm.enter("productpricelevels", "licence", pricelevelid__pricelevels="sales ORD-1", **of_product)
    used = await firm.submitted(
        "msdyn_materialusagelog",
        "msdyn_materialusagelogs",
        msdyn_name="Licences",
        msdyn_transactiondate=f"{DAY}T00:00:00Z",
        msdyn_quantity=5,
        msdyn_unitcost=200,
        msdyn_Project__msdyn_projects="PRJ-1",
        msdyn_Product__products="LICENCE",
        msdyn_Unit__uoms="ea",
        transactioncurrencyid__transactioncurrencies="USD",
        **IN_CATEGORY,
    )
    await firm.approve(used)
    assert await staged(office, "Quantity", "UnitPrice", "ProductNumber", "UnitOfMeasure") == [
        ("Cost", 1000, 5, 200, "LICENCE", "ea"),
        ("Sales", 1250, 5, 250, "LICENCE", "ea"),
    ]
    await posted(office)
    assert told(await office.kept(JOURNAL_LINES), "TransType", "ProjCategoryId") == [("Item", f"{CATEGORY}-3")] * 2
    assert await balances(office) == {"COST": 1000, "COST-ITEM": -1000, "WIP-SALES": 1250, "ACCRUED-REV": -1250}
    assert await office.is_at_rest()


async def test_a4_hours_that_are_not_billed_are_a_sale_of_their_own_that_accrues_nothing(firm: Consulting) -> None:
    office = firm.office
    entry = await firm.worked(8)
    line = await office.the("msdyn_journallines", f"msdyn_transactiontypecode eq {UNBILLED}")
    await office.edit("msdyn_journallines", line["msdyn_journallineid"], msdyn_quantity=6)
    await firm.approve(entry)
    assert await staged(office, "Quantity", "BillingType") == [
        ("Cost", 960, 8, "Chargeable"),
        ("Sales", 1200, 6, "Chargeable"),
        ("Sales", 400, 2, "NonChargeable"),
    ]
    await office.travel(seconds=120)
    assert [row[1::2] for row in await related(office)] == [("Unbilled Sales", "Cost")] * 2
    await posted(office)
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "ActualType", "Quantity", "LinePropertyId") == [
        ("Cost", 8, "CHARGE"),
        ("Sales", 2, "NOCHARGE"),
        ("Sales", 6, "CHARGE"),
    ]
    assert await balances(office) == {"COST": 960, "PAYROLL-ALLOC": -960, "WIP-SALES": 1200, "ACCRUED-REV": -1200}
    assert all(row[3] for row in await accounted(office))
    assert await office.is_at_rest()


async def test_a6_time_on_fixed_price_terms_is_a_cost_alone(firm: Consulting) -> None:
    office = firm.office
    await firm.contract("ORD-2")
    await firm.project("PRJ-2")
    await firm.line("ORD-2", "PRJ-2", FIXED_PRICE, extendedamount=10_000)
    names = {"name": "Analyst", "msdyn_resourcecategorynumber": "ANA"}
    await firm.enter("bookableresourcecategories", "analyst", **names)
    await firm.priced("cost uspm", "analyst", 100, "USD")
    await office.travel()
    as_analyst = {"msdyn_resourceCategory__bookableresourcecategories": "analyst"}
    await firm.approved(8, project="PRJ-2", **as_analyst)
    assert await staged(office, "BillingType", "ContractId") == [("Cost", 800, "NotAvailable", "ORD-2")]
    await posted(office)
    assert await balances(office) == {"COST": 800, "PAYROLL-ALLOC": -800}
    assert [row[:3] for row in await accounted(office)] == [(COST, 800, 1)]
    assert await office.is_at_rest()


async def test_a6_time_that_is_taken_back_after_posting_is_posted_back(firm: Consulting) -> None:
    office = firm.office
    entry = await firm.approved(4)
    await posted(office)
    before = await accounted(office)
    await office.act("msdyn_CancelApproval", Targets=[entry])
    await office.travel(seconds=120)
    assert await staged(office, "AdjustmentStatus", "VoucherNumber") == [
        ("Cost", -480, 192350002, ""),
        ("Cost", 480, 192350001, before[0][3]),
        ("Sales", -800, 192350002, ""),
        ("Sales", 800, 192350001, before[1][3]),
    ]
    await posted(office)
    assert await balances(office) == {}
    assert sorted(row[1] for row in await accounted(office)) == [-800, -480, 480, 800]
    assert len({row[3] for row in await accounted(office)}) == 4
    assert await office.is_at_rest()


async def test_a6_hours_that_are_corrected_after_posting_are_posted_back_and_anew(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(4)
    await posted(office)
    targets = [firm.target("msdyn_actual", row["msdyn_actualid"]) for row in await office.held("msdyn_actuals")]
    journal = (await office.act("msdyn_CorrectActuals", Targets=targets))["JournalId"]
    for line in await office.held("msdyn_journallines", f"_msdyn_journal_value eq {journal}"):
        await office.edit("msdyn_journallines", line["msdyn_journallineid"], msdyn_quantity=3)
    await office.act("msdyn_ConfirmJournal", Targets=[firm.target("msdyn_journal", journal)])
    await office.travel(seconds=120)
    assert await staged(office, "Quantity") == [
        ("Cost", -480, -4),
        ("Cost", 360, 3),
        ("Cost", 480, 4),
        ("Sales", -800, -4),
        ("Sales", 600, 3),
        ("Sales", 800, 4),
    ]
    await posted(office)
    assert await balances(office) == {"COST": 360, "PAYROLL-ALLOC": -360, "WIP-SALES": 600, "ACCRUED-REV": -600}
    assert Counter(row[1::2] for row in await related(office)) == {
        ("Unbilled Sales", "Cost"): 2,
        ("Reversing", "Original"): 2,
    }
    assert await office.is_at_rest()


async def test_a5_an_entry_journal_is_posted_at_the_accounting_date_that_was_typed(firm: Consulting) -> None:
    office = firm.office
    await office.set_up("uspm", open_periods=[{"start": "2026-09-01", "end": "2026-09-30"}])
    await firm.enter("msdyn_journals", "journal", msdyn_description="Opening")
    for kind, price in ((COST, 70), (UNBILLED, 90)):
        await firm.enter(
            "msdyn_journallines",
            f"line {kind}",
            msdyn_transactiontypecode=kind,
            msdyn_transactionclassification=TIME,
            msdyn_documentdate=DAY,
            msdyn_accountingdate="2026-09-02",
            msdyn_quantity=2,
            msdyn_price=price,
            msdyn_Journal__msdyn_journals="journal",
            msdyn_Project__msdyn_projects="PRJ-1",
            transactioncurrencyid__transactioncurrencies="USD",
        )
    await office.act("msdyn_ConfirmJournal", Targets=[firm.target("msdyn_journal", firm["journal"])])
    await office.travel(seconds=120)
    assert await related(office) == []
    await posted(office)
    lines = await office.kept(JOURNAL_LINES)
    posted_on, worked_on = "2026-09-02T12:00:00Z", f"{DAY}T12:00:00Z"
    assert told(lines, "ActualType", "AccountingDate", "ProjTransDate", "RelatedVoucher", "Status") == [
        ("Cost", posted_on, worked_on, "", "Posted"),
        ("Sales", posted_on, worked_on, "", "Posted"),
    ]
    assert await balances(office) == {"COST": 140, "PAYROLL-ALLOC": -140, "WIP-SALES": 180, "ACCRUED-REV": -180}
    assert [row[1] for row in await accounted(office)] == [140, 180]
    assert await office.is_at_rest()


async def test_a6_a_line_of_a_closed_period_shows_nothing_in_dataverse_before_it_is_posted(firm: Consulting) -> None:
    office = firm.office
    await office.set_up("uspm", open_periods=[])
    await firm.approved(4)
    (journal,) = (await imported(office))["journals"]
    done = await office.run("post-journal", company="uspm", journal=journal)
    assert len(done["errors"]) == 2
    reason = "failed to post due to (No open fiscal period was found for the specified accounting date 8/27/2026.)."
    assert all(words.endswith(reason) for words in done["errors"])
    await office.travel()
    assert [row[1:] for row in await accounted(office)] == [(None,) * 4] * 2
    await office.set_up("uspm", open_periods=[{"start": "2026-08-01", "end": "2026-08-31"}])
    await office.run("update-to-draft", company="uspm", journal=journal)
    assert (await office.run("post-journal", company="uspm", journal=journal))["errors"] == []
    await office.travel()
    assert [row[1:3] for row in await accounted(office)] == [(480, 1), (800, 1)]
    assert await office.is_at_rest()
