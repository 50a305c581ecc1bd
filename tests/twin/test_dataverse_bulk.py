"""$batch and the bulk actions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.address import ROOT
from tests.twin.dataverse.api import Api
from tests.twin.http import Request, Response

CRM = "Microsoft.Dynamics.CRM"


@pytest.fixture
def api() -> Api:
    return Api(DataverseTwin(seed=17))


def change_set(*requests: str) -> str:
    parts = "".join(
        f"--cs\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n{text}\r\n"
        for number, text in enumerate(requests, start=1)
    )
    return f"--b\r\nContent-Type: multipart/mixed; boundary=cs\r\n\r\n{parts}--cs--\r\n"


def single(text: str) -> str:
    return f"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{text}\r\n"


def write(method: str, address: str, body: str) -> str:
    return f"{method} {address} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}"


async def batch(api: Api, *parts: str, prefer: str = "") -> Response:
    headers = {"content-type": "multipart/mixed; boundary=b", "host": "contoso.crm4.dynamics.com", "prefer": prefer}
    body = ("".join(parts) + "--b--\r\n").encode()
    return await api.twin.respond(Request("POST", f"{ROOT}$batch", [], headers, body))


async def test_a_batch_answers_each_part(api: Api) -> None:
    answer = await batch(
        api,
        single(write("POST", f"{ROOT}accounts", '{"name":"A"}')),
        single("GET accounts?$select=name HTTP/1.1\r\nAccept: application/json\r\n\r\n"),
    )
    assert answer.status == 200
    assert answer.body.count(b"--batchresponse\r\n") == 2
    assert b"HTTP/1.1 204 No Content" in answer.body
    assert b'"name":"A"' in answer.body


async def test_a_change_set_refers_to_its_own_rows(api: Api) -> None:
    answer = await batch(
        api,
        change_set(
            write("POST", "cdm_companies", '{"cdm_companycode":"usmf"}'),
            write("POST", "accounts", '{"name":"A","msdyn_Company@odata.bind":"$1"}'),
            write("PATCH", "$2", '{"fax":"5"}'),
        ),
    )
    assert answer.body.count(b"HTTP/1.1 204 No Content") == 3
    row = (await api.rows("accounts?$expand=msdyn_Company"))[0]
    assert (row["fax"], row["msdyn_Company"]["cdm_companycode"]) == ("5", "usmf")


async def test_a_failed_change_set_does_nothing_and_answers_once(api: Api) -> None:
    bad = change_set(write("POST", "accounts", '{"name":"A"}'), write("POST", "accounts", '{"nonsense":1}'))
    answer = await batch(api, bad, prefer="odata.continue-on-error")
    assert answer.status == 200
    assert answer.body.count(b"HTTP/1.1 ") == 1
    assert b"HTTP/1.1 400 Bad Request" in answer.body
    assert await api.rows("accounts") == []


async def test_a_batch_stops_at_the_first_failure_unless_told_otherwise(api: Api) -> None:
    bad = single(write("POST", "accounts", '{"nonsense":1}'))
    good = single(write("POST", "accounts", '{"name":"A"}'))
    assert (await batch(api, bad, good)).status == 400
    assert await api.rows("accounts") == []
    assert (await batch(api, bad, good, prefer="odata.continue-on-error")).status == 200
    assert len(await api.rows("accounts")) == 1


async def test_an_undeclared_content_id_is_refused(api: Api) -> None:
    answer = await batch(api, change_set(write("PATCH", "$7", '{"fax":"5"}')))
    assert b"Content-ID Reference: '$7' does not exist in the batch context." in answer.body


def targets(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"Targets": [{"@odata.type": f"{CRM}.account", **row} for row in rows]}


async def test_create_multiple_answers_ids_in_order(api: Api) -> None:
    answer = await api.post(f"accounts/{CRM}.CreateMultiple", targets({"name": "A"}, {"name": "B"}))
    first, second = answer.json()["Ids"]
    assert (await api.get(f"accounts({first})?$select=name")).json()["name"] == "A"
    assert (await api.get(f"accounts({second})?$select=name")).json()["name"] == "B"


async def test_one_bad_row_undoes_all_of_them(api: Api) -> None:
    answer = await api.post(f"accounts/{CRM}.CreateMultiple", targets({"name": "A"}, {"name": "x" * 200}))
    assert answer.status == 400
    assert await api.rows("accounts") == []


async def test_every_target_needs_its_type(api: Api) -> None:
    assert (await api.post(f"accounts/{CRM}.CreateMultiple", {"Targets": [{"name": "A"}]})).status == 400


async def test_update_multiple_needs_the_primary_key(api: Api) -> None:
    account = await api.create("accounts", {"name": "A"})
    update = f"accounts/{CRM}.UpdateMultiple"
    assert (await api.post(update, targets({"accountid": account, "name": "B"}))).status == 204
    assert (await api.post(update, targets({"name": "B"}))).status == 400
    assert (await api.rows("accounts"))[0]["name"] == "B"


async def test_upsert_multiple_creates_and_updates(api: Api) -> None:
    upsert = f"cdm_companies/{CRM}.UpsertMultiple"
    kind = {"@odata.type": f"{CRM}.cdm_company"}

    def row(code: str, name: str) -> dict[str, str]:
        return {**kind, "@odata.id": f"cdm_companies(cdm_companycode='{code}')", "cdm_name": name}

    await api.post(upsert, {"Targets": [row("usmf", "one")]})
    await api.post(upsert, {"Targets": [row("usmf", "two"), row("gbpm", "three")]})
    found = {row["cdm_companycode"]: row["cdm_name"] for row in await api.rows("cdm_companies")}
    assert found == {"usmf": "two", "gbpm": "three"}
