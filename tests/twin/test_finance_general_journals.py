"""General journals with projects: posted at once, on their way to Dataverse by a service call, and back as actuals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.bookkeeper import Bookkeeper
from tests.twin.http import Request

JOURNAL = "USPM-GJ-0000001"


class Clerk(Bookkeeper):
    async def post(self, *lines: dict[str, Any], batch: str = "") -> dict[str, Any]:
        return await self.run("post-general-journal", lines=[*lines], batch=batch)

    async def waiting(self) -> list[dict[str, Any]]:
        asked = Request("GET", "/twin/dataverse-journals", [("company", "uspm")])
        return list((await self.twin.respond(asked)).json())

    async def tell(self, problem: str = "", journal: str = JOURNAL) -> str:
        sent = {"company": "uspm", "journal": journal, "problem": problem}
        return str((await self.control("dataverse-journals", sent))["status"])


def line(**columns: Any) -> dict[str, Any]:
    return {"project": "P1", "quantity": 2, "unit_cost": 50, "unit_price": 80, "day": "2026-08-27", **columns}


@pytest.fixture
async def finance() -> Clerk:
    clerk = Clerk()
    await clerk.contract("GBP")
    return clerk


async def test_cost_reaches_ledger_and_project_at_once(finance: Clerk) -> None:
    posted = await finance.post(line(offset="EXP-OFFSET", category="EXP-4", activity="A1"))
    assert (posted["journal"], posted["warnings"]) == (JOURNAL, [])
    assert await finance.entries(posted["vouchers"][0]) == [("COST", 100, 0), ("EXP-OFFSET", 0, 100)]
    [cost] = await finance.rows("ProjectPostedTransactions")
    assert (cost["Part"], cost["Qty"], cost["Amount"], cost["CategoryId"]) == ("Cost", 2, 100, "EXP-4")


async def test_a_time_and_material_line_is_a_cost_and_a_sale_in_dataverse(finance: Clerk) -> None:
    await finance.category("TCN-1", 4)
    await finance.post(line(category="TCN-1-4", text="Permit"))
    [journal] = await finance.waiting()
    assert (journal["company"], journal["journal"], journal["description"]) == ("uspm", JOURNAL, JOURNAL)
    wanted = ("ActualType", "Quantity", "UnitPrice", "Amount", "CurrencyCode", "ContractLine")
    assert [tuple(each[name] for name in wanted) for each in journal["lines"]] == [
        ("Cost", 2, 50, 100, "USD", 1),
        ("Sales", 2, 80, 160, "GBP", 1),
    ]
    assert {each["TransactionCategoryId"] for each in journal["lines"]} == {"TCN-1"}
    assert {each["Description"] for each in journal["lines"]} == {f"{JOURNAL} Permit"}


async def test_a_sale_without_a_price_is_warned_of_and_sent_all_the_same(finance: Clerk) -> None:
    posted = await finance.post(line(unit_price=0))
    assert posted["warnings"] == ["Sales price not specified for time and material projects."]
    [journal] = await finance.waiting()
    assert [(each["ActualType"], each["Amount"]) for each in journal["lines"]] == [("Cost", 100), ("Sales", 0)]


@pytest.mark.parametrize("has_contract", [True, False])
async def test_a_line_of_fixed_price_or_without_contract_is_a_cost_only(has_contract: bool) -> None:
    finance = Clerk()
    if has_contract:
        await finance.contract(method="FixedPrice")
    else:
        await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P1")
    await finance.post(line(unit_price=0))
    [journal] = await finance.waiting()
    assert [each["ActualType"] for each in journal["lines"]] == ["Cost"]


async def test_what_cannot_be_posted_is_refused_as_a_whole(finance: Clerk) -> None:
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P2")
    refused = {
        "There's no contract that exists for this project": [line(), line(project="P2")],
        "A maximum of 200 project-based lines are supported": [line()] * 201,
        "Project 'P9' doesn't exist.": [line(), line(project="P9")],
        "Account number for transaction type NONE does not exist.": [line(), line(offset="NONE")],
        "No open fiscal period was found for the specified accounting date 1/2/1999.": [line(day="1999-01-02")],
    }
    for text, lines in refused.items():
        assert await finance.refused("post-general-journal", lines=lines) == text
    await finance.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", ProjectStage="Completed")
    assert "stage finished" in await finance.refused("post-general-journal", lines=[line()])
    assert await finance.balances("uspm") == {}
    assert await finance.waiting() == []


async def test_a_journal_confirmed_in_dataverse_is_not_sent_again(finance: Clerk) -> None:
    await finance.post(line())
    assert await finance.tell() == "Confirmed"
    assert await finance.waiting() == []
    sent = {"company": "uspm", "journal": JOURNAL}
    _, text = await finance.refusal("POST", "/twin/dataverse-journals", sent=sent, across=False)
    assert text == f"Journal {JOURNAL} isn't waiting to be sent to Dataverse."


async def test_after_five_attempts_a_person_must_send_it(finance: Clerk) -> None:
    await finance.post(line())
    told = [await finance.tell("Timeout.") for _ in range(5)]
    assert told == ["Pending"] * 4 + ["ManualSync"]
    assert await finance.waiting() == []
    [transfer] = await finance.rows("ProjectJournalTransfers")
    assert transfer["Message"] == (
        f"Failed to sync journal header {JOURNAL} to Dataverse. Manual synchs required at count 5. Count 5. Timeout."
    )
    assert await finance.tell() == "Confirmed"


async def test_only_the_sale_comes_back_through_the_integration_journal(finance: Clerk) -> None:
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": "1.25"}
    await finance.control("setup", {"company": "uspm", "exchange_rates": [rate]})
    await finance.post(line())
    await finance.actual("cost", kind="Cost", Quantity=2, UnitPrice=50, Description=f"{JOURNAL} Permit")
    await finance.actual(
        "sale",
        kind="Cost",
        Quantity=2,
        UnitPrice=80,
        TransactionType="Sales",
        TransactionCurrencyId="GBP",
        Description=f"{JOURNAL} Permit",
    )
    await finance.actual("other", kind="Cost", Quantity=1, UnitPrice=7)
    imported = await finance.run("import-from-staging")
    assert len(imported["vouchers"]) == 2
    assert {(await finance.state(name))["IsProcessed"] for name in ("cost", "sale", "other")} == {"Yes"}
    await finance.run("post-journal", journal=imported["journals"][0])
    assert await finance.balances("uspm") == {
        "COST": 107,
        "AP": -100,
        "EXP-OFFSET": -7,
        "WIP-SALES": 200,
        "ACCRUED-REV": -200,
    }
    assert (await finance.staged("cost"))["VoucherNumber"] == ""
