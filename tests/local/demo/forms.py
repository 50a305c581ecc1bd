"""The forms of the demo's first company: what people fill in for customers, contracts, lines, projects and tasks."""

from __future__ import annotations

from typing import Any

from tests.local.demo.people import COMPANY, People, bind, row_id_of
from tests.local.demo.setup_rows import contracting_unit

WORK_BASED, PROJECT_SERVICE = 192350001, 5
TIME_AND_MATERIAL, FIXED_PRICE = 192350000, 192350001
NET_30 = 1
CUSTOMER_TYPE = 3


async def make_contract(people: People, number: str, customer: str, name: str) -> str:
    """Save a project contract; give its id. Dataverse makes its customer the first funding source."""
    contract = row_id_of("salesorders", number)
    await people.do(
        "Dataverse", f"project contract {number}, {name}",
        people.create("salesorders", number, await contract_columns(people, number, customer, name)),
        lambda: people.in_finance_is("ProjectContractHeaders", {"ProjectContractId": number}),
        "contract in Finance",
    )  # fmt: skip
    return contract


async def contract_columns(people: People, number: str, customer: str, name: str) -> dict[str, Any]:
    """What a person fills in for a contract."""
    currency = await people.id_of("transactioncurrencies", "transactioncurrencyid", "isocurrencycode eq 'USD'")
    return {
        "ordernumber": number,
        "name": name,
        "msdyn_ordertype": WORK_BASED,
        "paymenttermscode": NET_30,
        "customerid_account@odata.bind": bind("accounts", customer),
        "transactioncurrencyid@odata.bind": bind("transactioncurrencies", currency),
        "msdyn_OwningCompany@odata.bind": bind("cdm_companies", await _company(people)),
        "msdyn_contractorganizationalunitId@odata.bind": bind(
            "msdyn_organizationalunits", await contracting_unit(people)
        ),
    }


async def make_project(people: People, number: str, name: str, contract: str = "") -> str:
    """Save a project; give its id."""
    columns = {
        "msdyn_projectnumber": number,
        "msdyn_subject": name,
        "msdyn_scheduledstart": "2026-10-01T08:00:00Z",
        "msdyn_finish": "2027-03-31T16:00:00Z",
        "msdyn_effort": 1250.5,
        "msdyn_OwningCompany@odata.bind": bind("cdm_companies", await _company(people)),
        **({"msdyn_SalesOrderId@odata.bind": bind("salesorders", contract)} if contract else {}),
    }
    await people.do(
        "Dataverse", f"project {number}, {name}",
        people.create("msdyn_projects", number, columns),
        lambda: people.in_finance_is("ProjectsV2", {"ProjectId": number}),
        "project in Finance",
    )  # fmt: skip
    return row_id_of("msdyn_projects", number)


async def make_task(people: People, project: str, name: str, subject: str, sequence: int) -> None:
    """Save a task of a project."""
    task = row_id_of("msdyn_projecttasks", name)
    columns = task_columns(project, subject, sequence)
    await people.do(
        "Dataverse", f"task {subject}",
        people.create("msdyn_projecttasks", name, columns),
        lambda: _one_task(people, task),
        "one task in Finance",
    )  # fmt: skip


def task_columns(project: str, subject: str, sequence: int) -> dict[str, Any]:
    """What a person fills in for a task."""
    return {
        "msdyn_subject": subject,
        "msdyn_outlinelevel": 1,
        "msdyn_displaysequence": sequence,
        "msdyn_project@odata.bind": bind("msdyn_projects", project),
    }


async def make_line(people: People, contract: str, project: str, number: int, text: str, billing: int) -> str:
    """Save a line of a contract, by the contract's number; give its id."""
    columns = {
        "productdescription": text,
        "producttypecode": PROJECT_SERVICE,
        "msdyn_billingmethod": billing,
        "msdyn_includetime": True,
        "msdyn_includeexpense": billing == TIME_AND_MATERIAL,
        "quantity": 10 * number,
        "priceperunit": 1250.25,
        "msdyn_billingstartdate": "2026-10-01T00:00:00Z",
        "salesorderid@odata.bind": bind("salesorders", row_id_of("salesorders", contract)),
        "msdyn_Project@odata.bind": bind("msdyn_projects", project),
        "uomid@odata.bind": bind("uoms", await people.id_of("uoms", "uomid", "msdyn_symbol eq 'hr'")),
    }
    key: dict[str, str | int] = {"ProjectContractId": contract, "LineSequenceNumber": number}
    await people.do(
        "Dataverse", f"contract line {number}, {text}",
        people.create("salesorderdetails", str(number), columns),
        lambda: people.in_finance_is("ProjectContractLines", key),
        "line and billing rule in Finance",
    )  # fmt: skip
    return row_id_of("salesorderdetails", str(number))


async def customer_columns(people: People, number: str, name: str) -> dict[str, Any]:
    """What a person fills in for a customer."""
    company = await _company(people)
    group = await people.id_of(
        "msdyn_customergroups", "msdyn_customergroupid", f"msdyn_groupid eq '20' and _msdyn_company_value eq {company}"
    )
    currency = await people.id_of("transactioncurrencies", "transactioncurrencyid", "isocurrencycode eq 'USD'")
    return {
        "accountnumber": number,
        "name": name,
        "customertypecode": CUSTOMER_TYPE,
        "creditlimit": 75000,
        "address1_city": "Chicago",
        "msdyn_Company@odata.bind": bind("cdm_companies", company),
        "msdyn_CustomerGroupId@odata.bind": bind("msdyn_customergroups", group),
        "transactioncurrencyid@odata.bind": bind("transactioncurrencies", currency),
    }


async def _company(people: People) -> str:
    return await people.id_of("cdm_companies", "cdm_companyid", f"cdm_companycode eq '{COMPANY}'")


async def _one_task(people: People, task: str) -> bool:
    return await people.count_in_finance("ProjectTasks", TaskElementId=task) == 1
