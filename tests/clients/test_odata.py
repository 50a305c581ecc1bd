from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from shared.clients.odata import READING, Service, found, rows_of
from shared.clients.refusals import DATAVERSE
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured, Refused, SyncError, Throttled, Transient
from tests.clients.server import Reply, Server, dataverse_error, json_reply

ROOT = "https://org.example.com/api/data/v9.2/"


def service(server: Server, throttle: Throttle | None = None) -> Service:
    return Service(httpx.AsyncClient(transport=server), ROOT, throttle or Throttle("Dataverse"), DATAVERSE)


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("late"),
        httpx.ReadTimeout("late"),
        httpx.PoolTimeout("late"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("not HTTP"),
        httpx.DecodingError("bad gzip"),
    ],
)
async def test_a_network_that_fails_is_transient_and_says_how(failure: Exception) -> None:
    with pytest.raises(Transient, match=r"org\.example\.com.*could not be reached") as error:
        await service(Server(failure)).get(ROOT + "accounts")
    assert error.value.reason.startswith(type(failure).__name__)


async def test_after_a_429_the_side_is_left_alone_for_as_long_as_it_asked() -> None:
    now = 0.0
    throttle = Throttle("Dataverse", most=8, clock=lambda: now)
    server = Server(dataverse_error(429, "0x80072322", headers={"Retry-After": "20"}), json_reply({"value": []}))
    side = service(server, throttle)

    with pytest.raises(Throttled):
        await side.get(ROOT + "accounts")
    assert throttle.limit == 4
    now = 15.0
    with pytest.raises(Throttled) as refused:
        await side.get(ROOT + "accounts")
    assert refused.value.retry_after == 5.0
    assert len(server.requests) == 1
    now = 20.0
    assert await side.get(ROOT + "accounts") == {"value": []}


async def test_any_other_refusal_makes_no_pause() -> None:
    throttle = Throttle("Dataverse")
    with pytest.raises(Refused):
        await service(Server(httpx.Response(401)), throttle).get(ROOT + "accounts")
    assert throttle.remaining_pause == 0.0
    assert throttle.limit == throttle.most


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "", "[]", "3"])
async def test_a_success_that_is_no_json_object_is_not_taken_for_an_answer(body: str) -> None:
    with pytest.raises(Transient):
        await service(Server(httpx.Response(200, text=body))).get(ROOT + "accounts")


def test_a_list_without_a_list_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(Transient, match="no list"):
        rows_of({"error": "none"})


Step = Callable[[Service], object]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.com/api/data/v9.2/accounts",
        "https://org.example.com@evil.example.com/api/data/v9.2/accounts",
        "https://user:word@org.example.com/api/data/v9.2/accounts",
        "http://org.example.com/api/data/v9.2/accounts",
        "https://org.example.com:8443/api/data/v9.2/accounts",
        "https://org.example.com/api/data/v9.2/../../../evil",
        "https://org.example.com/elsewhere",
        "//org.example.com/api/data/v9.2/accounts",
        "accounts?$skiptoken=1",
        "https://[::1",
        "",
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(link: str) -> None:
    with pytest.raises(Misconfigured, match="leads to"):
        service(Server()).link(link)


@pytest.mark.parametrize("host", ["org.example.com", "ORG.example.com", "org.example.com:443"])
def test_a_link_within_the_service_is_followed_unchanged(host: str) -> None:
    link = f"https://{host}/api/data/v9.2/accounts?$skiptoken=%3Ccookie%20page=%221%22%20a=%22%252b%22/%3E"
    assert service(Server()).link(link) == link


async def test_without_a_date_there_is_no_server_time() -> None:
    side = service(Server(httpx.Response(200, json={})))
    with pytest.raises(Transient, match="what time"):
        side.server_time(await side.send("GET", ROOT, READING))


@pytest.mark.parametrize("reply", [httpx.Response(status) for status in (302, 400, 404, 500)])
async def test_nothing_but_the_apps_own_errors_comes_out(reply: Reply) -> None:
    with pytest.raises(SyncError):
        await service(Server(reply)).get(ROOT)


def test_a_row_is_parted_from_its_version() -> None:
    row = found({"@odata.context": "c", "@odata.etag": 'W/"1"', "name": "A"})
    assert (row.row, row.version) == ({"name": "A"}, 'W/"1"')
