"""Submitting and approving time: which actuals and connections come of it, with the amounts of worked examples."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
import simplejson

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.approval import APPROVAL
from tests.twin.dataverse.processes.terms import PROJECT_INACTIVE
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.dataverse.rules.entries import STATUS_GUARD
from tests.twin.dataverse.tables.registration import SYNC
from tests.twin.events import Post
from tests.twin.projects import (
    ACTUALS,
    CONNECTIONS,
    COST,
    FIXED_PRICE,
    INTER_ORG,
    RESOURCING_COST,
    UNBILLED,
    ProjectStage,
    told,
    words,
)

ENTRY = "msdyn_timeentry"
CHARGEABLE, NON_CHARGEABLE, NOT_AVAILABLE = 192350001, 192350000, 192350003


@pytest.fixture
def posts() -> list[Post]:
    return []


@pytest.fixture
async def stage(posts: list[Post]) -> ProjectStage:
    async def send(post: Post) -> int:
        posts.append(post)
        return 202

    stage = await ProjectStage(DataverseTwin(seed=5, send=send)).begin()
    await stage.role_price("cost USPM", "developer", 120, "USD")
    await stage.role_price("cost GBPM", "developer", 88, "GBP")
    return stage


async def sold(stage: ProjectStage, price: int = 250, currency: str = "USD") -> None:
    await stage.line("line")
    await stage.role_price("sales ORD-1", "developer", price, currency)


async def test_approved_time_becomes_a_cost_and_an_unbilled_sale_in_the_contract_s_currency(
    stage: ProjectStage,
) -> None:
    await stage.contract("ORD-2", "GBP")
    await stage.line("line", contract="ORD-2")
    await stage.role_price("sales ORD-2", "developer", 250, "GBP")
    await stage.time("work", 4)
    await stage.approved("work")
    cost, sale = await stage.actuals()
    assert told(cost, "transactiontypecode", "quantity", "price", "amount") == (COST, 4, 120, 480)
    assert told(sale, "transactiontypecode", "quantity", "price", "amount") == (UNBILLED, 4, 250, 1000)
    assert (cost["_transactioncurrencyid_value"], sale["_transactioncurrencyid_value"]) == (stage["USD"], stage["GBP"])
    assert told(cost, "billingstatus", "skipsync", "adjustmentstatus") == (None, False, None)
    assert told(sale, "billingstatus", "billingtype", "skipsync") == (192350000, CHARGEABLE, False)
    assert await stage.connected() == {("Unbilled Sales", sale["msdyn_actualid"], "Cost", cost["msdyn_actualid"])}


async def test_an_actual_says_where_it_belongs_when_and_under_which_id_it_is_imported(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 4)
    await stage.approved("work")
    rows = await stage.actuals()
    assert len({row["msdyn_actualimportid"] for row in rows} | {row["msdyn_actualid"] for row in rows}) == 4
    for row in rows:
        assert row["_msdyn_owningcompany_value"] == stage["USPM"]
        assert row["_msdyn_salescontractlineid_value"] == stage["line"]
        assert row["_msdyn_accountcustomer_value"] == stage["customer"]
        assert told(row, "documentdate", "accountingdate") == ("2026-08-27", "2026-08-27")
        assert row["msdyn_startdatetime"] == row["msdyn_enddatetime"]
        assert row["_msdyn_unit_value"] == stage["hour"]


async def test_internal_and_fixed_price_work_costs_only(stage: ProjectStage) -> None:
    await stage.time("internal", 8)
    await stage.approved("internal")
    await stage.line("fixed", FIXED_PRICE)
    await stage.time("fixed price", 8)
    await stage.approved("fixed price")
    internal, fixed = await stage.actuals()
    assert told(internal, "amount", "billingtype") == told(fixed, "amount", "billingtype") == (960, NOT_AVAILABLE)
    assert internal["_msdyn_salescontract_value"] is None
    assert fixed["_msdyn_salescontract_value"] == stage["ORD-1"]
    assert await stage.api.rows(CONNECTIONS) == []


async def test_a_line_that_does_not_cover_time_bills_none(stage: ProjectStage) -> None:
    await stage.line("expenses only", msdyn_includetime=False)
    await stage.time("work", 1)
    await stage.approved("work")
    assert [row["msdyn_transactiontypecode"] for row in await stage.actuals()] == [COST]


async def bill(stage: ProjectStage, name: str, hours: int) -> None:
    """Let the approver change what is billed of a submitted entry."""
    assert (await stage.act("msdyn_SubmitEntries", ENTRY, name)).status == 204
    lines = await stage.api.rows(f"msdyn_journallines?$filter=msdyn_transactiontypecode eq {UNBILLED}")
    await stage.api.patch(f"msdyn_journallines({lines[-1]['msdyn_journallineid']})", {"msdyn_quantity": hours})
    assert (await stage.act("msdyn_ApproveEntries", ENTRY, name)).status == 204


async def test_hours_that_are_not_billed_become_a_sale_that_is_not_charged(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 8)
    await bill(stage, "work", 6)
    cost, charged, rest = await stage.actuals()
    assert told(cost, "quantity") == (8,)
    assert told(charged, "quantity", "billingtype", "amount") == (6, CHARGEABLE, 1500)
    assert told(rest, "transactiontypecode", "quantity", "billingtype") == (UNBILLED, 2, NON_CHARGEABLE)
    roles = {(first, second) for first, _, second, _ in await stage.connected()}
    assert (len(await stage.connected()), roles) == (2, {("Unbilled Sales", "Cost")})


async def test_more_hours_than_worked_may_be_billed(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 8)
    await bill(stage, "work", 10)
    assert [told(row, "quantity") for row in await stage.actuals()] == [(8,), (10,)]


async def test_intercompany_time_becomes_four_actuals_of_two_companies(stage: ProjectStage) -> None:
    await sold(stage, 200)
    await stage.resource("Molly Clark", "GBPM")
    await stage.time("work", 10, "Molly Clark")
    await stage.approved("work")
    cost, sale, resourcing, inter_org = rows = await stage.actuals()
    assert [told(row, "transactiontypecode", "price", "amount", "skipsync") for row in rows] == [
        (COST, 120, 1200, True),
        (UNBILLED, 200, 2000, False),
        (RESOURCING_COST, 88, 880, False),
        (INTER_ORG, 120, 1200, False),
    ]
    assert [row["_msdyn_owningcompany_value"] for row in rows] == [
        stage[name] for name in ("USPM", "USPM", "GBPM", "GBPM")
    ]
    assert [row["_transactioncurrencyid_value"] for row in rows] == [
        stage[name] for name in ("USD", "USD", "GBP", "USD")
    ]
    assert {row["_msdyn_resourcingcompany_value"] for row in rows} == {stage["GBPM"]}
    assert await stage.connected() == {
        ("Unbilled Sales", sale["msdyn_actualid"], "Cost", cost["msdyn_actualid"]),
        ("Resourcing Unit Cost", resourcing["msdyn_actualid"], "Cost", cost["msdyn_actualid"]),
        (
            "Inter-Organizational Sales",
            inter_org["msdyn_actualid"],
            "Resourcing Unit Cost",
            resourcing["msdyn_actualid"],
        ),
    }


async def test_lending_between_units_of_one_company_stays_in_dataverse(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.price_list("cost of the lab", "USD", developer=99)
    await stage.unit("lab", "cost of the lab", "USD")
    await stage.resource("Ben", "USPM", "lab")
    await stage.time("work", 1, "Ben")
    await stage.approved("work")
    assert [told(row, "transactiontypecode", "amount", "skipsync") for row in await stage.actuals()] == [
        (COST, 120, False),
        (UNBILLED, 250, False),
        (RESOURCING_COST, 99, True),
        (INTER_ORG, 120, True),
    ]


async def test_work_is_split_between_the_customers_a_line_has_and_the_primary_one_takes_the_rest(
    stage: ProjectStage,
) -> None:
    await stage.enter("accounts", "partner", accountnumber="C-2", msdyn_Company__cdm_companies="USPM")
    await stage.enter(
        "msdyn_projectcontractsplitbillingrules",
        "share",
        msdyn_name="C-2",
        msdyn_percentage=33.33,
        msdyn_Customer_account__accounts="partner",
        msdyn_ProjectContract__salesorders="ORD-1",
    )
    await sold(stage)
    await stage.enter("accounts", "latecomer", accountnumber="C-3", msdyn_Company__cdm_companies="USPM")
    await stage.enter(
        "msdyn_projectcontractsplitbillingrules",
        "comes after the line",
        msdyn_percentage=10,
        msdyn_Customer_account__accounts="latecomer",
        msdyn_ProjectContract__salesorders="ORD-1",
    )
    await stage.time("work", 7)
    await stage.approved("work")
    costs, sales = await stage.actuals(COST), await stage.actuals(UNBILLED)
    for rows in (costs, sales):
        assert [(row["_msdyn_accountcustomer_value"], row["msdyn_quantity"]) for row in rows] == [
            (stage["customer"], Decimal("4.67")),
            (stage["partner"], Decimal("2.33")),
        ]
    assert len(await stage.connected()) == 2
    kept = await stage.api.delete(f"msdyn_projectcontractsplitbillingrules({stage['share']})")
    assert kept.status == 405


async def test_submitting_writes_journal_lines_their_connection_and_an_approval(stage: ProjectStage) -> None:
    await sold(stage)
    await stage.time("work", 4)
    assert (await stage.act("msdyn_SubmitEntries", ENTRY, "work")).status == 204
    assert await stage.actuals() == []
    connection = (await stage.api.rows(CONNECTIONS))[0]
    assert told(connection, "transaction1role", "transaction2role") == ("Unbilled Sales", "Cost")
    assert told(connection, "transaction1type", "transaction2type") == ("msdyn_journalline", "msdyn_journalline")
    assert told((await stage.api.rows(f"{APPROVAL}s"))[0], "approvalstatus") == (192350003,)


async def test_only_what_was_submitted_can_be_approved_and_only_once(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    refused = (400, "0x80040265", "The entry must be Submitted.")
    assert words(await stage.act("msdyn_ApproveEntries", ENTRY, "work")) == refused
    await stage.approved("work")
    assert words(await stage.act("msdyn_ApproveEntries", ENTRY, "work")) == refused
    assert len(await stage.actuals()) == 1


async def test_a_status_is_not_a_way_to_approve(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    answer = await stage.api.patch(f"msdyn_timeentries({stage['work']})", {"msdyn_entrystatus": 192350002})
    assert words(answer) == (400, "0x80040265", STATUS_GUARD)
    with pytest.raises(ValueError, match="Submit, approve"):
        await stage.time("approved from the start", 1, msdyn_entrystatus=192350002)


async def test_one_entry_that_is_refused_undoes_the_whole_request(stage: ProjectStage) -> None:
    await stage.time("ready", 4)
    await stage.time("draft", 4)
    await stage.act("msdyn_SubmitEntries", ENTRY, "ready")
    assert (await stage.act("msdyn_ApproveEntries", ENTRY, "ready", "draft")).status == 400
    assert await stage.actuals() == []
    row = (await stage.api.get(f"msdyn_timeentries({stage['ready']})")).json()
    assert told(row, "entrystatus") == (192350003,)


async def test_nothing_is_recorded_on_an_inactive_project(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.act("msdyn_SubmitEntries", ENTRY, "work")
    await stage.api.patch(f"msdyn_projects({stage['PRJ-1']})", {"statecode": 1})
    assert words(await stage.act("msdyn_ApproveEntries", ENTRY, "work")) == (400, "0x80040265", PROJECT_INACTIVE)
    await stage.api.patch(f"msdyn_projects({stage['PRJ-1']})", {"statecode": 0})
    assert (await stage.act("msdyn_ApproveEntries", ENTRY, "work")).status == 204


async def test_a_project_with_actuals_cannot_be_deleted(stage: ProjectStage) -> None:
    await stage.time("work", 4)
    await stage.approved("work")
    assert (await stage.api.delete(f"msdyn_projects({stage['PRJ-1']})")).status == 405


async def test_what_an_action_writes_is_told_one_level_deeper(stage: ProjectStage, posts: list[Post]) -> None:
    await sold(stage)
    endpoint = await register_endpoint(stage.api, "dw", "https://dw.example/hook", "k3y")
    for table in ("msdyn_actual", "msdyn_transactionconnection"):
        await register_step(stage.api, endpoint, table, "Create")
    await stage.time("work", 4)
    await stage.approved("work")
    await stage.twin.events.flush()
    contexts = [simplejson.loads(post.body) for post in posts]
    told_of = [(context["PrimaryEntityName"], context["Depth"]) for context in contexts]
    # The connection of the journal lines, then what approval wrote.
    assert told_of == [
        ("msdyn_transactionconnection", 2),
        ("msdyn_actual", 2),
        ("msdyn_actual", 2),
        ("msdyn_transactionconnection", 2),
    ]
    assert contexts[1]["ParentContext"]["ParentContext"]["MessageName"] == "msdyn_ApproveEntries"


async def test_change_tracking_hands_out_the_actuals(stage: ProjectStage) -> None:
    first = (await stage.api.get(ACTUALS, prefer="odata.track-changes")).json()["@odata.deltaLink"]
    await stage.time("work", 4)
    await stage.approved("work")
    assert len(await stage.api.rows(first)) == 1


async def test_an_action_on_rows_of_another_table_is_refused(stage: ProjectStage) -> None:
    answer = await stage.act("msdyn_ApproveEntries", "account", "customer")
    assert answer.status == 400
    gone = await stage.api.act("msdyn_ApproveEntries", ENTRY, "00000000-0000-4000-8000-000000000001")
    assert gone.status == 404
    assert (await stage.api.post("msdyn_ApproveEntries", {})).status == 400


async def test_two_approvers_at_once_make_the_actuals_once(stage: ProjectStage) -> None:
    endpoint = await register_endpoint(stage.api, "dw", "https://dw.example/hook", "k3y")
    await register_step(stage.api, endpoint, "msdyn_actual", "Create", mode=SYNC)
    meanwhile = asyncio.Event()

    async def slow(_: Post) -> int:
        await meanwhile.wait()
        return 200

    stage.twin.events.send = slow
    await stage.time("work", 4)
    await stage.act("msdyn_SubmitEntries", ENTRY, "work")
    both = [asyncio.create_task(stage.act("msdyn_ApproveEntries", ENTRY, "work")) for _ in range(2)]
    await asyncio.wait(both, timeout=0)
    meanwhile.set()
    assert sorted([(await each).status for each in both]) == [204, 400]
    assert len(await stage.actuals()) == 1
