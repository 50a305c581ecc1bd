"""The Finance client against the Finance twin: what the platform does, not only what is said on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import httpx
import pytest

from shared.clients.finance import FinanceClient, rec_id
from shared.clients.rows import Duplicate, Found, Gone
from shared.clients.throttle import Throttle
from shared.errors import Conflict, Misconfigured, MissingReference, Rejected, Throttled, Transient
from tests.twin.finance import FinanceTwin
from tests.twin.http import TwinTransport

COLUMNS = ("dataAreaId", "CustomerAccount", "OrganizationName", "CreditLimit", "SalesMemo")


@pytest.fixture
def twin() -> FinanceTwin:
    twin = FinanceTwin(seed=7)
    twin.seed_demo()
    return twin


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def client(twin: FinanceTwin, time: Time) -> FinanceClient:
    http = httpx.AsyncClient(transport=TwinTransport(twin))
    return FinanceClient(http, "https://name.operations.dynamics.com", Throttle("Finance", clock=time))


def key(account: str, company: str = "usmf") -> dict[str, str]:
    return {"dataAreaId": company, "CustomerAccount": account}


def customer(account: str, **columns: object) -> dict[str, object]:
    required = {"OrganizationName": "New", "CustomerGroupId": "10", "SalesCurrencyCode": "USD"}
    return {**key(account), **required, **columns}


async def stored(client: FinanceClient, account: str) -> Found:
    found = await client.read("CustomersV3", key(account), COLUMNS)
    assert found is not None
    return found


async def test_a_row_of_any_company_is_read_by_its_key(client: FinanceClient) -> None:
    for company in ("usmf", "gbpm"):
        found = await client.read("CustomersV3", key("C-1001", company), COLUMNS)
        assert found is not None
        assert found.row["dataAreaId"] == company
        assert found.row["OrganizationName"] == "Harbour Authority"


async def test_a_row_that_is_not_there_is_none(client: FinanceClient) -> None:
    assert await client.read("CustomersV3", key("nobody"), COLUMNS) is None
    assert await client.version("CustomersV3", key("nobody")) is None
    assert await client.find("CustomersV3", key("nobody"), COLUMNS) == []
    assert await client.delete("CustomersV3", key("nobody"), None) is False


async def test_a_collection_in_the_wrong_case_is_not_taken_for_an_absent_row(client: FinanceClient) -> None:
    with pytest.raises(Misconfigured):
        await client.read("customersv3", key("C-1001"), COLUMNS)


async def test_creating_gives_back_all_that_finance_made_of_it(client: FinanceClient) -> None:
    created = await client.create("CustomersV3", customer("N-1", CreditLimit=Decimal("12345678901.25")))

    found = await stored(client, "N-1")
    assert str(found.row["CreditLimit"]) == "12345678901.25"
    assert found.row["SalesMemo"] == ""
    assert created.row["CreditLimit"] == found.row["CreditLimit"]
    assert created.version == found.version == await client.version("CustomersV3", key("N-1"))
    assert rec_id(created.version) is not None


async def test_an_update_touches_only_what_it_names_and_moves_the_version(client: FinanceClient) -> None:
    before = await stored(client, "C-1003")
    await client.update("CustomersV3", key("C-1003"), {"OrganizationName": "New"}, before.version)
    after = await stored(client, "C-1003")
    assert after.row == {**before.row, "OrganizationName": "New"}
    assert after.version != before.version
    assert rec_id(after.version) == rec_id(before.version)


@pytest.mark.parametrize("status", [412, 409])
async def test_the_second_of_two_writers_is_told_however_finance_says_it(
    client: FinanceClient, twin: FinanceTwin, status: Literal[412, 409]
) -> None:
    twin.settings.if_match = status
    version = await client.version("CustomersV3", key("C-1001"))
    await client.update("CustomersV3", key("C-1001"), {"OrganizationName": "First"}, version)

    with pytest.raises(Conflict):
        await client.update("CustomersV3", key("C-1001"), {"OrganizationName": "Second"}, version)
    with pytest.raises(Conflict):
        await client.delete("CustomersV3", key("C-1001"), version)
    assert (await stored(client, "C-1001")).row["OrganizationName"] == "First"


async def test_an_update_of_a_deleted_row_means_look_again(client: FinanceClient) -> None:
    version = await client.version("CustomersV3", key("C-1002"))
    assert await client.delete("CustomersV3", key("C-1002"), version) is True
    with pytest.raises(Gone):
        await client.update("CustomersV3", key("C-1002"), {"OrganizationName": "Back"}, None)


@pytest.mark.parametrize("status", [400, 500])
async def test_what_finance_has_against_a_row_is_told_apart_by_its_words(
    client: FinanceClient, twin: FinanceTwin, status: Literal[400, 500]
) -> None:
    twin.settings.write_error_status = status
    with pytest.raises(Duplicate):
        await client.create("CustomersV3", customer("C-1001"))
    with pytest.raises(MissingReference) as missing:
        await client.create("CustomersV3", customer("N-1", CustomerGroupId="Local"))
    assert "Customer group" in missing.value.reason
    with pytest.raises(Rejected):
        await client.create("CustomersV3", {**key("N-1"), "OrganizationName": "New"})
    with pytest.raises(Rejected):
        await client.create("CustomersV3", customer("N-1", NoSuchColumn=1))


@pytest.mark.parametrize(
    "account", ["O'Neil", "a/b", "50%", "a&b", "a+b", "a#b", "a?b", "a b", "é€", "a:b", "(a),b='c'"]
)
async def test_a_key_with_any_character_is_addressed_and_found(client: FinanceClient, account: str) -> None:
    await client.create("CustomersV3", customer(account))
    await client.update("CustomersV3", key(account), {"SalesMemo": account}, None)
    assert (await stored(client, account)).row["SalesMemo"] == account
    (found,) = await client.find("CustomersV3", key(account), COLUMNS)
    assert found.row["CustomerAccount"] == account
    assert await client.delete("CustomersV3", key(account), found.version) is True


async def test_a_star_in_a_value_is_no_wildcard(client: FinanceClient) -> None:
    await client.create("CustomersV3", customer("N-1", SalesMemo="5*4"))
    await client.create("CustomersV3", customer("N-2", SalesMemo="5 times 4"))
    found = await client.find("CustomersV3", {"SalesMemo": "5*4"}, ("CustomerAccount",))
    assert [row.row["CustomerAccount"] for row in found] == ["N-1"]


async def test_rows_are_found_without_regard_to_case(client: FinanceClient) -> None:
    (found,) = await client.find("CustomersV3", {**key("c-1001"), "dataAreaId": "USMF"}, COLUMNS)
    assert found.row["CustomerAccount"] == "C-1001"
    assert len(await client.find("CustomersV3", {"CustomerAccount": "C-1001"}, COLUMNS)) == 3
    assert len(await client.find("CustomersV3", {"CustomerAccount": "C-1001"}, COLUMNS, top=2)) == 2


@pytest.mark.parametrize("honoured", [True, False])
async def test_every_row_of_every_company_comes_once_over_all_pages(
    client: FinanceClient, twin: FinanceTwin, honoured: bool
) -> None:
    twin.settings.honours_maxpagesize = honoured
    twin.settings.page_size = 6
    pages = [page async for page in client.pages("CustomersV3", COLUMNS, size=4)]
    assert [len(page.rows) for page in pages] == ([4, 4, 4, 3] if honoured else [6, 6, 3])
    keys = {(found.row["dataAreaId"], found.row["CustomerAccount"]) for page in pages for found in page.rows}
    assert len(keys) == 15
    assert pages[0].server_time.replace(microsecond=0) == twin.clock.now().replace(microsecond=0)


async def test_a_filter_narrows_the_pages(client: FinanceClient) -> None:
    condition = "dataAreaId eq 'gbpm' and SalesCurrencyCode eq 'GBP' and CustomerAccount gt 'C-1003'"
    pages = [page async for page in client.pages("CustomersV3", COLUMNS, filter=condition)]
    assert [found.row["CustomerAccount"] for page in pages for found in page.rows] == ["C-1004", "C-1005"]


async def test_a_side_that_asks_for_a_pause_gets_it(client: FinanceClient, twin: FinanceTwin, time: Time) -> None:
    twin.faults.add(times=1, retry_after=20)
    with pytest.raises(Throttled) as refused:
        await stored(client, "C-1001")
    assert refused.value.retry_after == 20.0
    time.now = 19.0
    with pytest.raises(Throttled):
        await stored(client, "C-1001")
    time.now = 20.0
    await stored(client, "C-1001")


async def test_trouble_on_the_way_is_transient(client: FinanceClient, twin: FinanceTwin) -> None:
    for fault in ({"status": 503}, {"status": 500}, {"reset": True}):
        twin.faults.add(times=1, **fault)
        with pytest.raises(Transient):
            await stored(client, "C-1001")
    twin.faults.add(times=1, method="POST", reset=True, after=True)
    with pytest.raises(Transient):
        await client.create("CustomersV3", customer("N-1"))
    with pytest.raises(Duplicate):
        await client.create("CustomersV3", customer("N-1"))
