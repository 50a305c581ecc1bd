"""An hour of work becomes money: entered and approved in Dataverse, journalled and posted in Finance, and told back."""

from __future__ import annotations

from typing import Any

from tests.local.demo.ordinary_days import PROJECT_SERVICE, TIME_AND_MATERIAL, contract_columns, make_project
from tests.local.demo.people import COMPANY, People, bind, row_id_of
from tests.local.demo.setup_rows import contracting_unit
from tests.world import Person

CONTRACT, PROJECT, ROLE, CATEGORY = "PC-1004", "PRJ-1004", "ENG", "TCN-0000001000"
RESOURCE, DAY, HOURS = "Robin Ek", "2026-10-05", 8
COST_PRICE, SALES_PRICE = 60, 150
COST, UNBILLED = 192350000, 192350005
RELATIONSHIPS = "transaction_connections_to_finance"


async def hours_of_work(people: People) -> None:
    """What it takes to work, a day's work, its way through Finance, and what Dataverse knows afterwards."""
    people.board.act("An hour of work becomes money", "approved in Dataverse, posted in Finance, and told back")
    await _prepare(people)
    await _work(people)
    await _account(people)


async def _prepare(people: People) -> None:
    role, category = await _role_and_category(people)
    with people.board.change("Dataverse", "what an hour costs and what it is sold for, and who works") as change:
        await _prices(people, "Cost prices", COST_PRICE, role)
        sales = await _prices(people, "Sales prices", SALES_PRICE, role)
        unit = await contracting_unit(people)
        cost = row_id_of("pricelevels", "Cost prices")
        await people.edit(
            "msdyn_organizationalunits", unit, {"msdyn_CostPriceList@odata.bind": bind("pricelevels", cost)}
        )
        await people.create("bookableresources", RESOURCE, await _resource(people, unit))
        change.end("entered; none of it goes to Finance")
    with people.board.change("Finance", f"the project category for hours, {category}-1") as change:
        body = {"dataAreaId": COMPANY, "CategoryId": f"{category}-1"}
        await people.in_finance.does("POST", "ProjectCategories", body)
        change.end("made by hand, as in the product")
    await _sell(people, sales)


async def _role_and_category(people: People) -> tuple[str, str]:
    await people.do(
        "Dataverse", f"role {ROLE}, Engineer",
        people.create("bookableresourcecategories", ROLE, {"name": "Engineer", "msdyn_resourcecategorynumber": ROLE}),
        lambda: _in_every_company(people), "a role in each of three companies",
    )  # fmt: skip
    names = {"msdyn_name": "Engineering", "msdyn_transactioncategorynumber": CATEGORY}
    await people.do(
        "Dataverse", f"transaction category {CATEGORY}",
        people.create("msdyn_transactioncategories", CATEGORY, names),
        lambda: _shared_categories(people), "five shared categories in Finance",
    )  # fmt: skip
    await people.all_seen()
    return row_id_of("bookableresourcecategories", ROLE), CATEGORY


async def _prices(people: People, name: str, price: int, role: str) -> str:
    """Enter a price list with what an hour of the role is worth; give its id."""
    currency = await people.id_of("transactioncurrencies", "transactioncurrencyid", "isocurrencycode eq 'USD'")
    money = {"transactioncurrencyid@odata.bind": bind("transactioncurrencies", currency)}
    price_list = await people.create("pricelevels", name, {"name": name, **money})
    hour = await people.id_of("uoms", "uomid", "msdyn_symbol eq 'hr'")
    columns = {
        "msdyn_price": price,
        "msdyn_PriceList@odata.bind": bind("pricelevels", price_list),
        "msdyn_ResourceCategory@odata.bind": bind("bookableresourcecategories", role),
        "msdyn_Unit@odata.bind": bind("uoms", hour),
        **money,
    }
    await people.create("msdyn_resourcecategorypricelevels", name, columns)
    return price_list


async def _resource(people: People, unit: str) -> dict[str, Any]:
    company = await people.id_of("cdm_companies", "cdm_companyid", f"cdm_companycode eq '{COMPANY}'")
    return {
        "name": RESOURCE,
        "msdyn_OwningCompany@odata.bind": bind("cdm_companies", company),
        "msdyn_organizationalunit@odata.bind": bind("msdyn_organizationalunits", unit),
    }


async def _sell(people: People, prices: str) -> None:
    """Sell a project of time and material at these prices."""
    columns = await contract_columns(people, CONTRACT, await people.customer("C-1001"), "Crane inspection")
    columns["msdyn_ProjectPriceList@odata.bind"] = bind("pricelevels", prices)
    contract = await people.create("salesorders", CONTRACT, columns)
    project = await make_project(people, PROJECT, "Crane inspection")
    unit = bind("msdyn_organizationalunits", await contracting_unit(people))
    await people.edit("msdyn_projects", project, {"msdyn_contractorganizationalunitId@odata.bind": unit})
    line = {
        "productdescription": "Inspection",
        "producttypecode": PROJECT_SERVICE,
        "msdyn_billingmethod": TIME_AND_MATERIAL,
        "msdyn_includetime": True,
        "salesorderid@odata.bind": bind("salesorders", contract),
        "msdyn_Project@odata.bind": bind("msdyn_projects", project),
    }
    key: dict[str, str | int] = {"ProjectContractId": CONTRACT, "LineSequenceNumber": 1}
    await people.do(
        "Dataverse", f"contract {CONTRACT} sells project {PROJECT} by time and material",
        people.create("salesorderdetails", CONTRACT, line),
        lambda: people.in_finance_is("ProjectContractBillingRules", key, BillingRuleType="TimeMaterial"),
        "a time and material billing rule in Finance",
    )  # fmt: skip
    await people.all_seen()


async def _work(people: People) -> None:
    entry = {
        "msdyn_description": "Inspection of crane 9",
        "msdyn_date": DAY,
        "msdyn_duration": HOURS * 60,
        **_bound("msdyn_project", "msdyn_projects", PROJECT),
        **_bound("msdyn_bookableresource", "bookableresources", RESOURCE),
        **_bound("msdyn_resourceCategory", "bookableresourcecategories", ROLE),
        **_bound("msdyn_transactioncategory", "msdyn_transactioncategories", CATEGORY),
    }
    await people.do(
        "Dataverse", f"{HOURS} hours of {RESOURCE} are submitted and approved",
        _approved(people, entry), lambda: _staged(people), "cost and unbilled sales in Finance's staging table",
    )  # fmt: skip
    await people.all_seen()
    sends = "sends what was gathered for a data package, as the timer does each minute"
    with people.board.change("operator", sends) as change:
        await people.stage.operator.send_packages(RELATIONSHIPS)
        change.end("the rows that tie sales to cost are imported")


def _bound(lookup: str, collection: str, name: str) -> dict[str, str]:
    return {f"{lookup}@odata.bind": bind(collection, row_id_of(collection, name))}


async def _approved(people: People, entry: dict[str, Any]) -> None:
    row_id = await people.create("msdyn_timeentries", DAY, entry)
    target = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_timeentry", "msdyn_timeentryid": row_id}
    for action in ("msdyn_SubmitEntries", "msdyn_ApproveEntries"):
        await people.in_dataverse.does("POST", action, {"Targets": [target]})


async def _account(people: People) -> None:
    forms = Person(people.stage.http, f"{people.stage.finance_url}/twin/")

    async def post() -> None:
        imported = await forms.does("POST", "run/import-from-staging", {"company": COMPANY})
        for journal in imported["journals"]:
            await forms.does("POST", "run/post-journal", {"company": COMPANY, "journal": journal})

    await people.do(
        "Finance", "the accountant imports them into a journal and posts it",
        post(), lambda: _told_back(people),
        f"both actuals have vouchers in Dataverse: {HOURS * COST_PRICE} of cost, {HOURS * SALES_PRICE} of sales",
    )  # fmt: skip
    await people.all_seen()


# -- what is looked at -------------------------------------------------------------------------------------------------


async def _in_every_company(people: People) -> bool:
    found = await people.in_finance.does("GET", f"ProjectResourceRoles?$filter=RoleId eq '{ROLE}'")
    return len(found["value"]) == len(("usmf", "uspm", "gbpm"))


async def _shared_categories(people: People) -> bool:
    found = await people.in_finance.does("GET", f"SharedCategories?$filter=TransactionCategoryId eq '{CATEGORY}'")
    return len(found["value"]) == len("12345")


async def _staged(people: People) -> bool:
    amounts = {"Cost": HOURS * COST_PRICE, "Sales": HOURS * SALES_PRICE}
    found = await people.in_finance.does("GET", f"ProjActualsImports?$filter=ProjectId eq '{PROJECT}'")
    return {row["TransactionType"]: row["Amount"] for row in found["value"]} == amounts


async def _told_back(people: People) -> bool:
    project = row_id_of("msdyn_projects", PROJECT)
    query = f"msdyn_actuals?$filter=_msdyn_project_value eq {project}"
    found = (await people.in_dataverse.does("GET", query))["value"]
    amounts = {COST: HOURS * COST_PRICE, UNBILLED: HOURS * SALES_PRICE}
    told = {
        row["msdyn_transactiontypecode"]: row["msdyn_accountingamount"] for row in found if row["msdyn_vouchernumber"]
    }
    return told == amounts
