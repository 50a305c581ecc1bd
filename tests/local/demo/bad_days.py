"""The acts in which something goes wrong: odd events, a child before its parent, Finance off, the host killed, a refused save."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from typing import Any

from shared.maps.catalogue import catalogue
from tests.local.demo.forms import contract_columns, make_project, make_task, task_columns
from tests.local.demo.operator import running
from tests.local.demo.people import People, row_id_of
from tests.local.demo.registration import make_blocking
from tests.local.demo.stage import FUNCTION_KEY
from tests.local.demo.stories.setup import PROJECT
from tests.twin.dataverse.twin import ORGANIZATION_ID
from tests.world import Person

PROJECTS = "projects_to_finance"
FINANCE_OFF = [{"path": "/data", "share": 0.5, "status": 503}, {"path": "/data", "reset": True}]
OFF_SECONDS = 4.0
BURST, KILLED_AFTER = 60, 25
_PATIENCE = 90.0
UNPAYABLE_TERMS = 2


async def odd_events(people: People) -> None:
    """Duplicated, late, malformed and foreign webhooks, posted straight to the host."""
    people.board.act("Events come as they like", "an event is a hint: the row is read as it is now")
    project = row_id_of("msdyn_projects", PROJECT)
    with people.board.change("host", f"the same webhook of project {PROJECT} three times") as change:
        await people.stage.operator.until_quiet(30)
        before = await _writes(people)
        statuses = [await _post(people, context("Update", project)) for _ in range(3)]
        await people.stage.operator.until_quiet(30)
        written = await _writes(people) - before
        change.end(f"answered {_said(statuses)}; {written} writes in Finance", failed=written > 0)
    with people.board.change("host", f"a late 'Delete' of {PROJECT}, which is alive") as change:
        statuses = [await _post(people, context("Delete", project))]
        await people.stage.operator.until_quiet(30)
        alive = await people.in_finance_is("ProjectsV2", {"ProjectId": PROJECT})
        change.end(f"answered {_said(statuses)}; the project is still in Finance", failed=not alive)
    bad: tuple[tuple[str, Any, str, int], ...] = (
        ("a body that is no JSON", b"{", FUNCTION_KEY, 400),
        ("an event of another organisation", context("Update", project, str(uuid.UUID(int=7))), FUNCTION_KEY, 403),
        ("a body of 600 KB", b" " * 600_000, FUNCTION_KEY, 413),
        ("no function key", context("Update", project), "", 401),
    )
    for what, body, key, expected in bad:
        with people.board.change("host", f"webhook with {what}" if key == "" else f"webhook: {what}") as change:
            status = await _post(people, body, key)
            change.end(f"refused with {status}, nothing queued", failed=status != expected)


async def child_before_parent(people: People) -> None:
    """A contract whose event is lost, and a project that needs it."""
    people.board.act("A child comes before its parent", "it is parked, and the parent's arrival releases it")
    deliveries = Person(people.stage.http, f"{people.stage.dataverse_url}/twin/")
    await deliveries.does("POST", "webhooks", {"drop": 1.0})
    columns = await contract_columns(people, "PC-1002", await people.customer("C-1001"), "Harbour cranes, phase 2")
    with people.board.change("Dataverse", "contract PC-1002; its webhook is lost on the way") as change:
        contract = await people.create("salesorders", "PC-1002", columns)
        change.end("Finance does not know it")
    await deliveries.does("POST", "webhooks", {})
    with people.board.change("Dataverse", "project PRJ-1002 of that contract") as change:
        await people.create("msdyn_projects", "PRJ-1002", await _project(people, "PRJ-1002", contract))

        async def waits() -> bool:
            return any(row.direction == PROJECTS for row in await people.stage.operator.parked())

        await change.until(waits, "parked: waits for contracts usmf|pc-1002")
    with people.board.change("operator", "starts catch-up, as the timer does every five minutes") as change:
        await people.stage.operator.catch_up("contracts_to_finance", "funding_sources_to_finance")

        async def both() -> bool:
            return await people.in_finance_is("ProjectsV2", {"ProjectId": "PRJ-1002"}, ProjectContractId="PC-1002")

        await change.until(both, "contract found, project released: both in Finance")


async def finance_off(people: People) -> None:
    """Finance answers nothing but 503 and resets, while people in Dataverse go on."""
    people.board.act(
        "Finance is off for a while", "nothing is lost: what fails is tried again, a little later each time"
    )
    faults = Person(people.stage.http, f"{people.stage.finance_url}/twin/")
    project = row_id_of("msdyn_projects", PROJECT)
    await faults.does("POST", "faults", FINANCE_OFF)
    with people.board.change("Finance", "answers with 503, or not at all") as change:
        saved = asyncio.create_task(_edits_meanwhile(people, project))
        await asyncio.sleep(OFF_SECONDS)
        failed = sum(rule["struck"] for rule in await faults.does("GET", "faults"))
        await faults.does("DELETE", "faults")
        await saved
        change.end(f"back after {OFF_SECONDS:.0f} s, in which {failed} requests failed")
    await people.all_seen()


async def _edits_meanwhile(people: People, project: str) -> None:
    for number, hours in enumerate((1300, 1400, 1500), 1):
        await people.edit("msdyn_projects", project, {"msdyn_effort": hours})
        await make_task(people, project, f"{PROJECT}-off-{number}", f"Night shift {number}", 10 + number)
    await make_project(people, "PRJ-1003", "Crane spare parts")


async def killed_in_a_burst(people: People) -> None:
    """SIGKILL in the middle of many changes; people go on while the host is away; it starts again."""
    people.board.act(
        "The host is killed in the middle of a burst",
        "messages come again; events lost meanwhile are found by catch-up",
    )
    project = row_id_of("msdyn_projects", PROJECT)
    stage = people.stage
    with people.board.change("both", f"{BURST} changes on both sides, six people at a time") as burst:
        issued = itertools.count(1)
        killed = asyncio.Event()

        async def worker() -> None:
            while (number := next(issued)) <= BURST:
                await _small_change(people, project, number)
                if number == KILLED_AFTER:
                    killed.set()

        work = [asyncio.create_task(worker()) for _ in range(6)]
        await killed.wait()
        with people.board.change("host", f"SIGKILL after {KILLED_AFTER} changes were saved") as change:
            pid = stage.kill_host()
            change.end(f"process {pid} is gone with work in its hands")
        await asyncio.gather(*work)
        with people.board.change("host", "started again") as change:
            change.end(f"process {await stage.start_host()}")
        await stage.operator.catch_up(*running())
        await stage.operator.until_settled(_PATIENCE)
        await stage.operator.until_quiet(_PATIENCE)
        tasks = await people.count_in_finance("ProjectTasks", ProjectId=PROJECT)
        burst.end(f"all there: {PROJECT} has its {tasks} tasks in Finance, each once")


async def _small_change(people: People, project: str, number: int) -> None:
    account = f"C-100{1 + number % 5}"
    match number % 4:
        case 0 | 1:
            await people.create(
                "msdyn_projecttasks", f"burst-{number}", task_columns(project, f"Step {number}", number)
            )
        case 2:
            await people.edit("accounts", await people.customer(account), {"fax": f"+1 425 555 {number:04}"})
        case _:
            key = {"CustomerAccount": account}
            await people.edit_in_finance("CustomersV3", key, {"SalesMemo": f"Note {number}."})


async def blocking(people: People) -> None:
    """Contracts in blocking mode: a save that Finance refuses is refused to the user."""
    people.board.act(
        "A save that waits for Finance", "a setting per map: BLOCKING_MAPS=contracts, and a synchronous step"
    )
    direction = catalogue().direction("contracts_to_finance")
    with people.board.change("host", "ended in order, started with BLOCKING_MAPS=contracts") as change:
        stage = people.stage
        await stage.stop_host()
        await make_blocking(stage, direction)
        change.end(f"process {await stage.start_host(BLOCKING_MAPS=direction.map.id)}")
    customer = await people.customer("C-2001")
    columns = await contract_columns(people, "PC-1003", customer, "Harbour cranes, phase 3")
    address = f"salesorders({row_id_of('salesorders', 'PC-1003')})"
    with people.board.change("Dataverse", "contract PC-1003, with terms that Finance lacks") as change:
        refused = await people.in_dataverse.ask("PATCH", address, {**columns, "paymenttermscode": UNPAYABLE_TERMS})
        nowhere = not await people.in_finance_is("ProjectContractHeaders", {"ProjectContractId": "PC-1003"})
        words = refused.json()["error"]["message"] if refused.is_error else "saved"
        change.end(f"the user reads: {words}", failed=refused.is_success or not nowhere)
    with people.board.change("Dataverse", "the same contract with good terms") as change:
        await people.in_dataverse.does("PATCH", address, columns)
        there = await people.in_finance_is("ProjectContractHeaders", {"ProjectContractId": "PC-1003"})
        change.end("in Finance before the save returned", failed=not there)


def context(message: str, row_id: str, organization: str = ORGANIZATION_ID) -> dict[str, Any]:
    """The body of a webhook of a project, with the members that a hint needs."""
    return {
        "MessageName": message,
        "PrimaryEntityName": "msdyn_project",
        "PrimaryEntityId": row_id,
        "OrganizationId": organization,
        "CorrelationId": str(uuid.uuid5(uuid.NAMESPACE_OID, message + row_id)),
        "Depth": 1,
        "InputParameters": [],
        "PostEntityImages": [],
    }


async def _project(people: People, number: str, contract: str) -> dict[str, Any]:
    company = await people.id_of("cdm_companies", "cdm_companyid", "cdm_companycode eq 'usmf'")
    return {
        "msdyn_projectnumber": number,
        "msdyn_subject": "Crane control, phase 2",
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({company})",
        "msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})",
    }


async def _post(people: People, body: dict[str, Any] | bytes, key: str = FUNCTION_KEY) -> int:
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    url = people.stage.webhook(PROJECTS)
    return (await people.stage.http.post(url, params={"code": key}, **content)).status_code


async def _writes(people: People) -> int:
    counters = (await people.stage.http.get(f"{people.stage.finance_url}/twin/counters")).json()["requests"]
    return sum(count for request, count in counters.items() if not request.startswith("GET"))


def _said(statuses: list[int]) -> str:
    return ", ".join(map(str, statuses))
