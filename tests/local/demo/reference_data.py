"""Before any story: what Finance has had all along comes over to Dataverse."""

from __future__ import annotations

from urllib.parse import quote

from tests.local.demo.people import People
from tests.local.demo.setup_rows import enter_contracting_unit

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


async def _there(people: People, collection: str, condition: str, wanted: int) -> bool:
    found = await people.in_dataverse.does("GET", f"{collection}?$filter={quote(condition)}&$count=true&$top=1")
    return int(found["@odata.count"]) >= wanted
