"""The real transport over a real socket of the loopback interface: what leaves the machine, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.clients.odata import READING, Service
from shared.clients.refusals import DATAVERSE
from shared.clients.throttle import Throttle
from shared.clients.transport import TIMEOUT, open_http
from shared.errors import Transient

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: ARRAffinity=1; Path=/\r\n\r\n{}"


class Wire:
    """A socket server that keeps the heads of requests and writes prepared bytes."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.connections = 0
        self.answer = OK
        self.root = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode())
                writer.write(self.answer)
                await writer.drain()
                if b"Connection: close" in self.answer:
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.root = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/data/"
    yield wire
    server.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with open_http(httpx.Auth()) as http:
        yield http


async def test_what_was_encoded_stays_encoded_on_the_wire(wire: Wire, http: httpx.AsyncClient) -> None:
    service = Service(http, wire.root, Throttle("x"), DATAVERSE)
    await service.get(f"{wire.root}X(a='b%20c%2Fd%25%2B')?$filter=n%20eq%20'a%2Bb%26c%23'&$skiptoken=%253d%20%22")

    line = wire.heads[0].partition(" HTTP")[0]
    assert line == "GET /data/X(a='b%20c%2Fd%25%2B')?$filter=n%20eq%20'a%2Bb%26c%23'&$skiptoken=%253d%20%22"


async def test_a_connection_is_used_again_and_no_cookie_is_sent_back(wire: Wire, http: httpx.AsyncClient) -> None:
    for _ in range(3):
        await http.get(wire.root)

    assert wire.connections == 1
    assert not any("cookie" in head.lower() for head in wire.heads)
    assert "user-agent: project-operations-sync" in wire.heads[0].lower()


async def test_an_answer_that_is_no_http_is_transient(wire: Wire, http: httpx.AsyncClient) -> None:
    wire.answer = b"SSH-2.0-OpenSSH_9.6\r\n\r\n"
    with pytest.raises(Transient):
        await Service(http, wire.root, Throttle("x"), DATAVERSE).send("GET", wire.root, READING)


async def test_a_connection_cut_within_an_answer_is_transient(wire: Wire, http: httpx.AsyncClient) -> None:
    wire.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n{"
    with pytest.raises(Transient):
        await Service(http, wire.root, Throttle("x"), DATAVERSE).send("GET", wire.root, READING)


async def test_a_host_that_does_not_listen_is_transient(http: httpx.AsyncClient) -> None:
    root = "http://127.0.0.1:9/data/"
    with pytest.raises(Transient, match="could not be reached"):
        await Service(http, root, Throttle("x"), DATAVERSE).send("GET", root, READING)


async def test_redirects_are_not_followed(wire: Wire, http: httpx.AsyncClient) -> None:
    wire.answer = b"HTTP/1.1 302 Found\r\nLocation: https://login.example.com\r\nContent-Length: 0\r\n\r\n"
    assert (await http.get(wire.root)).status_code == 302


def test_nothing_is_waited_for_without_end() -> None:
    assert None not in TIMEOUT.as_dict().values()
