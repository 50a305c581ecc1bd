"""What Finance makes of roles, categories, milestones and tasks by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.events import Post
from tests.twin.finance.visitor import Visitor, address

GUID = "5b0a2f1e-0c4d-4f6a-9f00-00000000000{}"
ROLE = address("ResourceCategoriesShared", RoleId="DEV")
CATEGORY = address("ProjectTransactionCategories", CategoryId="TCN-1")


class Accountant(Visitor):
    """A visitor with a fixed-price contract line on a project."""

    async def fixed_price(self, **line: Any) -> None:
        await self.create(
            "ProjectContractHeaders", dataAreaId="uspm", ProjectContractId="K1", CustomerAccountNumber="C-1001"
        )
        await self.create(
            "ProjectFundingSources",
            dataAreaId="uspm",
            ProjectContractID="K1",
            FundingSourceId="F1",
            CustomerOrOrganization="C-1001",
        )
        await self.create("ProjectsV2", dataAreaId="uspm", ProjectId="P1", ProjectContractId="K1")
        await self.contract_line(1, **line)

    async def contract_line(self, number: int, **columns: Any) -> None:
        own = {"dataAreaId": "uspm", "ProjectContractId": "K1", "LineSequenceNumber": number, "LineProjectId": "P1"}
        await self.create("ProjectContractLines", **{**own, "BillingMethod": "FixedPrice", **columns})

    async def milestone(self, number: int = 1, **columns: Any) -> dict[str, Any]:
        return await self.create("ProjectContractLineMilestones", **milestone(number, **columns))

    async def on_account(self) -> list[dict[str, Any]]:
        return await self.rows("ProjectOnAccountTransactions")


def milestone(number: int = 1, **columns: Any) -> dict[str, Any]:
    return {
        "dataAreaId": "uspm",
        "ContractLineMilestoneGuid": GUID.format(number),
        "ProjectContractId": "K1",
        "ProjectNumber": "P1",
        "Description": f"M{number}",
        "Amount": 5000,
        "CurrencyCode": "USD",
        "TransactionDate": "2026-09-30T12:00:00Z",
        **columns,
    }


def of(row: dict[str, Any]) -> str:
    return address(
        "ProjectContractLineMilestones",
        dataAreaId="uspm",
        ContractLineMilestoneIdentifier=row["ContractLineMilestoneIdentifier"],
    )


@pytest.fixture
def finance() -> Accountant:
    return Accountant()


async def roles(finance: Visitor) -> dict[str, tuple[str, str]]:
    return {
        row["dataAreaId"]: (row["Description"], row["IsDisabled"]) for row in await finance.rows("ProjectResourceRoles")
    }


async def test_a_role_is_copied_to_every_company_and_renamed_in_all(finance: Accountant) -> None:
    await finance.create("ResourceCategoriesShared", RoleId="DEV", Description="Developer")
    assert await roles(finance) == dict.fromkeys(("usmf", "uspm", "gbpm"), ("Developer", "No"))
    await finance.change(ROLE, Description="Engineer", IsCategoryDisabled="True")
    assert await roles(finance) == dict.fromkeys(("usmf", "uspm", "gbpm"), ("Engineer", "Yes"))


async def test_a_company_that_does_not_take_part_gets_its_roles_when_it_joins(finance: Accountant) -> None:
    await finance.control("setup", {"company": "GBPM", "opted_in": False})
    await finance.create("ResourceCategoriesShared", RoleId="DEV", Description="Developer")
    assert set(await roles(finance)) == {"usmf", "uspm"}
    await finance.control("setup", {"company": "gbpm", "opted_in": True})
    assert (await roles(finance))["gbpm"] == ("Developer", "No")


async def test_a_new_company_gets_the_roles_that_are_there(finance: Accountant) -> None:
    await finance.create("ResourceCategoriesShared", RoleId="DEV", Description="Developer")
    await finance.create("LegalEntities", LegalEntityId="frpm", Name="Contoso France")
    assert (await roles(finance))["frpm"] == ("Developer", "No")


async def test_a_deleted_role_leaves_disabled_copies_where_it_is_used(finance: Accountant) -> None:
    await finance.create("ResourceCategoriesShared", RoleId="DEV", Description="Developer")
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P1")
    await finance.create(
        "ProjEstimateHoursImport",
        dataAreaId="uspm",
        EstimateHoursImportId=GUID.format(1),
        ProjectId="P1",
        ResourceCategoryId="DEV",
    )
    assert (await finance.ask("DELETE", ROLE)).status == 204
    assert await roles(finance) == {"uspm": ("Developer", "Yes")}


@pytest.mark.parametrize(("feature", "suffixes"), [(True, "12345"), (False, "1234")])
async def test_a_transaction_category_is_a_shared_category_per_type(
    finance: Accountant, feature: bool, suffixes: str
) -> None:
    await finance.control("settings", {"on_account_categories": feature})
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Consulting")
    shared = {row["CategoryId"]: row["CategoryType"] for row in await finance.rows("SharedCategories")}
    types = ("Hour", "Revenue", "Item", "Cost", "OnAccount")
    assert shared == {f"TCN-1-{number}": types[int(number) - 1] for number in suffixes}
    assert await finance.rows("ProjectCategories") == []


async def test_a_renamed_category_keeps_what_the_accountant_set(finance: Accountant) -> None:
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Travel")
    expense = address("SharedCategories", CategoryId="TCN-1-4")
    await finance.change(expense, CanBeUsedInExpense="Yes")
    await finance.change(CATEGORY, Name="Trips")
    row = await finance.row(expense)
    assert (row["Name"], row["CanBeUsedInExpense"]) == ("Trips", "Yes")


async def test_a_category_that_a_company_uses_is_not_deleted(finance: Accountant) -> None:
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Travel")
    made = await finance.create("ProjectCategories", dataAreaId="uspm", CategoryId="TCN-1-4")
    assert (made["Name"], made["CategoryType"]) == ("Travel", "Cost")
    _, text = await finance.refusal("DELETE", CATEGORY)
    assert "dependent records exist in table 'Project categories'" in text
    assert len(await finance.rows("SharedCategories")) == 5
    await finance.ask("DELETE", address("ProjectCategories", dataAreaId="uspm", CategoryId="TCN-1-4"))
    assert (await finance.ask("DELETE", CATEGORY)).status == 204
    assert await finance.rows("SharedCategories") == []


async def test_a_milestone_is_one_on_account_transaction(finance: Accountant) -> None:
    await finance.control("setup", {"company": "uspm", "milestone_item_sales_tax_group": "SERV"})
    await finance.fixed_price(DefaultLedgerDimensionDisplayValue="-022-")
    await finance.change(address("ProjectsV2", dataAreaId="uspm", ProjectId="P1"), SalesTaxGroupId="WA")
    made = await finance.milestone()
    [transaction] = await finance.on_account()
    assert made["TransactionId"] == transaction["TransactionId"] != ""
    assert made["ContractLineMilestoneIdentifier"].startswith("MST-")
    wanted = {
        "Amount": 5000,
        "CurrencyCode": "USD",
        "TransactionDate": "2026-09-30T12:00:00Z",
        "TransStatus": "Posted",
        "FundingSourceId": "F1",
        "ProjectContractId": "K1",
        "LineSequenceNumber": 1,
        "SalesTaxGroup": "WA",
        "ItemSalesTaxGroup": "SERV",
        "DefaultDimensionDisplayValue": "-022-",
    }
    assert {name: transaction[name] for name in wanted} == wanted


async def test_the_first_milestone_of_a_line_brings_the_estimate_project_and_the_second_does_not(
    finance: Accountant,
) -> None:
    await finance.fixed_price()
    first = await finance.milestone(1)
    await finance.milestone(2)
    [project] = await finance.rows("ProjectFixedPriceEstimateProjects")
    assert (project["EstimateProjectId"], project["LineSequenceNumber"]) == ("P1", 1)
    assert len(await finance.on_account()) == 2
    assert (await finance.ask("DELETE", of(first))).status == 204
    assert len(await finance.on_account()) == 1
    assert len(await finance.rows("ProjectFixedPriceEstimateProjects")) == 1


async def test_a_milestone_names_its_contract_line_where_there_are_several(finance: Accountant) -> None:
    await finance.fixed_price(ContractLineId="L1")
    await finance.contract_line(2, ContractLineId="L2")
    await finance.milestone(ContractLineId="L2")
    assert [row["LineSequenceNumber"] for row in await finance.on_account()] == [2]


async def test_amount_and_date_follow_and_the_accountants_tax_stays(finance: Accountant) -> None:
    await finance.fixed_price()
    made = await finance.milestone()
    await finance.control("set-based", {"collection": "ProjectOnAccountTransactions", "set": {"SalesTaxGroup": "CA"}})
    await finance.change(of(made), Amount=6000.5, TransactionDate="2026-10-31T12:00:00Z")
    [transaction] = await finance.on_account()
    assert (transaction["Amount"], transaction["TransactionDate"]) == (Decimal("6000.5"), "2026-10-31T12:00:00Z")
    assert transaction["SalesTaxGroup"] == "CA"


@pytest.mark.parametrize("status", ["InvoiceProposal", "Invoiced"])
async def test_a_milestone_on_an_invoice_is_neither_changed_nor_deleted(finance: Accountant, status: str) -> None:
    await finance.fixed_price()
    made = await finance.milestone()
    await finance.control("set-based", {"collection": "ProjectOnAccountTransactions", "set": {"TransStatus": status}})
    _, text = await finance.refusal("PATCH", of(made), sent={"Amount": 1})
    assert "Milestone 'M1' is already on an invoice" in text
    assert (await finance.row(of(made)))["Amount"] == 5000
    await finance.change(of(made), Amount=5000)
    _, text = await finance.refusal("DELETE", of(made))
    assert "is referred to by transactions" in text


async def test_a_milestone_that_an_actual_refers_to_is_not_deleted(finance: Accountant) -> None:
    await finance.fixed_price()
    made = await finance.milestone()
    billed = {"TransactionClassification": 192350003, "ExternalReference": GUID.format(1).upper()}
    await finance.create(
        "ProjActualsImports", dataAreaId="uspm", ActualsImportId=GUID.format(7), ProjectId="P1", **billed
    )
    _, text = await finance.refusal("DELETE", of(made))
    assert "Milestone 'M1' is referred to by transactions" in text
    assert (await finance.ask("DELETE", of(await finance.milestone(2)))).status == 204


async def test_the_map_of_a_cut_over_sends_the_status(finance: Accountant) -> None:
    await finance.fixed_price()
    await finance.milestone(TransStatus="Invoiced")
    assert [row["TransStatus"] for row in await finance.on_account()] == ["Invoiced"]


async def test_a_milestone_needs_a_fixed_price_line(finance: Accountant) -> None:
    await finance.fixed_price(BillingMethod="TimeMaterial")
    _, text = await finance.refusal("POST", "ProjectContractLineMilestones", sent=milestone())
    assert "there is no fixed-price contract line for project 'P1'" in text
    assert await finance.on_account() == []


async def test_one_milestone_is_not_two(finance: Accountant) -> None:
    await finance.fixed_price()
    await finance.milestone()
    _, text = await finance.refusal("POST", "ProjectContractLineMilestones", sent=milestone(Description="again"))
    assert "The record already exists" in text


async def task(finance: Accountant, project: str, number: str, **columns: Any) -> dict[str, Any]:
    return await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId=project, TaskId=number, **columns)


async def test_a_task_is_one_activity_and_one_project_activity(finance: Accountant) -> None:
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P1")
    made = await task(finance, "P1", "", TaskName="Dig", TaskElementId="e2", ParentTaskElementId="e1")
    path = address("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId=made["TaskId"])
    await finance.change(path, TaskName="Dredge")
    [activity] = await finance.rows("Activities")
    assert (activity["ActivityNumber"], activity["Purpose"]) == (made["TaskId"], "Dredge")
    [link] = await finance.rows("ProjectActivities")
    assert (link["ProjectId"], link["ParentTaskElementId"]) == ("P1", "e1")
    assert (await finance.ask("DELETE", path)).status == 204
    assert (await finance.rows("Activities"), await finance.rows("ProjectActivities")) == ([], [])


async def test_activities_are_numbered_per_company_and_go_with_their_project(finance: Accountant) -> None:
    for project in ("P1", "P2"):
        await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId=project)
    await task(finance, "P1", "A1")
    sent = {"dataAreaId": "uspm", "ProjectId": "P2", "TaskId": "A1"}
    _, text = await finance.refusal("POST", "ProjectTasks", sent=sent)
    assert "Activity number: A1. The record already exists" in text
    await finance.ask("DELETE", address("ProjectsV2", dataAreaId="uspm", ProjectId="P1"))
    assert await finance.rows("Activities") == []
    await task(finance, "P2", "A1")


async def test_setup_that_makes_no_sense_is_refused(finance: Accountant) -> None:
    answer = await finance.ask("POST", "/twin/setup", sent={"company": "uspm", "lines_per_header": 0}, across=False)
    assert answer.status == 400
    assert (await finance.ask("GET", "/twin/setup", across=False)).json()["lines_per_header"] == 200


async def test_what_finance_writes_by_itself_is_told_like_any_write() -> None:
    posts: list[Post] = []

    async def take(post: Post) -> int:
        posts.append(post)
        return 200

    finance = Visitor(send=take)
    await finance.control("endpoints", {"name": "app", "url": "https://app.example/events"})
    await finance.control("activations", {"entity": "SharedCategories", "endpoint": "app"})
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Consulting")
    await finance.twin.deliveries.flush()
    assert len(posts) == 1 + 5
