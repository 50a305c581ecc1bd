"""Vendor invoices in Dataverse that a project manager verifies: lines are matched with costs, which they replace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes import vendor_invoices, verification
from tests.twin.dataverse.rules import vendor_invoices as rules
from tests.twin.invoiced import (
    CONFIRMED,
    IN_PROGRESS,
    IN_REVIEW,
    NOT_STARTED,
    OF_SUBCONTRACT,
    PLUGIN,
    REFUSED,
    Invoiced,
)
from tests.twin.projects import COST, EXPENSE, TIME, UNBILLED, told, words

ADJUSTED, UNADJUSTABLE = 192350001, 192350002


@pytest.fixture
async def stage() -> Invoiced:
    return await Invoiced(DataverseTwin(seed=9)).begin()


async def test_an_invoice_is_confirmed_only_when_every_line_is_verified(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.charged("TX-2")
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NOT_VERIFIED)
    await stage.verify("TX-1")
    assert await stage.status() == IN_REVIEW
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NOT_VERIFIED)
    await stage.verify("TX-2", status=IN_PROGRESS)
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NOT_VERIFIED)
    await stage.verify("TX-2")
    assert (await stage.confirm()).status == 204
    assert await stage.status() == CONFIRMED
    assert len(await stage.actuals(COST)) == 2
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.ALREADY_CONFIRMED)
    assert len(await stage.actuals(COST)) == 2


async def test_an_invoice_without_lines_is_not_confirmed_by_a_person_either(stage: Invoiced) -> None:
    await stage.arrives()
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NO_LINES)


async def test_a_matched_cost_is_reversed_and_replaced_and_its_sale_goes_with_the_new_cost(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, sale = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    assert (await stage.match("TX-1", cost["msdyn_actualid"])).status == 204
    assert (await stage.verified("TX-1"), await stage.status()) == (IN_PROGRESS, IN_REVIEW)
    await stage.verify("TX-1")
    assert (await stage.confirm()).status == 204
    columns = ("transactiontypecode", "quantity", "price", "amount", "adjustmentstatus")
    rows = await stage.actuals()
    assert [told(row, *columns) for row in rows] == [
        (COST, 10, 100, 1000, ADJUSTED),
        (UNBILLED, 10, 150, 1500, None),
        (COST, 10, 102, 1020, None),
        (COST, -10, 100, -1000, UNADJUSTABLE),
    ]
    _, _, replacement, reversal = rows
    ids = {row["msdyn_actualid"] for row in rows}
    assert {each for each in await stage.connected() if each[1] in ids} == {
        ("Unbilled Sales", sale["msdyn_actualid"], "Cost", cost["msdyn_actualid"]),
        ("Unbilled Sales", sale["msdyn_actualid"], "Cost", replacement["msdyn_actualid"]),
        ("Reversing", reversal["msdyn_actualid"], "Original", cost["msdyn_actualid"]),
    }
    assert reversal["_msdyn_vendorinvoiceline_value"] is None
    assert replacement["_msdyn_subcontractline_value"] == stage["SL-1"]


async def test_the_job_matches_the_costs_of_a_subcontract_s_line_by_itself(stage: Invoiced) -> None:
    await stage.subcontract()
    await stage.subcontracted("four hours", 4)
    await stage.subcontracted("six hours", 6)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.tells_to_confirm()
    assert await stage.jobs() == {"succeeded": 1, "failed": 0}
    costs = [told(row, "quantity", "amount", "adjustmentstatus") for row in await stage.actuals(COST)]
    assert costs == [
        (4, 400, ADJUSTED),
        (6, 600, ADJUSTED),
        (10, 1020, None),
        (-4, -400, UNADJUSTABLE),
        (-6, -600, UNADJUSTABLE),
    ]
    assert len(await stage.actuals(UNBILLED)) == 2


async def test_a_second_invoice_of_the_same_subcontract_line_does_not_replace_the_first(stage: Invoiced) -> None:
    await stage.subcontract()
    await stage.subcontracted("ten hours", 10)
    for invoice, line in (("VI-77", "TX-1"), ("VI-78", "TX-2")):
        of_invoice = {"msdyn_VendorInvoice__msdyn_projectvendorinvoices": invoice}
        await stage.arrives(invoice)
        await stage.charged(line, **{**OF_SUBCONTRACT, **of_invoice})
        await stage.tells_to_confirm(invoice)
        await stage.jobs()
    amounts = [told(row, "amount", "adjustmentstatus") for row in await stage.actuals(COST)]
    assert amounts == [(1000, ADJUSTED), (1020, None), (-1000, UNADJUSTABLE), (1020, None)]
    assert [row["msdyn_amount"] for row in await stage.actuals(UNBILLED)] == [1500, 1500]


async def test_only_costs_that_say_what_the_line_says_are_matched(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, sale = await stage.subcontracted("ten hours", 10)
    other, _ = await stage.subcontracted("three hours", 3)
    await stage.enter("bookableresourcecategories", "tester", name="Tester")
    await stage.arrives()
    await stage.charged("tests", **{**OF_SUBCONTRACT, "msdyn_ResourceCategory__bookableresourcecategories": "tester"})
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.charged("own")
    unlike = await stage.match("tests", cost["msdyn_actualid"])
    assert words(unlike) == (REFUSED, PLUGIN, verification.NOT_FITTING)
    sold = await stage.match("TX-1", cost["msdyn_actualid"], sale["msdyn_actualid"])
    assert words(sold) == (REFUSED, PLUGIN, verification.NOT_FITTING)
    direct = await stage.match("own", cost["msdyn_actualid"])
    assert words(direct) == (REFUSED, PLUGIN, verification.NO_SUBCONTRACT)
    assert await stage.verified("TX-1") == NOT_STARTED
    assert (await stage.match("TX-1", cost["msdyn_actualid"], other["msdyn_actualid"])).status == 204
    twice = await stage.match("TX-1", cost["msdyn_actualid"])
    assert words(twice) == (REFUSED, PLUGIN, verification.NOT_FITTING)


async def begin_alike(stage: Invoiced) -> str:
    """Approve ten hours that say all a line may ask for, and enter another one of each; give the id of their cost."""
    await stage.subcontract()
    await stage.enter("msdyn_projecttasks", "task", msdyn_project__msdyn_projects="PRJ-1")
    said = {
        "msdyn_projectTask__msdyn_projecttasks": "task",
        "msdyn_transactioncategory__msdyn_transactioncategories": "dev",
    }
    cost, _ = await stage.subcontracted("ten hours", 10, **said)
    await stage.contract("ORD-2")
    await stage.line("line 2", contract="ORD-2")
    await stage.project("PRJ-2")
    await stage.enter("msdyn_projecttasks", "task 2", msdyn_project__msdyn_projects="PRJ-1")
    await stage.enter("bookableresourcecategories", "tester", name="Tester")
    await stage.enter("msdyn_transactioncategories", "tests", msdyn_name="Tests")
    await stage.resource("Bob", "USPM")
    of_subcontract = {"msdyn_Subcontract__msdyn_subcontracts": "SC-1", "msdyn_transactionclassification": TIME}
    await stage.enter("msdyn_subcontractlines", "SL-2", **of_subcontract, **stage.of_uspm())
    await stage.arrives()
    return str(cost["msdyn_actualid"])


#: A line that says all that the ten hours say.
ALIKE: dict[str, Any] = {
    **OF_SUBCONTRACT,
    "msdyn_SalesContract__salesorders": "ORD-1",
    "msdyn_SalesContractLineId__salesorderdetails": "line",
    "msdyn_Task__msdyn_projecttasks": "task",
    "msdyn_TransactionCategory__msdyn_transactioncategories": "dev",
    "msdyn_bookableresource__bookableresources": "Ann",
}


async def test_a_cost_that_says_all_that_the_line_says_is_matched(stage: Invoiced) -> None:
    cost = await begin_alike(stage)
    await stage.charged("TX-1", **ALIKE)
    assert (await stage.match("TX-1", cost)).status == 204


@pytest.mark.parametrize(
    "unlike",
    [
        {"msdyn_SalesContract__salesorders": "ORD-2"},
        {"msdyn_SalesContractLineId__salesorderdetails": "line 2"},
        {"msdyn_transactionclassification": EXPENSE},
        {"msdyn_Project__msdyn_projects": "PRJ-2"},
        {"msdyn_Task__msdyn_projecttasks": "task 2"},
        {"msdyn_ResourceCategory__bookableresourcecategories": "tester"},
        {"msdyn_TransactionCategory__msdyn_transactioncategories": "tests"},
        {"msdyn_Product__products": "licence"},
        {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-2"},
        {"msdyn_bookableresource__bookableresources": "Bob"},
    ],
    ids=lambda unlike: next(iter(unlike)).partition("__")[0],
)
async def test_a_cost_that_differs_from_the_line_in_one_thing_is_not_matched(
    stage: Invoiced, unlike: dict[str, Any]
) -> None:
    cost = await begin_alike(stage)
    await stage.charged("TX-1", **{**ALIKE, **unlike})
    assert words(await stage.match("TX-1", cost)) == (REFUSED, PLUGIN, verification.NOT_FITTING)
    await stage.tells_to_confirm()
    assert await stage.jobs() == {"succeeded": 1, "failed": 0}
    assert {row["msdyn_adjustmentstatus"] for row in await stage.actuals(COST)} == {None}


async def test_a_cost_that_was_adjusted_is_matched_no_more(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    assert (await stage.act("msdyn_CancelApproval", "msdyn_timeentry", "ten hours")).status == 204
    _, reversal = await stage.actuals(COST)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    for row in (cost, reversal):
        answer = await stage.match("TX-1", row["msdyn_actualid"])
        assert words(answer) == (REFUSED, PLUGIN, verification.NOT_FITTING)


async def test_what_is_unmatched_again_stays_as_it_was(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    undo = "msdyn_UnmatchActuals"
    early = await stage.match("TX-1", cost["msdyn_actualid"], action=undo)
    assert words(early) == (REFUSED, PLUGIN, verification.NOT_MATCHED)
    await stage.match("TX-1", cost["msdyn_actualid"])
    assert (await stage.match("TX-1", cost["msdyn_actualid"], action=undo)).status == 204
    assert await stage.verified("TX-1") == NOT_STARTED
    await stage.verify("TX-1")
    late = await stage.match("TX-1", cost["msdyn_actualid"])
    assert words(late) == (REFUSED, PLUGIN, verification.VERIFIED)
    await stage.confirm()
    assert [row["msdyn_amount"] for row in await stage.actuals(COST)] == [1000, 1020]
    assert [row["msdyn_amount"] for row in await stage.actuals(UNBILLED)] == [1500, 1500]
    confirmed = await stage.match("TX-1", cost["msdyn_actualid"])
    assert words(confirmed) == (REFUSED, PLUGIN, rules.CONFIRMED_GUARD)


async def test_a_matched_cost_that_was_recalled_meanwhile_is_not_replaced(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.match("TX-1", cost["msdyn_actualid"])
    assert (await stage.act("msdyn_CancelApproval", "msdyn_timeentry", "ten hours")).status == 204
    await stage.verify("TX-1")
    await stage.confirm()
    assert [row["msdyn_amount"] for row in await stage.actuals(COST)] == [1000, -1000, 1020]
    assert [row["msdyn_amount"] for row in await stage.actuals(UNBILLED)] == [1500, -1500, 1500]
