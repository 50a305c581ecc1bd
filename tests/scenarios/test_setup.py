"""Setup and configuration: what is made in Dataverse appears in Finance, with what Finance makes of it itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.scenarios.enterprise import Enterprise, enterprise

WORK_BASED, PROJECT_SERVICE = 192350001, 5
TIME_AND_MATERIAL, FIXED_PRICE = 192350000, 192350001
INACTIVE, ACTIVE = 1, 0
NET_30 = 1
CURRENCY_GUARD = (
    "Owning company currency does not match the contracting unit currency. "
    "Pick different owning company or contracting unit to continue"
)


@dataclass(frozen=True)
class Contracting:
    """Where contracts are made: the ids of what every one of them names."""

    company: str
    dollar: str
    unit: str
    customer: str
    other_customer: str


@pytest.fixture
async def contracting(office: Enterprise) -> Contracting:
    return await begin(office)


async def begin(office: Enterprise) -> Contracting:
    """Find USPM and two of its customers, and enter its contracting unit."""
    company = await office.id_of("cdm_companies", "cdm_companyid", "cdm_companycode eq 'uspm'")
    dollar = await office.id_of("transactioncurrencies", "transactioncurrencyid", "isocurrencycode eq 'USD'")
    unit = await office.enter(
        "msdyn_organizationalunits",
        msdyn_name="Contoso Consulting",
        **{
            "msdyn_Currency@odata.bind": f"/transactioncurrencies({dollar})",
            "msdyn_Company@odata.bind": f"/cdm_companies({company})",
        },
    )
    customers = [
        await office.id_of(
            "accounts", "accountid", f"accountnumber eq '{number}' and _msdyn_company_value eq {company}"
        )
        for number in ("C-1001", "C-1002")
    ]
    return Contracting(company, dollar, unit, *customers)


def contract_columns(at: Contracting, number: str = "ORD-7", **columns: Any) -> dict[str, Any]:
    """What a person fills in for a contract."""
    return {
        "ordernumber": number,
        "name": "Harbour works",
        "msdyn_ordertype": WORK_BASED,
        "paymenttermscode": NET_30,
        "customerid_account@odata.bind": f"/accounts({at.customer})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({at.dollar})",
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({at.company})",
        "msdyn_contractorganizationalunitId@odata.bind": f"/msdyn_organizationalunits({at.unit})",
        **columns,
    }


async def enter_project(office: Enterprise, at: Contracting, number: str = "PRJ-7") -> str:
    """Enter a project."""
    columns = {"msdyn_projectnumber": number, "msdyn_subject": "Crane control"}
    bound = {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({at.company})"}
    return await office.enter("msdyn_projects", **columns, **bound)


async def enter_line(office: Enterprise, contract: str, project: str, method: int, **columns: Any) -> str:
    """Enter a line of a contract."""
    return await office.enter(
        "salesorderdetails",
        productdescription="Engineering",
        producttypecode=PROJECT_SERVICE,
        msdyn_billingmethod=method,
        **{
            "salesorderid@odata.bind": f"/salesorders({contract})",
            "msdyn_Project@odata.bind": f"/msdyn_projects({project})",
            **columns,
        },
    )


async def enter_milestone(office: Enterprise, line: str, name: str, amount: int) -> str:
    """Enter a milestone of a fixed-price line."""
    return await office.enter(
        "msdyn_contractlinescheduleofvalues",
        msdyn_name=name,
        msdyn_amount=amount,
        msdyn_invoicedate="2026-11-30",
        **{"msdyn_ContractLineId@odata.bind": f"/salesorderdetails({line})"},
    )


async def enter_header(office: Enterprise, contract: str, project: str) -> None:
    """Enter a fixed-price line that is billed by progress, and a header of it: 2,000 of 8,000 are to be invoiced next."""
    line = await enter_line(office, contract, project, FIXED_PRICE)
    await office.enter(
        "msdyn_contractlinemilestoneheaders",
        msdyn_name="Hull",
        msdyn_amount=8000,
        msdyn_nextinvoiceamount=2000,
        msdyn_nextinvoicepercentage=25,
        **{
            "msdyn_ContractLineId@odata.bind": f"/salesorderdetails({line})",
            "msdyn_Contract@odata.bind": f"/salesorders({contract})",
            "msdyn_Project@odata.bind": f"/msdyn_projects({project})",
        },
    )


# -- roles and categories ----------------------------------------------------------------------------------------------


async def test_s1_a_role_is_in_every_opted_in_company_and_a_rename_changes_all_of_them(office: Enterprise) -> None:
    role = await office.enter("bookableresourcecategories", name="Developer", msdyn_resourcecategorynumber="DEV")
    await office.travel()
    copies = await office.kept("ProjectResourceRoles", RoleId="DEV")
    assert {row["dataAreaId"]: row["Description"] for row in copies} == dict.fromkeys(
        ("usmf", "uspm", "gbpm"), "Developer"
    )
    await office.edit("bookableresourcecategories", role, name="Senior developer")
    await office.travel()
    renamed = await office.kept("ProjectResourceRoles", RoleId="DEV")
    assert [row["Description"] for row in renamed] == ["Senior developer"] * 3
    assert await office.is_at_rest()


async def test_s1_a_company_that_is_not_opted_in_has_no_copy_until_it_is(office: Enterprise) -> None:
    await office.set_up("usmf", opted_in=False)
    await office.enter("bookableresourcecategories", name="Developer", msdyn_resourcecategorynumber="DEV")
    await office.travel()
    assert {row["dataAreaId"] for row in await office.kept("ProjectResourceRoles", RoleId="DEV")} == {"uspm", "gbpm"}
    await office.set_up("usmf", opted_in=True)
    assert len(await office.kept("ProjectResourceRoles", RoleId="DEV")) == 3


@pytest.mark.parametrize("on_account", [True, False], ids=["with on-account", "without"])
async def test_s2_a_category_brings_its_shared_categories_and_no_project_category(
    office: Enterprise, *, on_account: bool
) -> None:
    await office.finance_forms.does("POST", "settings", {"on_account_categories": on_account})
    number = "TCN-0000001000-D3B43"
    category = await office.enter(
        "msdyn_transactioncategories", msdyn_name="Travel", msdyn_transactioncategorynumber=number
    )
    await office.travel()
    assert (await office.the_finance("ProjectTransactionCategories", CategoryId=number))["Name"] == "Travel"
    shared = {row["CategoryId"]: row for row in await office.kept("SharedCategories")}
    kinds = {f"{number}-1": "Hour", f"{number}-2": "Revenue", f"{number}-3": "Item", f"{number}-4": "Cost"}
    assert {key: row["CategoryType"] for key, row in shared.items()} == kinds | (
        {f"{number}-5": "OnAccount"} if on_account else {}
    )
    assert await office.kept("ProjectCategories") == []
    await office.edit("msdyn_transactioncategories", category, msdyn_name="Travel and lodging")
    await office.travel()
    assert {row["Name"] for row in await office.kept("SharedCategories")} == {"Travel and lodging"}


# -- contracts and their customers -------------------------------------------------------------------------------------


async def test_s3_a_contract_brings_its_contract_and_one_funding_source(
    office: Enterprise, contracting: Contracting
) -> None:
    await office.enter("salesorders", **contract_columns(contracting))
    await office.travel()
    contract = await office.the_finance("ProjectContractHeaders", ProjectContractId="ORD-7")
    assert (contract["dataAreaId"], contract["Name"]) == ("uspm", "Harbour works")
    assert (contract["CustomerAccountNumber"], contract["SalesCurrencyCode"]) == ("C-1001", "USD")
    assert contract["TermsOfPayment"] == "Net 30"
    source = await office.the_finance("ProjectFundingSources", ProjectContractID="ORD-7")
    assert (source["CustomerOrOrganization"], source["FundingType"]) == ("C-1001", "Customer")
    assert source["IsPrimaryFundingSource"] == "Yes"
    assert await office.is_at_rest()


async def test_s3_an_order_of_goods_stays_in_dataverse(office: Enterprise, contracting: Contracting) -> None:
    await office.enter("salesorders", **contract_columns(contracting, msdyn_ordertype=192350000))
    await office.travel()
    assert await office.kept("ProjectContractHeaders") == []
    assert await office.is_at_rest()


async def test_s4_contract_customers_are_funding_sources_and_shares_stay_in_dataverse(
    office: Enterprise, contracting: Contracting
) -> None:
    contract = await office.enter("salesorders", **contract_columns(contracting))
    second = await office.enter(
        "msdyn_projectcontractsplitbillingrules",
        msdyn_name="C-1002",
        **{
            "msdyn_ProjectContract@odata.bind": f"/salesorders({contract})",
            "msdyn_Customer_account@odata.bind": f"/accounts({contracting.other_customer})",
        },
    )
    await office.travel()
    sources = {row["FundingSourceId"]: row for row in await office.kept("ProjectFundingSources")}
    assert set(sources) == {"C-1001", "C-1002"}
    assert (sources["C-1001"]["IsPrimaryFundingSource"], sources["C-1002"]["IsPrimaryFundingSource"]) == ("Yes", "No")

    await office.edit("msdyn_projectcontractsplitbillingrules", second, msdyn_paymentterms=3)
    await office.travel()
    changed = await office.the_finance("ProjectFundingSources", FundingSourceId="C-1002")
    assert changed["TermsOfPayment"] == "Net 45"

    before = changed["@odata.etag"]
    await office.edit("msdyn_projectcontractsplitbillingrules", second, msdyn_percentage=40)
    await office.travel(seconds=60)
    after = await office.the_finance("ProjectFundingSources", FundingSourceId="C-1002")
    assert after["@odata.etag"] == before, "a changed share changes nothing in Finance"

    await office.remove("msdyn_projectcontractsplitbillingrules", second)
    await office.travel(seconds=60)
    assert [row["FundingSourceId"] for row in await office.kept("ProjectFundingSources")] == ["C-1001"]
    assert await office.is_at_rest()


# -- projects ----------------------------------------------------------------------------------------------------------


async def test_s5_a_project_arrives_and_its_tax_group_of_finance_survives_an_edit(
    office: Enterprise, contracting: Contracting
) -> None:
    project = await enter_project(office, contracting)
    await office.travel()
    there = await office.the_finance("ProjectsV2", ProjectId="PRJ-7")
    assert (there["dataAreaId"], there["ProjectName"], there["ProjectStage"]) == ("uspm", "Crane control", "InProcess")
    key = {"dataAreaId": "uspm", "ProjectId": "PRJ-7"}
    await office.change("ProjectsV2", key, SalesTaxGroupId="AVATAX")
    await office.edit("msdyn_projects", project, msdyn_subject="Crane control, berth 7")
    await office.travel()
    there = await office.the_finance("ProjectsV2", ProjectId="PRJ-7")
    assert (there["ProjectName"], there["SalesTaxGroupId"]) == ("Crane control, berth 7", "AVATAX")


async def test_s6_the_billing_method_decides_the_billing_rule(office: Enterprise, contracting: Contracting) -> None:
    contract = await office.enter("salesorders", **contract_columns(contracting))
    project = await enter_project(office, contracting)
    await enter_line(office, contract, project, TIME_AND_MATERIAL, msdyn_includetime=True)
    await enter_line(office, contract, project, FIXED_PRICE)
    await office.travel()
    rules = {row["LineSequenceNumber"]: row for row in await office.kept("ProjectContractBillingRules")}
    assert {number: row["BillingRuleType"] for number, row in rules.items()} == {1: "TimeMaterial", 2: "Milestone"}
    assert (rules[1]["IsHourBillable"], rules[1]["IsItemBillable"]) == ("Yes", "No")
    assert (await office.the_finance("ProjectsV2", ProjectId="PRJ-7"))["ProjectContractId"] == "ORD-7"
    assert await office.is_at_rest()


async def test_s7_each_milestone_is_an_on_account_transaction_and_the_first_brings_the_estimate_project(
    office: Enterprise, contracting: Contracting
) -> None:
    contract = await office.enter("salesorders", **contract_columns(contracting))
    project = await enter_project(office, contracting)
    line = await enter_line(office, contract, project, FIXED_PRICE, quantity=1, priceperunit=10_000)
    first = await enter_milestone(office, line, "Design accepted", 5000)
    await office.travel()
    (transaction,) = await office.kept("ProjectOnAccountTransactions")
    assert (transaction["ProjectId"], transaction["Amount"], transaction["CurrencyCode"]) == ("PRJ-7", 5000, "USD")
    estimate = await office.the_finance("ProjectFixedPriceEstimateProjects")
    assert (estimate["dataAreaId"], estimate["ProjectContractId"]) == ("uspm", "ORD-7")

    await enter_milestone(office, line, "Commissioned", 5000)
    await office.edit("msdyn_contractlinescheduleofvalues", first, msdyn_amount=4500)
    await office.travel()
    amounts = sorted(row["Amount"] for row in await office.kept("ProjectOnAccountTransactions"))
    assert amounts == [4500, 5000]
    assert len(await office.kept("ProjectFixedPriceEstimateProjects")) == 1, "a second milestone brings no second one"
    assert await office.is_at_rest()


async def test_s8_a_task_is_one_activity_and_one_project_activity_until_it_is_deleted(
    office: Enterprise, contracting: Contracting
) -> None:
    project = await enter_project(office, contracting)
    task = await office.enter(
        "msdyn_projecttasks", msdyn_subject="Wiring", **{"msdyn_project@odata.bind": f"/msdyn_projects({project})"}
    )
    await office.travel()
    there = await office.the_finance("ProjectTasks", ProjectId="PRJ-7")
    assert (there["TaskName"], there["TaskElementId"]) == ("Wiring", task)
    number = there["TaskId"]
    assert len(await office.kept("Activities", ActivityNumber=number)) == 1
    assert len(await office.kept("ProjectActivities", ActivityNumber=number)) == 1
    assert [row["msdyn_activitynumber"] for row in await office.held("msdyn_projecttasks")] == [number]
    assert await office.is_at_rest()

    await office.remove("msdyn_projecttasks", task)
    await office.travel(seconds=60)
    assert await office.kept("ProjectTasks") == []
    assert await office.kept("Activities") == []
    assert await office.is_at_rest()


async def test_s9_a_deactivated_project_is_finished_and_takes_no_more_records(
    office: Enterprise, contracting: Contracting
) -> None:
    project = await enter_project(office, contracting)
    await office.travel()
    await office.edit("msdyn_projects", project, statecode=INACTIVE, statuscode=2)
    await office.travel()
    assert (await office.the_finance("ProjectsV2", ProjectId="PRJ-7"))["ProjectStage"] == "Completed"
    answer = await office.finance_forms.ask(
        "POST",
        "run/post-general-journal",
        {"company": "uspm", "lines": [{"project": "PRJ-7", "quantity": 1, "unit_cost": 10, "day": "2026-09-14"}]},
    )
    assert answer.is_client_error
    assert "Project stage finished doesn't allow recording in the project." in answer.text
    await office.edit("msdyn_projects", project, statecode=ACTIVE, statuscode=1)
    await office.travel()
    assert (await office.the_finance("ProjectsV2", ProjectId="PRJ-7"))["ProjectStage"] == "InProcess"


# -- progress billing, what stays, and what is refused -----------------------------------------------------------------


async def test_s10_a_progress_header_arrives_with_its_default_milestone_once_a_tenant_runs_its_map(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with enterprise(monkeypatch, RUNNING_MAPS="*,progress_headers") as office:
        await office.open()
        at = await begin(office)
        contract = await office.enter("salesorders", **contract_columns(at))
        await enter_header(office, contract, await enter_project(office, at))
        await office.travel()
        header = await office.the_finance("ProjectContractLineMilestoneHeaders")
        assert (header["dataAreaId"], header["Project"], header["ProjectContractId"]) == ("uspm", "PRJ-7", "ORD-7")
        assert (header["Description"], header["Amount"], header["NextInvoiceAmount"]) == ("Hull", 8000, 2000)
        milestone = await office.the_finance("ProjectContractLineMilestones")
        assert (milestone["Description"], milestone["Amount"]) == ("Hull", 2000)
        assert await office.is_at_rest()


async def test_s10_the_header_waits_for_a_tenants_own_map_and_its_milestone_does_not(
    office: Enterprise, contracting: Contracting
) -> None:
    contract = await office.enter("salesorders", **contract_columns(contracting))
    await enter_header(office, contract, await enter_project(office, contracting))
    await office.travel()
    assert await office.kept("ProjectContractLineMilestoneHeaders") == []
    assert len(await office.kept("ProjectContractLineMilestones")) == 1
    assert await office.is_at_rest()


async def test_s11_opportunities_and_quotes_stay_in_dataverse(office: Enterprise, contracting: Contracting) -> None:
    opportunity = await office.enter("opportunities", name="Harbour works", estimatedvalue=100_000)
    await office.enter(
        "quotes",
        name="Harbour works",
        msdyn_ordertype=WORK_BASED,
        **{
            "customerid_account@odata.bind": f"/accounts({contracting.customer})",
            "opportunityid@odata.bind": f"/opportunities({opportunity})",
            "msdyn_OwningCompany@odata.bind": f"/cdm_companies({contracting.company})",
        },
    )
    before = office.world.finance.counters.total()
    await office.travel(seconds=60)
    assert office.world.finance.counters.total() == before, "Finance was not even asked"
    assert await office.kept("ProjectContractHeaders") == []


async def test_s12_a_contract_in_another_currency_than_its_companys_ledger_is_refused_and_nothing_is_sent(
    office: Enterprise, contracting: Contracting
) -> None:
    pound = await office.id_of("transactioncurrencies", "transactioncurrencyid", "isocurrencycode eq 'GBP'")
    await office.edit(
        "msdyn_organizationalunits",
        contracting.unit,
        **{"msdyn_Currency@odata.bind": f"/transactioncurrencies({pound})"},
    )
    assert await office.refused("POST", "salesorders", **contract_columns(contracting)) == CURRENCY_GUARD
    await office.travel(seconds=60)
    assert await office.held("salesorders") == []
    assert await office.kept("ProjectContractHeaders") == []
    assert await office.is_at_rest()
