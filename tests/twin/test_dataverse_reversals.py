"""What undoes actuals: canceled approvals, recalls, correction journals, a project that gets a contract."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.journals import CONFIRMED, NO_LINES, NOT_OF_A_JOURNAL, NOT_TO_CONFIRM
from tests.twin.dataverse.processes.reversal import ALREADY_ADJUSTED, ALREADY_INVOICED
from tests.twin.dataverse.rules.entries import CONFIRMED_GUARD, DELETE_GUARD
from tests.twin.projects import (
    ACTUALS,
    CONNECTIONS,
    COST,
    INTER_ORG,
    RESOURCING_COST,
    TIME,
    UNBILLED,
    ProjectStage,
    told,
    words,
)

ENTRY = "msdyn_timeentry"
CANCELED, CREATED = 192350003, 192350000
IN_PROCESS, ADJUSTED, UNADJUSTABLE = 192350000, 192350001, 192350002
DRAFT, RETURNED, SUBMITTED, RECALL_REQUESTED = 192350000, 192350001, 192350003, 192350004


@pytest.fixture
async def stage() -> ProjectStage:
    stage = await ProjectStage(DataverseTwin(seed=6)).begin()
    await stage.role_price("cost USPM", "developer", 120, "USD")
    return stage


async def sold(stage: ProjectStage) -> None:
    await stage.line("line")
    await stage.role_price("sales ORD-1", "developer", 250, "USD")


async def entry_status(stage: ProjectStage, name: str = "work") -> int:
    status: int = (await stage.api.get(f"msdyn_timeentries({stage[name]})")).json()["msdyn_entrystatus"]
    return status


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["msdyn_actualid"] for row in rows]


async def test_a_canceled_approval_reverses_cost_and_sale_and_the_entry_waits_again(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 4)
    await stage.approved("work")
    assert (await stage.act("msdyn_CancelApproval", ENTRY, "work")).status == 204
    cost, sale, cost_reversal, sale_reversal = rows = await stage.actuals()
    assert [told(row, "transactiontypecode", "quantity", "amount") for row in rows] == [
        (COST, 4, 480),
        (UNBILLED, 4, 1000),
        (COST, -4, -480),
        (UNBILLED, -4, -1000),
    ]
    assert [told(row, "adjustmentstatus", "billingstatus") for row in rows] == [
        *[(ADJUSTED, CANCELED)] * 2,
        *[(UNADJUSTABLE, CANCELED)] * 2,
    ]
    assert {row["msdyn_skipsync"] for row in rows} == {False}
    assert len({row["msdyn_actualimportid"] for row in rows}) == 4
    connected = await stage.connected()
    for reversal, original in ((cost_reversal, cost), (sale_reversal, sale)):
        assert ("Reversing", reversal["msdyn_actualid"], "Original", original["msdyn_actualid"]) in connected
    assert await entry_status(stage) == SUBMITTED


async def test_a_canceled_approval_can_be_given_again_and_canceled_again(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    await stage.act("msdyn_CancelApproval", ENTRY, "work")
    assert (await stage.act("msdyn_CancelApproval", ENTRY, "work")).status == 400
    assert (await stage.act("msdyn_ApproveEntries", ENTRY, "work")).status == 204
    assert (await stage.act("msdyn_CancelApproval", ENTRY, "work")).status == 204
    assert [row["msdyn_quantity"] for row in await stage.actuals()] == [4, -4, 4, -4]


async def test_a_recall_is_asked_for_and_approved(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    assert (await stage.act("msdyn_RecallEntries", ENTRY, "work")).status == 204
    assert (await entry_status(stage), len(await stage.actuals())) == (RECALL_REQUESTED, 1)
    assert (await stage.act("msdyn_ApproveRecall", ENTRY, "work")).status == 204
    assert await entry_status(stage) == RETURNED
    assert [row["msdyn_quantity"] for row in await stage.actuals()] == [4, -4]
    await stage.approved("work")
    assert [row["msdyn_quantity"] for row in await stage.actuals()] == [4, -4, 4]


async def test_before_approval_a_recall_makes_a_draft_and_a_rejection_returns(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    for action, status in (("msdyn_RecallEntries", DRAFT), ("msdyn_RejectEntries", RETURNED)):
        await stage.act("msdyn_SubmitEntries", ENTRY, "work")
        assert (await stage.act(action, ENTRY, "work")).status == 204
        assert await entry_status(stage) == status
    assert await stage.actuals() == []


async def test_intercompany_actuals_are_reversed_with_the_skip_sync_they_have(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.role_price("cost GBPM", "developer", 88, "GBP")
    await stage.resource("Molly Clark", "GBPM")
    await stage.time("work", 10, "Molly Clark")
    await stage.approved("work")
    await stage.act("msdyn_CancelApproval", ENTRY, "work")
    reversals = (await stage.actuals())[4:]
    assert [told(row, "transactiontypecode", "amount", "skipsync") for row in reversals] == [
        (COST, -1200, True),
        (UNBILLED, -2500, False),
        (RESOURCING_COST, -880, False),
        (INTER_ORG, -1200, False),
    ]
    assert [row["_msdyn_owningcompany_value"] for row in reversals[2:]] == [stage["GBPM"], stage["GBPM"]]


async def test_what_accounting_wrote_is_not_copied_to_a_reversal(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    actual = (await stage.actuals())[0]["msdyn_actualid"]
    assert (await stage.app.patch(f"{ACTUALS}({actual})", {"msdyn_vouchernumber": "V-101"})).status == 204
    await stage.act("msdyn_CancelApproval", ENTRY, "work")
    assert [row["msdyn_vouchernumber"] for row in await stage.actuals()] == ["V-101", None]


async def test_what_was_invoiced_is_not_undone(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 4)
    await stage.approved("work")
    sale = stage.twin.database.tables["msdyn_actual"]
    row_id = (await stage.actuals(UNBILLED))[0]["msdyn_actualid"]
    sale.put(row_id, {**sale.rows[row_id], "msdyn_billingstatus": 192350002})
    refused = (400, "0x80040265", ALREADY_INVOICED)
    assert words(await stage.act("msdyn_CancelApproval", ENTRY, "work")) == refused
    assert words(await stage.act("msdyn_RecallEntries", ENTRY, "work")) == refused
    assert len(await stage.actuals()) == 2


async def corrected(stage: ProjectStage, hours: int) -> str:
    """Correct the hours of all actuals; give the journal, not yet confirmed."""
    answer = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", *ids(await stage.actuals()))
    journal: str = answer.json()["JournalId"]
    for line in await stage.api.rows(f"msdyn_journallines?$filter=_msdyn_journal_value eq {journal}"):
        await stage.api.patch(f"msdyn_journallines({line['msdyn_journallineid']})", {"msdyn_quantity": hours})
    return journal


async def test_a_correction_journal_reverses_and_replaces(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 4)
    await stage.approved("work")
    journal = await corrected(stage, 3)
    assert [row["msdyn_adjustmentstatus"] for row in await stage.actuals()] == [IN_PROCESS, IN_PROCESS]
    assert (await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)).status == 204
    rows = await stage.actuals()
    assert [told(row, "transactiontypecode", "quantity", "amount", "adjustmentstatus") for row in rows] == [
        (COST, 4, 480, ADJUSTED),
        (UNBILLED, 4, 1000, ADJUSTED),
        (COST, -4, -480, UNADJUSTABLE),
        (COST, 3, 360, None),
        (UNBILLED, -4, -1000, UNADJUSTABLE),
        (UNBILLED, 3, 750, None),
    ]
    cost, sale, cost_reversal, new_cost, sale_reversal, new_sale = ids(rows)
    assert await stage.connected() == {
        ("Unbilled Sales", sale, "Cost", cost),
        ("Reversing", cost_reversal, "Original", cost),
        ("Reversing", sale_reversal, "Original", sale),
        ("Unbilled Sales", new_sale, "Cost", new_cost),
    }


async def test_what_was_adjusted_is_not_adjusted_again(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    actual = ids(await stage.actuals())[0]
    journal = await corrected(stage, 3)
    again = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", actual)
    assert words(again) == (400, "0x80040265", ALREADY_ADJUSTED)
    await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)
    confirmed = await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)
    assert words(confirmed) == (400, "0x80040265", CONFIRMED)
    reversal = ids(await stage.actuals())[1]
    for row_id in (actual, reversal):
        answer = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", row_id)
        assert words(answer) == (400, "0x80040265", ALREADY_ADJUSTED)


async def test_an_approval_is_not_canceled_while_its_actuals_are_corrected(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    await corrected(stage, 3)
    refused = words(await stage.act("msdyn_CancelApproval", ENTRY, "work"))
    assert refused == (400, "0x80040265", ALREADY_ADJUSTED)


async def test_a_canceled_approval_reverses_what_a_correction_left(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", await corrected(stage, 3))
    assert (await stage.act("msdyn_CancelApproval", ENTRY, "work")).status == 204
    assert [row["msdyn_quantity"] for row in await stage.actuals()] == [4, -4, 3, -3]


async def test_a_project_that_gets_a_contract_line_has_its_costs_recorded_anew_and_sold(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    await stage.line("line", msdyn_Project__msdyn_projects=await _elsewhere(stage))
    await stage.role_price("sales ORD-1", "developer", 250, "USD")
    assert (await stage.changed("salesorderdetails", "line", msdyn_Project__msdyn_projects="PRJ-1")).status == 204
    rows = await stage.actuals()
    assert [told(row, "transactiontypecode", "amount", "adjustmentstatus") for row in rows] == [
        (COST, 480, ADJUSTED),
        (COST, -480, UNADJUSTABLE),
        (COST, 480, None),
        (UNBILLED, 1000, None),
    ]
    assert rows[2]["_msdyn_salescontract_value"] == stage["ORD-1"]
    # What is billed by one line is not billed again when another one covers the project as well.
    assert (await stage.changed("salesorderdetails", "line", productdescription="same project")).status == 204
    await stage.line("second line")
    assert len(await stage.actuals()) == 4


async def _elsewhere(stage: ProjectStage) -> str:
    await stage.project("PRJ-2")
    return "PRJ-2"


async def test_sync_actuals_writes_actuals_and_their_connections_again_and_changes_nothing(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 4)
    await stage.time("other work", 4)
    await stage.approved("work")
    await stage.approved("other work")
    links = [
        (await stage.api.get(table, prefer="odata.track-changes")).json()["@odata.deltaLink"]
        for table in (ACTUALS, CONNECTIONS)
    ]
    before = await stage.actuals()
    sale = before[1]["msdyn_actualid"]
    assert (await stage.api.act("msdyn_SyncActuals", "msdyn_actual", sale)).status == 204
    touched, connections = [await stage.api.rows(link) for link in links]
    assert ids(touched) == [sale]
    assert [row["msdyn_transaction1"] for row in connections] == [sale]
    moving = ("@odata.etag", "modifiedon", "versionnumber")
    still = [{name: value for name, value in row.items() if name not in moving} for row in before]
    after = [{name: value for name, value in row.items() if name not in moving} for row in await stage.actuals()]
    assert after == still


async def typed(stage: ProjectStage) -> None:
    """Enter a journal with a cost and a sale."""
    await stage.enter("msdyn_journals", "journal", msdyn_description="Opening")
    for kind, price in ((COST, 70), (UNBILLED, 90)):
        await stage.enter(
            "msdyn_journallines",
            f"line {kind}",
            msdyn_transactiontypecode=kind,
            msdyn_transactionclassification=TIME,
            msdyn_documentdate="2026-08-27",
            msdyn_quantity=2,
            msdyn_price=price,
            msdyn_Journal__msdyn_journals="journal",
            msdyn_Project__msdyn_projects="PRJ-1",
            transactioncurrencyid__transactioncurrencies="USD",
        )


async def test_an_entry_journal_makes_one_actual_per_line_as_typed(stage: ProjectStage) -> None:
    await sold(stage)
    await typed(stage)
    assert (await stage.act("msdyn_ConfirmJournal", "msdyn_journal", "journal")).status == 204
    cost, sale = await stage.actuals()
    assert told(cost, "transactiontypecode", "amount", "skipsync") == (COST, 140, False)
    assert told(sale, "transactiontypecode", "amount", "billingstatus") == (UNBILLED, 180, CREATED)
    assert sale["_msdyn_salescontractlineid_value"] == stage["line"]
    assert await stage.connected() == set()


async def test_a_confirmed_journal_is_not_changed_but_its_actuals_can_be_canceled(stage: ProjectStage) -> None:
    await sold(stage)
    await typed(stage)
    await stage.act("msdyn_ConfirmJournal", "msdyn_journal", "journal")
    change = await stage.changed("msdyn_journallines", f"line {COST}", msdyn_quantity=3)
    assert words(change) == (400, "0x80040265", CONFIRMED_GUARD)
    cost = ids(await stage.actuals())[0]
    assert (await stage.api.act("msdyn_CancelActuals", "msdyn_actual", cost)).status == 204
    rows = await stage.actuals(COST)
    assert [told(row, "amount", "adjustmentstatus") for row in rows] == [(140, ADJUSTED), (-140, UNADJUSTABLE)]
    again = await stage.api.act("msdyn_CancelActuals", "msdyn_actual", cost)
    assert words(again) == (400, "0x80040265", ALREADY_ADJUSTED)


async def test_what_was_approved_is_neither_confirmed_nor_canceled_as_a_journal_nor_deleted(
    stage: ProjectStage,
) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    journal = (await stage.api.rows("msdyn_journals"))[0]["msdyn_journalid"]
    confirmed = await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)
    assert words(confirmed) == (400, "0x80040265", NOT_TO_CONFIRM)
    canceled = await stage.api.act("msdyn_CancelActuals", "msdyn_actual", *ids(await stage.actuals()))
    assert words(canceled) == (400, "0x80040265", NOT_OF_A_JOURNAL)
    gone = await stage.api.delete(f"msdyn_timeentries({stage['work']})")
    assert words(gone) == (400, "0x80040265", DELETE_GUARD)
    assert len(await stage.actuals()) == 1


@pytest.mark.parametrize("kind", [RESOURCING_COST, INTER_ORG])
async def test_lending_can_t_be_typed_into_an_entry_journal(stage: ProjectStage, kind: int) -> None:
    await stage.enter("msdyn_journals", "journal", msdyn_description="Opening")
    assert words(await stage.act("msdyn_ConfirmJournal", "msdyn_journal", "journal")) == (400, "0x80040265", NO_LINES)
    await stage.enter(
        "msdyn_journallines",
        "line",
        msdyn_transactiontypecode=kind,
        msdyn_transactionclassification=TIME,
        msdyn_Journal__msdyn_journals="journal",
        msdyn_Project__msdyn_projects="PRJ-1",
    )
    assert (await stage.act("msdyn_ConfirmJournal", "msdyn_journal", "journal")).status == 400
    assert await stage.actuals() == []
