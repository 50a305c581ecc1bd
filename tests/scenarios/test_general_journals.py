"""A general journal of Finance on a project: A11. Its cost is in the books at once, its sale takes the way of any other.

What a journal says goes to Dataverse by a service call of Finance's own and not by a map (Microsoft Learn, "Use general
journals with project accounting"); `carried` plays that call.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.accounting import JOURNAL_LINES, accounted, imported, posted
from tests.scenarios.consulting import CATEGORY, COST, DAY, FIXED_PRICE, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row

SOFTWARE: Row = {
    "project": "PRJ-1",
    "quantity": 2,
    "unit_cost": 50,
    "unit_price": 80,
    "category": f"{CATEGORY}-4",
    "day": DAY,
    "text": "Software",
}


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    firm = await Consulting(office).begin()
    await firm.sold(developer=200)
    return firm


async def booked(office: Enterprise, **columns: Any) -> Row:
    """Post a general journal of one line in USPM, and let Finance send it to Dataverse."""
    done: Row = await office.run("post-general-journal", company="uspm", batch="GJ-7", lines=[{**SOFTWARE, **columns}])
    await carried(office)
    await office.travel(seconds=120)
    return done


async def carried(office: Enterprise) -> int:
    """Send the journals that wait to Dataverse and tell Finance what became of them; give how many there were."""
    waiting = await office.finance_forms.does("GET", "dataverse-journals?company=uspm")
    for journal in waiting:
        await office.act("msdyn_PostGeneralJournal", **journal)
        outcome = {"company": "uspm", "journal": journal["journal"]}
        assert await office.finance_forms.does("POST", "dataverse-journals", outcome) == {"status": "Confirmed"}
    return len(waiting)


async def ledger(office: Enterprise) -> list[tuple[object, ...]]:
    """What the ledger of USPM has."""
    return told(await office.kept("LedgerVoucherEntries"), "Account", "Debit", "Credit")


async def test_a11_a_general_journal_is_a_confirmed_journal_with_cost_and_sale_in_dataverse(firm: Consulting) -> None:
    office = firm.office
    done = await booked(office)
    assert done["warnings"] == []
    confirmed = 192350001
    journal = await office.the("msdyn_journals", "msdyn_description eq 'GJ-7'")
    assert journal["msdyn_journalstatus"] == confirmed
    columns = ("transactiontypecode", "description", "quantity", "price", "amount")
    assert told(await office.held("msdyn_actuals"), *(f"msdyn_{name}" for name in columns)) == [
        (COST, "GJ-7 Software", 2, 50, 100),
        (UNBILLED, "GJ-7 Software", 2, 80, 160),
    ]
    staged = await office.kept("ProjActualsImports")
    assert told(staged, "TransactionType", "Amount", "TransactionCategoryId") == [
        ("Cost", 100, CATEGORY),
        ("Sales", 160, CATEGORY),
    ]
    assert await office.is_at_rest()


async def test_a11_only_the_sale_of_a_general_journal_comes_back_through_the_integration_journal(
    firm: Consulting,
) -> None:
    office = firm.office
    (voucher,) = (await booked(office))["vouchers"]
    at_once = [("AP", 0, 100), ("COST", 100, 0)]
    assert await ledger(office) == at_once
    await posted(office)
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "ActualType", "TransType", "ExtendedCost", "ExtendedPrice") == [("Sales", "Cost", 0, 160)]
    assert told(await office.kept("ProjectActualsStates"), "IsProcessed") == [("Yes",)] * 2
    assert await ledger(office) == sorted([*at_once, ("ACCRUED-REV", 0, 160), ("WIP-SALES", 160, 0)])
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "Part", "Qty", "Amount", "VoucherJournal") == [
        ("Cost", 2, 100, voucher),
        ("Sale", 2, 160, lines[0]["Voucher"]),
    ]
    assert await accounted(office) == [
        (COST, None, None, None, None),
        (UNBILLED, 160, 1, lines[0]["Voucher"], None),
    ]
    assert await office.is_at_rest()


async def test_a11_a_journal_that_is_confirmed_is_not_sent_again_and_sent_all_the_same_makes_nothing_new(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.run("post-general-journal", company="uspm", batch="GJ-7", lines=[SOFTWARE])
    (journal,) = await office.finance_forms.does("GET", "dataverse-journals?company=uspm")
    for _ in range(2):
        await office.act("msdyn_PostGeneralJournal", **journal)
    assert await carried(office) == 1
    assert await carried(office) == 0
    await office.travel(seconds=120)
    assert len(await office.held("msdyn_actuals")) == 2
    assert len(await office.kept("ProjActualsImports")) == 2
    assert len((await imported(office))["vouchers"]) == 1


async def test_a11_a_sale_without_a_price_is_warned_of_and_comes_back_all_the_same(firm: Consulting) -> None:
    office = firm.office
    done = await booked(office, unit_price=0)
    assert done["warnings"] == ["Sales price not specified for time and material projects."]
    await posted(office)
    assert told(await office.kept(JOURNAL_LINES), "ActualType", "Quantity", "ExtendedPrice") == [("Sales", 2, 0)]
    assert [row[:2] for row in await accounted(office)] == [(COST, None), (UNBILLED, None)]
    sale = await office.the("msdyn_actuals", f"msdyn_transactiontypecode eq {UNBILLED}")
    assert sale["msdyn_vouchernumber"]


async def test_a11_a_journal_on_fixed_price_terms_is_a_cost_and_nothing_comes_back(firm: Consulting) -> None:
    office = firm.office
    await firm.contract("ORD-2")
    await firm.project("PRJ-2")
    await firm.line("ORD-2", "PRJ-2", FIXED_PRICE)
    await office.travel()
    await booked(office, project="PRJ-2", unit_price=0)
    assert told(await office.held("msdyn_actuals"), "msdyn_transactiontypecode", "msdyn_amount") == [(COST, 100)]
    assert (await imported(office))["vouchers"] == []
    assert told(await office.kept("ProjectActualsStates"), "IsProcessed") == [("Yes",)]
    assert await ledger(office) == [("AP", 0, 100), ("COST", 100, 0)]
    assert await office.is_at_rest()
