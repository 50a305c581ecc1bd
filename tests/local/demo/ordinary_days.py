"""The first acts: reference data comes over, a contract is made, and people on both sides change things."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from tests.local.demo.people import COMPANY, People, bind, row_id_of
from tests.local.demo.setup_rows import contracting_unit, enter_contracting_unit

CONTRACT, PROJECT = "PC-1001", "PRJ-1001"
WORK_BASED, PROJECT_SERVICE = 192350001, 5
TIME_AND_MATERIAL, FIXED_PRICE = 192350000, 192350001
NET_30 = 1
CUSTOMER_TYPE = 3
#: What companies and currencies make possible. A row that comes before the one it points at waits for it.
SETUP = (
    "exchange_rate_types", "fiscal_calendars", "chart_of_accounts", "units", "ledgers", "payment_days",
    "payment_schedules", "payment_terms", "customer_groups", "vendor_groups",
)  # fmt: skip
#: And what that makes possible in its turn.
MASTER_DATA = ("exchange_rate_pairs", "exchange_rates", "workers", "products", "vendors", "customers")


async def reference_data(people: People) -> None:
    """Legal entities and currencies, then what they make possible, then customers."""
    people.board.act("Reference data comes over", "catch-up timers compare Finance with Dataverse")
    operator = people.stage.operator
    with people.board.change("Finance", "legal entities and currencies, there from the start") as change:
        await operator.catch_up("legal_entities_to_dataverse", "currencies_to_dataverse")

        async def both() -> bool:
            companies = " or ".join(f"cdm_companycode eq '{code}'" for code in ("usmf", "uspm", "gbpm"))
            currencies = " or ".join(f"isocurrencycode eq '{code}'" for code in ("USD", "EUR", "GBP"))
            return await _there(people, "cdm_companies", companies, 3) and await _there(
                people, "transactioncurrencies", currencies, 3
            )

        await change.until(both, "in Dataverse")
    with people.board.change("Finance", "units, ledgers, groups and terms of payment") as change:
        await operator.catch_up(*(f"{map_id}_to_dataverse" for map_id in SETUP))

        async def set_up() -> bool:
            units = " or ".join(f"msdyn_symbol eq '{symbol}'" for symbol in ("ea", "hr"))
            return (
                await _there(people, "uoms", units, 2)
                and await _there(people, "msdyn_ledgers", "statecode eq 0", 3)
                and await _there(people, "msdyn_customergroups", "statecode eq 0", 9)
                and await _there(people, "msdyn_paymentterms", "statecode eq 0", 21)
            )

        await change.until(set_up, "in Dataverse")
    with people.board.change("Dataverse", "the unit that makes contracts, which is Dataverse's own") as change:
        change.end("entered by hand" if await enter_contracting_unit(people) else "there already")
    with people.board.change("Finance", "rates, workers, products, vendors; 15 customers of three companies") as change:
        await operator.catch_up(*(f"{map_id}_to_dataverse" for map_id in MASTER_DATA))

        async def all_there() -> bool:
            return (
                await _there(people, "accounts", "startswith(accountnumber,'C-100')", 15)
                and await _there(people, "accounts", "accountnumber eq 'V-1001'", 3)
                and await _there(people, "products", "msdyn_productnumber eq 'S0001'", 3)
                and await _there(people, "msdyn_currencyexchangerates", "statecode eq 0", 2)
                and await _there(people, "cdm_workers", "statecode eq 0", 2)
            )

        await change.until(all_there, "in Dataverse, and an account for each vendor")


async def a_contract(people: People) -> None:
    """A customer, a contract with its funding sources, a project, lines and tasks, all made in Dataverse."""
    people.board.act(
        "A contract is won", "made in Dataverse; each save travels by itself, parents before children or not"
    )
    customer = row_id_of("accounts", "C-2001")
    await people.do(
        "Dataverse", "customer C-2001, Lakeside Robotics",
        people.create("accounts", "C-2001", await customer_columns(people, "C-2001", "Lakeside Robotics")),
        lambda: people.in_finance_is("CustomersV3", {"CustomerAccount": "C-2001"}, OrganizationName="Lakeside Robotics"),
        "customer in Finance",
    )  # fmt: skip
    contract = await make_contract(people, CONTRACT, customer, "Harbour cranes, phase 1")
    await people.do(
        "Dataverse", "a second funding source: C-1002 pays a share",
        people.create("msdyn_projectcontractsplitbillingrules", "C-1002", {
            "msdyn_name": "C-1002",
            "msdyn_paymentterms": 3,
            "msdyn_ProjectContract@odata.bind": bind("salesorders", contract),
            "msdyn_Customer_account@odata.bind": bind("accounts", await people.customer("C-1002")),
        }),
        lambda: people.in_finance_is("ProjectFundingSources", {"ProjectContractID": CONTRACT, "FundingSourceId": "C-1002"}),
        "funding source in Finance",
    )  # fmt: skip
    project = await make_project(people, PROJECT, "Crane control")
    for number, (text, billing) in enumerate((("Engineering", TIME_AND_MATERIAL), ("Commissioning", FIXED_PRICE), ("Training", TIME_AND_MATERIAL)), 1):  # fmt: skip  # noqa: E501 - a line of the contract each
        await _line(people, contract, project, number, text, billing)
    for number, subject in enumerate(("Concept", "Wiring plan", "Cabinet", "Site acceptance"), 1):
        await make_task(people, project, f"{PROJECT}-{number}", subject, number)
    await people.all_seen()


async def both_sides(people: People) -> None:
    """Edits on either side, a customer on both sides at once, a line that goes away."""
    people.board.act(
        "People on both sides change things", "a two-way map merges by column; the owner wins what both changed"
    )
    project, line = row_id_of("msdyn_projects", PROJECT), row_id_of("salesorderdetails", "3")
    await people.do(
        "Dataverse", f"project {PROJECT} is renamed and finishes later",
        people.edit("msdyn_projects", project, {"msdyn_subject": "Crane control, berth 7", "msdyn_finish": "2027-06-30T22:00:00Z"}),
        lambda: people.in_finance_is("ProjectsV2", {"ProjectId": PROJECT}, ProjectName="Crane control, berth 7"),
        "the same in Finance",
    )  # fmt: skip
    await people.do(
        "Finance", "customer C-1002 gets a phone number",
        people.edit_in_finance("CustomersV3", {"CustomerAccount": "C-1002"}, {"PrimaryContactPhone": "+1 425 555 0100"}),
        lambda: _account_is(people, "C-1002", telephone1="+1 425 555 0100"),
        "the same in Dataverse",
    )  # fmt: skip
    await people.do(
        "Dataverse", "customer C-1003 gets an e-mail address",
        people.edit("accounts", await people.customer("C-1003"), {"emailaddress1": "chateaux@fabrikam.example"}),
        lambda: people.in_finance_is("CustomersV3", {"CustomerAccount": "C-1003"}, PrimaryContactEmail="chateaux@fabrikam.example"),
        "the same in Finance",
    )  # fmt: skip
    await people.do(
        "Dataverse", f"line 3 of contract {CONTRACT} is deleted",
        people.delete("salesorderdetails", line),
        lambda: _line_is_gone(people, 3), "gone in Finance",
    )  # fmt: skip
    await _at_once(people)
    await people.all_seen()


async def _at_once(people: People) -> None:
    """The same column of the same customer on both sides, at the same moment."""
    account = await people.customer("C-1001")
    there, here = "Harbour Board", "Harbour Authority North"
    with people.board.change(
        "both", f"C-1001 is renamed '{there}' in Finance and '{here}' in Dataverse at once"
    ) as change:
        await asyncio.gather(
            people.edit_in_finance("CustomersV3", {"CustomerAccount": "C-1001"}, {"OrganizationName": there}),
            people.edit("accounts", account, {"name": here}),
        )

        async def settled() -> bool:
            records = await people.stage.operator.conflicts("customers")
            kept = any(record.columns.get("OrganizationName") for record in records if record.pair == account)
            return kept and await _account_is(people, "C-1001", name=there)

        await change.until(
            settled, f"both say '{there}', for Finance owns names; '{here}' is kept in a conflict record"
        )


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


async def _line(people: People, contract: str, project: str, number: int, text: str, billing: int) -> None:
    columns = {
        "productdescription": text,
        "producttypecode": PROJECT_SERVICE,
        "msdyn_billingmethod": billing,
        "msdyn_includetime": True,
        "msdyn_includeexpense": billing == TIME_AND_MATERIAL,
        "quantity": 10 * number,
        "priceperunit": 1250.25,
        "msdyn_billingstartdate": "2026-10-01T00:00:00Z",
        "salesorderid@odata.bind": bind("salesorders", contract),
        "msdyn_Project@odata.bind": bind("msdyn_projects", project),
        "uomid@odata.bind": bind("uoms", await people.id_of("uoms", "uomid", "msdyn_symbol eq 'hr'")),
    }
    key: dict[str, str | int] = {"ProjectContractId": CONTRACT, "LineSequenceNumber": number}
    await people.do(
        "Dataverse", f"contract line {number}, {text}",
        people.create("salesorderdetails", str(number), columns),
        lambda: people.in_finance_is("ProjectContractLines", key),
        "line and billing rule in Finance",
    )  # fmt: skip


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


async def _there(people: People, collection: str, condition: str, wanted: int) -> bool:
    found = await people.in_dataverse.does("GET", f"{collection}?$filter={quote(condition)}&$count=true&$top=1")
    return int(found["@odata.count"]) >= wanted


async def _account_is(people: People, number: str, **values: Any) -> bool:
    condition = f"accountnumber eq '{number}' and msdyn_Company/cdm_companycode eq '{COMPANY}'"
    found = await people.row("accounts", condition, ",".join(values))
    return found is not None and all(found[name] == value for name, value in values.items())


async def _line_is_gone(people: People, number: int) -> bool:
    key: dict[str, str | int] = {"ProjectContractId": CONTRACT, "LineSequenceNumber": number}
    return await people.finance_row("ProjectContractLines", key) is None


async def _one_task(people: People, task: str) -> bool:
    return await people.count_in_finance("ProjectTasks", TaskElementId=task) == 1
