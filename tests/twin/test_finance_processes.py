"""What Finance does by itself with contracts, funding sources, lines, projects and tasks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.finance.visitor import Visitor, address

CONTRACT = address("ProjectContractHeaders", dataAreaId="uspm", ProjectContractId="K1")
LINE = address("ProjectContractLines", dataAreaId="uspm", ProjectContractId="K1", LineSequenceNumber=1)
RULE = address("ProjectContractBillingRules", dataAreaId="uspm", ProjectContractId="K1", LineSequenceNumber=1)
FUNDING_RULE = address("ProjectFundingRules", dataAreaId="uspm", ProjectContractId="K1")
PROJECT = address("ProjectsV2", dataAreaId="uspm", ProjectId="P1")


class Accountant(Visitor):
    """A visitor who knows the columns that the tests need."""

    async def contract(self, **columns: Any) -> dict[str, Any]:
        own = {"dataAreaId": "uspm", "ProjectContractId": "K1", "CustomerAccountNumber": "C-1001"}
        return await self.create("ProjectContractHeaders", **own | columns)

    async def funding(self, source: str, customer: str = "C-1001", **columns: Any) -> dict[str, Any]:
        own = {"dataAreaId": "uspm", "ProjectContractID": "K1", "FundingSourceId": source}
        return await self.create("ProjectFundingSources", **own, CustomerOrOrganization=customer, **columns)

    async def project(self, **columns: Any) -> dict[str, Any]:
        return await self.create("ProjectsV2", dataAreaId="uspm", ProjectId="P1", **columns)

    async def line(self, **columns: Any) -> dict[str, Any]:
        own = {"dataAreaId": "uspm", "ProjectContractId": "K1", "LineSequenceNumber": 1}
        return await self.create("ProjectContractLines", **own, **columns)

    async def task(self, **columns: Any) -> dict[str, Any]:
        return await self.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", **columns)


def source(name: str) -> str:
    return address("ProjectFundingSources", dataAreaId="uspm", ProjectContractID="K1", FundingSourceId=name)


@pytest.fixture
def finance() -> Accountant:
    return Accountant()


async def test_a_contract_takes_from_its_customer_what_it_does_not_name(finance: Accountant) -> None:
    contract = await finance.contract()
    assert (contract["SalesCurrencyCode"], contract["TermsOfPayment"]) == ("USD", "Net30")
    named = await finance.contract(ProjectContractId="K2", SalesCurrencyCode="EUR", TermsOfPayment="")
    assert (named["SalesCurrencyCode"], named["TermsOfPayment"]) == ("EUR", "")


async def test_what_the_accountant_keeps_survives_writes_that_do_not_name_it(finance: Accountant) -> None:
    await finance.contract()
    await finance.change(CONTRACT, SalesTaxGroupCode="WA", DefaultLedgerDimensionDisplayValue="-022-")
    await finance.change(CONTRACT, Name="Harbour crane", CustomerAccountNumber="C-1002")
    row = await finance.row(CONTRACT)
    assert (row["SalesTaxGroupCode"], row["DefaultLedgerDimensionDisplayValue"]) == ("WA", "-022-")
    assert row["CustomerPostingProfileId"] == "GEN"


async def test_a_contract_in_use_is_not_deleted(finance: Accountant) -> None:
    await finance.contract()
    await finance.funding("C-1001")
    await finance.project(ProjectContractId="K1")
    await finance.line()
    _, text = await finance.refusal("DELETE", CONTRACT)
    assert all(label in text for label in ("'Funding sources'", "'Projects'", "'Project contract lines'"))
    for used in (LINE, PROJECT, source("C-1001"), CONTRACT):
        assert (await finance.ask("DELETE", used)).status == 204, used


async def test_the_first_funding_source_is_the_primary_one_and_brings_the_default_rule(finance: Accountant) -> None:
    await finance.contract()
    first = await finance.funding("C-1001")
    second = await finance.funding("C-1002", customer="C-1002")
    assert (first["IsPrimaryFundingSource"], second["IsPrimaryFundingSource"]) == ("Yes", "No")
    assert first["TermsOfPayment"] == "Net30"
    assert (await finance.row(FUNDING_RULE))["FundingSourceId"] == "C-1001"


async def test_a_new_primary_funding_source_takes_flag_and_rule(finance: Accountant) -> None:
    await finance.contract()
    await finance.funding("C-1001")
    await finance.funding("C-1002", customer="C-1002", CreateDefaultFundingRule="Yes")
    await finance.change(source("C-1002"), IsPrimaryFundingSource="Yes")
    assert (await finance.row(source("C-1001")))["IsPrimaryFundingSource"] == "No"
    assert (await finance.row(FUNDING_RULE))["FundingSourceId"] == "C-1002"


async def test_the_last_funding_source_of_a_contract_in_use_stays(finance: Accountant) -> None:
    await finance.contract()
    await finance.funding("C-1001")
    await finance.line()
    _, text = await finance.refusal("DELETE", source("C-1001"))
    assert "must have at least one funding source" in text


async def test_only_a_customer_funding_source_names_a_customer(finance: Accountant) -> None:
    await finance.contract()
    sent = {"dataAreaId": "uspm", "ProjectContractID": "K1", "FundingSourceId": "F", "CustomerOrOrganization": "ORG7"}
    _, text = await finance.refusal("POST", "ProjectFundingSources", sent=sent)
    assert "The value 'ORG7' in field 'Customer account' is not found" in text
    assert (
        await finance.ask("POST", "ProjectFundingSources", sent=sent | {"FundingType": "Organization"})
    ).status == 201


@pytest.mark.parametrize(("method", "kind"), [("TimeMaterial", "TimeMaterial"), ("FixedPrice", "Milestone")])
async def test_a_contract_line_makes_its_billing_rule(finance: Accountant, method: str, kind: str) -> None:
    await finance.contract()
    await finance.line(BillingMethod=method, AreHourTransactionsIncluded="Yes")
    rule = await finance.row(RULE)
    assert (rule["BillingRuleType"], rule["IsHourBillable"], rule["IsFeeBillable"]) == (kind, "Yes", "No")
    await finance.change(LINE, AreFeeTransactionsIncluded="Yes")
    assert (await finance.row(RULE))["IsFeeBillable"] == "Yes"
    assert (await finance.ask("DELETE", LINE)).status == 204
    assert (await finance.ask("GET", RULE)).status == 404


async def test_a_used_billing_rule_holds_its_line(finance: Accountant) -> None:
    await finance.contract()
    await finance.line(BillingMethod="TimeMaterial")
    used = {"collection": "ProjectContractBillingRules", "where": "LineSequenceNumber eq 1", "set": {"IsUsed": "Yes"}}
    assert (await finance.control("set-based", used))["changed"] == 1
    _, text = await finance.refusal("PATCH", LINE, sent={"BillingMethod": "FixedPrice"})
    assert "the billing rule is already used" in text
    await finance.change(LINE, BillingMethod="TimeMaterial", LineAmount=5)
    assert (await finance.ask("DELETE", LINE)).status == 400


async def test_billing_rules_are_not_written_by_odata(finance: Accountant) -> None:
    assert (await finance.ask("POST", "ProjectContractBillingRules", sent={})).status == 400


async def test_a_line_links_its_project_to_the_contract(finance: Accountant) -> None:
    await finance.contract()
    await finance.project()
    await finance.line(LineProjectId="P1")
    assert (await finance.row(PROJECT))["ProjectContractId"] == "K1"


@pytest.mark.parametrize(
    ("column", "value", "table"),
    [
        ("LineProjectId", "P9", "Projects"),
        ("UnitSymbol", "furlong", "Units"),
        ("ProjectContractId", "K9", "Project contracts"),
    ],
)
async def test_a_line_must_find_what_it_refers_to(finance: Accountant, column: str, value: str, table: str) -> None:
    await finance.contract()
    sent = {"dataAreaId": "uspm", "ProjectContractId": "K1", "LineSequenceNumber": 1} | {column: value}
    _, text = await finance.refusal("POST", "ProjectContractLines", sent=sent)
    assert f"The value '{value}' in field" in text
    assert f"is not found in the related table '{table}'" in text


async def test_a_project_takes_its_customer_from_its_contract(finance: Accountant) -> None:
    await finance.contract()
    assert (await finance.project(ProjectContractId="K1"))["CustomerAccountNumber"] == "C-1001"


async def test_a_project_stage_goes_to_completed_and_back(finance: Accountant) -> None:
    await finance.project(ProjectStage="InProcess")
    await finance.change(PROJECT, ProjectStage="Completed")
    await finance.change(PROJECT, ProjectStage="InProcess", ProjectName="again")
    assert (await finance.row(PROJECT))["ProjectStage"] == "InProcess"


async def test_a_task_without_an_id_gets_the_next_activity_number(finance: Accountant) -> None:
    await finance.project()
    first, second = await finance.task(TaskName="a"), await finance.task(TaskName="b")
    assert first["TaskId"] < second["TaskId"]
    assert (await finance.task(TaskId="T7"))["TaskId"] == "T7"


async def test_a_task_needs_its_project(finance: Accountant) -> None:
    _, text = await finance.refusal(
        "POST", "ProjectTasks", sent={"dataAreaId": "uspm", "ProjectId": "P1", "TaskId": "T1"}
    )
    assert "The value 'P1' in field 'Project ID' is not found in the related table 'Projects'." in text


async def test_deleting_a_project_takes_its_tasks_and_lets_its_lines_go(finance: Accountant) -> None:
    await finance.contract()
    await finance.project()
    await finance.task()
    await finance.line(LineProjectId="P1")
    assert (await finance.ask("DELETE", PROJECT)).status == 204
    assert await finance.rows("ProjectTasks") == []
    assert (await finance.row(LINE))["LineProjectId"] == ""


async def test_a_renamed_contract_keeps_its_rec_id_and_whoever_refers_to_it(finance: Accountant) -> None:
    await finance.contract()
    await finance.funding("C-1001")
    await finance.line()
    rec_id = next(iter(finance.twin.database.tables["ProjectContractHeaders"])).rec_id
    key = {"dataAreaId": "uspm", "ProjectContractId": "K1"}
    renamed = {"collection": "ProjectContractHeaders", "key": key, "new_key": {"ProjectContractId": "K9"}}
    await finance.control("rename", renamed)
    assert [row.rec_id for row in finance.twin.database.tables["ProjectContractHeaders"]] == [rec_id]
    for path in (LINE, RULE, source("C-1001"), FUNDING_RULE):
        assert (await finance.ask("GET", path)).status == 404
        assert (await finance.ask("GET", path.replace("'K1'", "'K9'"))).status == 200


async def test_a_rename_onto_another_key_is_refused(finance: Accountant) -> None:
    key = {"dataAreaId": "uspm", "CustomerAccount": "C-1001"}
    asked = {"collection": "CustomersV3", "key": key, "new_key": {"CustomerAccount": "C-1002"}}
    status, text = await finance.refusal("POST", "/twin/rename", sent=asked)
    assert (status, "already exists" in text) == (400, True)


async def test_a_rename_follows_into_rows_that_refer_twice_and_into_the_row_itself(finance: Accountant) -> None:
    group = address("CustomerGroups", dataAreaId="uspm", CustomerGroupId="10")
    await finance.change(group, PaymentTermId="Net30", ClearingPeriodPaymentTermName="Net30")
    key = {"dataAreaId": "uspm", "Name": "Net30"}
    await finance.control("rename", {"collection": "PaymentTerms", "key": key, "new_key": {"Name": "N30"}})
    row = await finance.row(group)
    assert (row["PaymentTermId"], row["ClearingPeriodPaymentTermName"]) == ("N30", "N30")

    await finance.change(address("CustomersV3", dataAreaId="uspm", CustomerAccount="C-1001"), InvoiceAccount="c-1001")
    key = {"dataAreaId": "uspm", "CustomerAccount": "C-1001"}
    await finance.control("rename", {"collection": "CustomersV3", "key": key, "new_key": {"CustomerAccount": "C-9"}})
    renamed = await finance.row(address("CustomersV3", dataAreaId="uspm", CustomerAccount="C-9"))
    assert (renamed["InvoiceAccount"], renamed["PaymentTerms"]) == ("C-9", "N30")
