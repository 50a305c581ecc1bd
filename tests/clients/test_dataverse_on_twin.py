"""The Dataverse client against the Dataverse twin: what the platform does, not only what is said on the wire."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import UUID

import httpx
import pytest

from shared.clients.auth import BearerAuth
from shared.clients.dataverse import DataverseClient
from shared.clients.rows import DeltaExpired, Duplicate, Found
from shared.clients.throttle import Throttle
from shared.errors import Conflict, Misconfigured, Refused, Rejected, Throttled, Transient
from shared.mapping.shape import Bind, Shape
from tests.clients.test_auth import Clock, Entra
from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.limits import Limits
from tests.twin.http import TwinTransport

BASE = "https://contoso.crm4.dynamics.com"
COMPANY, CURRENCY, CUSTOMER, CONTRACT = (str(UUID(int=number)) for number in (1, 2, 3, 4))


def row_id(number: int) -> str:
    return str(UUID(int=1000 + number))


CUSTOMER_SHAPE = Shape(
    ("accountnumber", "name", "creditlimit"),
    {
        "msdyn_company": {"cdm_company": Shape(("cdm_companycode",))},
        "transactioncurrencyid": {"transactioncurrency": Shape(("isocurrencycode",))},
        "msdyn_billingaccount": {"account": Shape(("accountnumber",))},
    },
)
CONTRACT_SHAPE = Shape(
    ("ordernumber", "totalamount"),
    {
        "customerid": {"account": CUSTOMER_SHAPE, "contact": Shape(("fullname",))},
        "msdyn_owningcompany": {"cdm_company": Shape(("cdm_companycode",))},
    },
)


@pytest.fixture
def twin() -> DataverseTwin:
    return DataverseTwin(seed=7)


def open_client(twin: DataverseTwin, auth: httpx.Auth | None = None) -> DataverseClient:
    http = httpx.AsyncClient(transport=TwinTransport(twin), auth=auth)
    return DataverseClient(http, BASE, Throttle("Dataverse"))


@pytest.fixture
async def client(twin: DataverseTwin) -> DataverseClient:
    client = open_client(twin)
    await client.create("cdm_company", COMPANY, {"cdm_companycode": "usmf", "cdm_name": "Contoso"})
    currency = {"isocurrencycode": "USD", "currencyname": "US Dollar", "currencysymbol": "$", "exchangerate": 1}
    await client.create("transactioncurrency", CURRENCY, {**currency, "currencyprecision": 2})
    return client


def customer(number: str, **columns: object) -> dict[str, object]:
    return {
        "accountnumber": number,
        "name": f"Customer {number}",
        "msdyn_company": Bind("cdm_company", COMPANY),
        "transactioncurrencyid": Bind("transactioncurrency", CURRENCY),
        **columns,
    }


async def stored(client: DataverseClient, table: str, number: str, shape: Shape) -> Found:
    found = await client.read(table, number, shape)
    assert found is not None
    return found


async def test_a_row_comes_back_with_what_its_lookups_point_at(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1", creditlimit=Decimal("1234.5600")))

    found = await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)

    assert found.row["accountid"] == CUSTOMER
    assert found.row["msdyn_company"] == {"cdm_companyid": COMPANY, "cdm_companycode": "usmf"}
    assert found.row["transactioncurrencyid"]["isocurrencycode"] == "USD"
    assert found.row["_transactioncurrencyid_value"] == CURRENCY
    assert found.row["msdyn_billingaccount"] is None
    assert found.row["creditlimit"] == Decimal("1234.56")
    assert found.version == await client.version("account", CUSTOMER)


async def test_a_lookup_to_several_tables_says_which_it_points_at(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1"))
    columns = {"ordernumber": "K-1", "name": "Contract", "msdyn_owningcompany": Bind("cdm_company", COMPANY)}
    currency = {"transactioncurrencyid": Bind("transactioncurrency", CURRENCY)}
    await client.create("salesorder", CONTRACT, {**columns, **currency, "customerid": Bind("account", CUSTOMER)})

    found = await stored(client, "salesorder", CONTRACT, CONTRACT_SHAPE)

    assert found.row["customerid"]["@table"] == "account"
    assert found.row["customerid"]["accountnumber"] == "C-1"
    assert found.row["customerid"]["msdyn_company"]["cdm_companycode"] == "usmf"


async def test_a_row_that_is_not_there_is_none(client: DataverseClient) -> None:
    assert await client.read("account", CUSTOMER, CUSTOMER_SHAPE) is None
    assert await client.version("account", CUSTOMER) is None
    assert await client.find("account", {"accountnumber": "C-1"}, CUSTOMER_SHAPE) == []
    assert await client.delete("account", CUSTOMER, None) is False


async def test_an_update_touches_only_what_it_names(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1", creditlimit=Decimal(5)))
    before = await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)

    await client.update("account", CUSTOMER, {"name": "New"}, before.version)

    after = await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)
    assert {**before.row, "name": "New"} == after.row
    assert after.version != before.version


async def test_a_lookup_is_set_and_cleared(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1"))
    await client.update("account", CUSTOMER, {"msdyn_billingaccount": Bind("account", CUSTOMER)}, None)
    assert (await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)).row["msdyn_billingaccount"] == {
        "accountid": CUSTOMER,
        "accountnumber": "C-1",
    }
    await client.update("account", CUSTOMER, {"msdyn_billingaccount": None}, None)
    assert (await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)).row["msdyn_billingaccount"] is None


async def test_a_lookup_to_several_tables_is_cleared_whichever_it_points_at(client: DataverseClient) -> None:
    contact = row_id(1)
    await client.create("contact", contact, {"lastname": "Doe"})
    await client.create("contact", row_id(2), {"lastname": "Roe", "parentcustomerid": Bind("contact", contact)})
    await client.update("contact", row_id(2), {"parentcustomerid": None}, None)
    assert (await stored(client, "contact", row_id(2), Shape(("parentcustomerid",)))).row[
        "_parentcustomerid_value"
    ] is None


async def test_the_second_of_two_writers_is_told(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1"))
    version = await client.version("account", CUSTOMER)
    await client.update("account", CUSTOMER, {"name": "First"}, version)

    with pytest.raises(Conflict):
        await client.update("account", CUSTOMER, {"name": "Second"}, version)
    with pytest.raises(Conflict):
        await client.delete("account", CUSTOMER, version)
    assert (await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)).row["name"] == "First"


async def test_creating_twice_is_a_conflict_and_changes_nothing(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1"))
    with pytest.raises(Conflict):
        await client.create("account", CUSTOMER, customer("C-1", name="Again"))
    with pytest.raises(Duplicate):
        await client.create("account", row_id(1), customer("C-1"))
    assert (await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)).row["name"] == "Customer C-1"


async def test_a_deleted_row_is_not_brought_back_by_an_update(client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1"))
    assert await client.delete("account", CUSTOMER, await client.version("account", CUSTOMER)) is True
    with pytest.raises(Conflict):
        await client.update("account", CUSTOMER, {"name": "Back"}, None)
    assert await client.read("account", CUSTOMER, CUSTOMER_SHAPE) is None


async def test_pointing_at_a_row_that_is_not_there_means_look_again(client: DataverseClient) -> None:
    with pytest.raises(Conflict):
        await client.create("account", CUSTOMER, customer("C-1", msdyn_company=Bind("cdm_company", row_id(9))))


@pytest.mark.parametrize(
    "number", ["a/b", "<a>", "50%", "a*b", "a&b", "a:b", "a\\b", "a?b", "a+b", "O'Neil", "é €", "#1"]
)
async def test_a_key_with_any_character_is_found_and_its_row_written(client: DataverseClient, number: str) -> None:
    await client.create("account", CUSTOMER, customer(number))
    await client.create("account", row_id(1), customer("other"))
    key = {"accountnumber": number, "msdyn_company.cdm_companycode": "usmf"}

    (found,) = await client.find("account", key, CUSTOMER_SHAPE)
    assert found.row["accountnumber"] == number
    await client.update("account", found.row["accountid"], {"name": number}, found.version)
    assert (await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)).row["name"] == number


async def test_rows_are_found_by_a_lookups_id_and_by_nothing_at_all(client: DataverseClient) -> None:
    for number in range(3):
        await client.create("account", row_id(number), customer(f"C-{number}"))
    await client.update("account", row_id(1), {"msdyn_billingaccount": Bind("account", row_id(0))}, None)

    billed = await client.find("account", {"msdyn_billingaccount": row_id(0)}, CUSTOMER_SHAPE)
    assert [found.row["accountid"] for found in billed] == [row_id(1)]
    others = await client.find("account", {"msdyn_billingaccount": None, "statecode": 0}, CUSTOMER_SHAPE, top=10)
    assert sorted(found.row["accountid"] for found in others) == [row_id(0), row_id(2)]
    assert [f.row["accountid"] for f in await client.find("account", {"accountid": row_id(2)}, Shape(()))] == [
        row_id(2)
    ]


async def test_every_row_comes_once_over_all_pages(client: DataverseClient) -> None:
    for number in range(25):
        await client.create("account", row_id(number), customer(f"C-{number}"))

    pages = [page async for page in client.pages("account", CUSTOMER_SHAPE, size=10)]

    assert [len(page.rows) for page in pages] == [10, 10, 5]
    assert [found.row["accountid"] for page in pages for found in page.rows] == [row_id(n) for n in range(25)]
    assert all(found.row["msdyn_company"]["cdm_companycode"] == "usmf" for page in pages for found in page.rows)
    assert {page.server_time.tzname() for page in pages} == {"UTC"}


async def test_a_filter_narrows_the_pages(client: DataverseClient, twin: DataverseTwin) -> None:
    await client.create("account", row_id(0), customer("C-0"))
    (page,) = [page async for page in client.pages("account", Shape(()))]
    twin.clock.advance(3600)
    await client.create("account", row_id(1), customer("C 1"))

    since = f"modifiedon ge {page.server_time:%Y-%m-%dT%H:%M:%SZ} and accountnumber ne 'C-0'"
    (later,) = [page async for page in client.pages("account", Shape(("accountnumber",)), filter=since)]
    assert [found.row["accountnumber"] for found in later.rows] == ["C 1"]


async def read_changes(client: DataverseClient, since: str | None) -> tuple[list[str], list[str], str]:
    changed: list[str] = []
    deleted: list[str] = []
    link = None
    async for page in client.changes("account", since, ("accountnumber", "msdyn_company")):
        changed += page.changed
        deleted += page.deleted
        assert link is None
        link = page.next_link
    assert link is not None
    return changed, deleted, link


async def test_changes_are_told_from_one_read_to_the_next_with_deletions(
    client: DataverseClient, twin: DataverseTwin
) -> None:
    for number in range(3):
        await client.create("account", row_id(number), customer(f"C-{number}"))
    changed, deleted, link = await read_changes(client, None)
    assert (sorted(changed), deleted) == ([row_id(n) for n in range(3)], [])

    await client.update("account", row_id(0), {"name": "New"}, None)
    await client.delete("account", row_id(1), None)
    changed, deleted, link = await read_changes(client, link)
    assert (changed, deleted) == ([row_id(0)], [row_id(1)])
    changed, deleted, link = await read_changes(client, link)
    assert (changed, deleted) == ([], [])

    twin.changes.expire()
    with pytest.raises(DeltaExpired):
        await read_changes(client, link)


async def test_a_definition_is_asked_for_once_under_load(twin: DataverseTwin) -> None:
    client = open_client(twin)
    schemas = await asyncio.gather(*(client.schema("account") for _ in range(20)))
    assert twin.counters.requests["GET EntityDefinitions"] == 1
    assert schemas[0].lookups["msdyn_company"] == {"cdm_company": "msdyn_Company"}
    with pytest.raises(Misconfigured, match="no table msdyn_nothing"):
        await client.schema("msdyn_nothing")


async def test_a_side_that_asks_for_a_pause_gets_it(twin: DataverseTwin, client: DataverseClient) -> None:
    await client.schema("account")
    twin.protection.limits = Limits(requests=2)
    for _ in range(2):
        await client.version("account", CUSTOMER)
    with pytest.raises(Throttled) as refused:
        await client.version("account", CUSTOMER)
    assert refused.value.retry_after > 0
    asked = twin.counters.requests.total()
    with pytest.raises(Throttled):
        await client.version("account", CUSTOMER)
    assert twin.counters.requests.total() == asked


async def test_trouble_on_the_way_is_transient(twin: DataverseTwin, client: DataverseClient) -> None:
    await client.create("account", CUSTOMER, customer("C-1"))
    for fault in ({"status": 503}, {"status": 500}, {"reset": True}):
        twin.faults.add(times=1, path="accounts", **fault)
        with pytest.raises(Transient):
            await client.read("account", CUSTOMER, CUSTOMER_SHAPE)
    twin.faults.add(times=1, method="PATCH", reset=True, after=True)
    with pytest.raises(Transient):
        await client.update("account", CUSTOMER, {"name": "Done all the same"}, None)
    assert (await stored(client, "account", CUSTOMER, CUSTOMER_SHAPE)).row["name"] == "Done all the same"


async def test_what_can_never_be_stored_is_rejected_in_dataverses_own_words(client: DataverseClient) -> None:
    for columns in ({"name": "x" * 500}, {"no_such_column": 1}, {"creditlimit": "much"}):
        with pytest.raises(Rejected) as rejected:
            await client.create("account", CUSTOMER, customer("C-1", **columns))
        assert rejected.value.reason


async def test_a_token_that_is_no_longer_taken_is_renewed_once() -> None:
    clock = Clock()
    entra = Entra(clock)
    twin = DataverseTwin(bearer="t1.1")
    auth = BearerAuth(f"{BASE}/.default", entra.credential, clock)
    client = open_client(twin, auth)
    assert await client.read("account", CUSTOMER, CUSTOMER_SHAPE) is None

    clock.now += 100
    twin._bearer = "t2.2"
    assert await client.read("account", CUSTOMER, CUSTOMER_SHAPE) is None
    clock.now += 100
    twin._bearer = "none of ours"
    with pytest.raises(Refused):
        await client.read("account", CUSTOMER, CUSTOMER_SHAPE)
    assert entra.made == 3
    await auth.aclose()


async def test_many_rows_are_read_by_their_ids_some_dozens_with_each_request(
    client: DataverseClient, twin: DataverseTwin
) -> None:
    ids = [row_id(number) for number in range(90)]
    for number, each in enumerate(ids):
        await client.create("account", each, {"accountnumber": f"N-{number}", "name": "Many"})
    before = twin.counters.requests["GET accounts"]
    found = await client.read_many("account", [each.upper() for each in ids] + [row_id(999)], CUSTOMER_SHAPE)
    assert set(found) == set(ids)
    assert twin.counters.requests["GET accounts"] - before == 3
    assert found[ids[7]] == await client.read("account", ids[7], CUSTOMER_SHAPE)


async def test_no_rows_are_read_without_a_request_and_no_text_but_an_id_is_asked_for(client: DataverseClient) -> None:
    assert await client.read_many("account", [], CUSTOMER_SHAPE) == {}
    with pytest.raises(Rejected, match="not the id of a row"):
        await client.read_many("account", ["1 or 1 eq 1"], CUSTOMER_SHAPE)
