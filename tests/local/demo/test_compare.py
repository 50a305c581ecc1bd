"""The comparison notices everything that can be wrong between two systems, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.local.demo.compare import Compared, compare, differences
from tests.sync.stage import Stage, id_of
from tests.twin.http import TwinTransport
from tests.world import COMPANY, DATAVERSE, FINANCE

PROJECTS, TASKS, NUMBERS = "projects_to_finance", "tasks_to_finance", "tasks_to_dataverse"


@pytest.fixture
async def stage() -> Stage:
    """A project and two tasks that are in both systems; customers of Finance that are not."""
    stage = await Stage().begin()
    for key in [row["CustomerAccount"] for row in (await stage.world.in_finance.does("GET", "CustomersV3"))["value"]]:
        for company in ("usmf", "uspm", "gbpm"):
            address = f"CustomersV3(dataAreaId='{company}',CustomerAccount='{key}')".replace("O'N", "O''N")
            await stage.world.in_finance.ask("DELETE", address)
    await stage.heard(PROJECTS, await stage.project())
    for name in ("Dig", "Pave"):
        task = await stage.task(name)
        await stage.heard(TASKS, task)
        await stage.heard(NUMBERS, f"{COMPANY}|PRJ-1|{task}")
    return stage


@pytest.fixture
async def http(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    mounts = {DATAVERSE: TwinTransport(stage.world.dataverse), FINANCE: TwinTransport(stage.world.finance)}
    async with httpx.AsyncClient(mounts=mounts) as client:
        yield client


async def found(http: httpx.AsyncClient, table_map: str) -> tuple[Compared, list[str]]:
    compared = await compare(http, DATAVERSE, FINANCE)
    of_map = next(each for each in compared if each.map == table_map)
    return of_map, sorted(str(each) for each in differences(compared) if each.map == table_map)


async def test_systems_that_agree_have_no_difference_and_every_mapped_value_was_compared(
    http: httpx.AsyncClient,
) -> None:
    projects, wrong = await found(http, "projects")
    assert wrong == []
    assert (projects.in_finance, projects.in_dataverse, projects.pairs) == (1, 1, 1)
    assert projects.values == projects.columns
    tasks, wrong = await found(http, "tasks")
    assert wrong == []
    assert (tasks.pairs, tasks.values) == (2, 2 * tasks.columns)


async def test_another_value_is_named_with_its_column_and_both_sides(stage: Stage, http: httpx.AsyncClient) -> None:
    await stage.edit_finance("ProjectsV2", {"ProjectId": "PRJ-1"}, ProjectName="Another name")
    _, wrong = await found(http, "projects")
    assert wrong == ["projects usmf|prj-1: ProjectName: dataverse says 'Harbour crane refit', finance 'Another name'"]


async def test_a_row_that_did_not_come_over_is_missing(stage: Stage, http: httpx.AsyncClient) -> None:
    await stage.project("PRJ-2")
    assert (await found(http, "projects"))[1] == ["projects usmf|prj-2: is not in Finance"]


async def test_a_row_that_nothing_accounts_for_is_an_orphan(stage: Stage, http: httpx.AsyncClient) -> None:
    await stage.world.in_finance.does("POST", "ProjectsV2", {"dataAreaId": COMPANY, "ProjectId": "PRJ-9"})
    assert (await found(http, "projects"))[1] == [
        "projects usmf|prj-9: is an orphan in Finance: nothing accounts for it"
    ]


async def test_a_row_that_left_the_filter_accounts_for_its_counterpart(stage: Stage, http: httpx.AsyncClient) -> None:
    await stage.project(msdyn_istemplate=True)
    assert (await found(http, "projects"))[1] == []


async def test_a_double_is_found_where_finance_numbers_rows_itself(stage: Stage, http: httpx.AsyncClient) -> None:
    task = await stage.task("Dig")
    double = {"dataAreaId": COMPANY, "ProjectId": "PRJ-1", "TaskName": "Dig", "TaskElementId": task}
    await stage.world.in_finance.does("POST", "ProjectTasks", double)
    assert f"tasks usmf|prj-1|{task}: is there 2 times in Finance" in (await found(http, "tasks"))[1]


async def test_of_a_two_way_map_rows_of_either_side_alone_are_missing_on_the_other(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    await stage.customer("C-7")
    await stage.finance_customer("F-7")
    customers, wrong = await found(http, "customers")
    assert wrong == ["customers usmf|c-7: is not in Finance", "customers usmf|f-7: is not in Dataverse"]
    assert customers.pairs == 0


async def test_a_row_without_its_key_is_named_by_its_id(stage: Stage, http: httpx.AsyncClient) -> None:
    account = await stage.customer("C-8", accountnumber=None)
    _, wrong = await found(http, "customers")
    assert len(wrong) == 1
    assert wrong[0].startswith(f"customers {account}: cannot have a counterpart:")


async def test_what_went_in_a_data_package_is_compared_with_what_finance_shows_in_its_forms(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    first, second = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
    ends = {"msdyn_transaction1": first, "msdyn_transaction2": second}
    types = {"msdyn_transaction1type": "msdyn_actual", "msdyn_transaction2type": "msdyn_actual"}
    roles = {"msdyn_transaction1role": "Unbilled Sales", "msdyn_transaction2role": "Cost"}
    row = await stage.enter("msdyn_transactionconnections", "pair", **ends, **types, **roles)
    assert (await found(http, "transaction_connections"))[1] == [f"transaction_connections {row}: is not in Finance"]
    sent = {"CONNECTIONID": row, "TRANSACTION1ID": first, "TRANSACTION2ID": second}
    sent |= {"TRANSACTION1TYPE": "msdyn_actual", "TRANSACTION2TYPE": "msdyn_actual"}
    sent |= {"TRANSACTION1ROLE": "Unbilled Sales", "TRANSACTION2ROLE": "Costs"}
    stage.posted("ProjectTransactionRelationships", **sent)
    connections, wrong = await found(http, "transaction_connections")
    assert (connections.pairs, connections.values) == (1, connections.columns)
    assert wrong == [
        f"transaction_connections {row}: TRANSACTION2ROLE: dataverse says 'Cost', finance 'Costs'",
    ]


async def test_rows_whose_key_in_finance_dataverse_lacks_are_paired_by_its_own(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    names = {"msdyn_name": "Travel", "msdyn_transactioncategorynumber": "TCN-7"}
    category = await stage.enter("msdyn_transactioncategories", "TCN-7", **names)
    exported = {"dataAreaId": COMPANY, "CostType": "TCN-7-4", "TransactionCategoryId": "TCN-7", "ExpType": "Hotel"}
    stage.posted("ProjExpenseCategoriesExport", **exported, CostTxt="Hotels")
    assert (await found(http, "expense_categories"))[1] == [f"expense_categories tcn-7|{COMPANY}: is not in Dataverse"]
    await stage.enter(
        "msdyn_expensecategories",
        "hotels",
        msdyn_name="Inns",
        msdyn_expensetype=192350000,
        **{
            "msdyn_ExpenseCategoryUid@odata.bind": f"/msdyn_transactioncategories({category})",
            "msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of('company')})",
        },
    )
    categories, wrong = await found(http, "expense_categories")
    assert categories.pairs == 1
    assert wrong == [f"expense_categories tcn-7|{COMPANY}: CostTxt: finance says 'Hotels', dataverse 'Inns'"]
