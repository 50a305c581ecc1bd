"""The client of data management: against the twin, and against answers that nobody expects."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import httpx
import pytest
import simplejson

from shared.clients.package_file import PackageFile
from shared.clients.packages import PackagesClient, Report, Status, Unsure
from shared.clients.throttle import Throttle
from shared.clients.transport import open_http
from shared.errors import Misconfigured, Refused, Rejected, SyncError, Throttled, Transient
from tests.clients.server import Reply, Server, finance_error, json_reply
from tests.twin.finance import FinanceTwin
from tests.twin.http import TwinTransport

URL = "https://name.operations.dynamics.com"
BLOB = "https://store.blob.core.windows.net/dmf/p.zip?sv=1&sig=SECRET"
PROJECT = "Sync"


class Bearer(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = "Bearer TOKEN"
        yield request


def on(server: httpx.AsyncBaseTransport) -> PackagesClient:
    return PackagesClient(open_http(Bearer(), transport=server), URL, Throttle("Finance"))


def answering(*replies: Reply) -> tuple[PackagesClient, Server]:
    server = Server(*replies)
    return on(server), server


def value(content: Any) -> httpx.Response:
    return json_reply({"@odata.context": "…", "value": content})


def action_failed(action: str, text: str, status: int = 400) -> httpx.Response:
    said = f"Exception occurred while executing action {action} on Entity DataManagementDefinitionGroup: {text}"
    return finance_error(status, said, thrown="InvalidOperationException")


@pytest.fixture
def twin() -> FinanceTwin:
    twin = FinanceTwin(seed=3)
    twin.seed_demo()
    return twin


@pytest.fixture
def client(twin: FinanceTwin) -> PackagesClient:
    return on(TwinTransport(twin))


def groups(*rows: tuple[str, str]) -> PackageFile:
    columns = ("CustomerGroupId", "PaymentTermId")
    return PackageFile(PROJECT, "Customer groups", columns, [dict(zip(columns, row, strict=True)) for row in rows])


async def imported(client: PackagesClient, twin: FinanceTwin, file: PackageFile, company: str = "usmf") -> Status:
    url = await client.upload("one.zip", file.to_bytes())
    await client.start(url, project=PROJECT, execution="one", company=company)
    twin.clock.advance(60)
    return await client.status("one")


# -- against the twin --------------------------------------------------------------------------------------------------


async def test_a_package_goes_in_and_its_rows_are_there(client: PackagesClient, twin: FinanceTwin) -> None:
    assert await imported(client, twin, groups(("77", "Net30"), ("10", "Net45"))) is Status.SUCCEEDED
    table = twin.database.tables["CustomerGroups"]
    made, changed = table.find(("usmf", "77")), table.find(("usmf", "10"))
    assert made is not None
    assert changed is not None
    assert changed.values["PaymentTermId"] == "Net45"
    assert await client.report("one", "Customer groups") == Report((), "")


async def test_an_import_passes_through_its_states(client: PackagesClient, twin: FinanceTwin) -> None:
    url = await client.upload("one.zip", groups(("77", "Net30")).to_bytes())
    assert await client.status("one") is Status.UNKNOWN
    await client.start(url, project=PROJECT, execution="one", company="usmf")
    seen = []
    for _ in range(7):
        seen.append(await client.status("one"))
        twin.clock.advance(1)
    assert list(dict.fromkeys(seen)) == [Status.UNKNOWN, Status.NOT_RUN, Status.EXECUTING, Status.SUCCEEDED]


async def test_a_second_import_is_refused_while_one_runs(client: PackagesClient) -> None:
    url = await client.upload("one.zip", groups(("77", "Net30")).to_bytes())
    await client.start(url, project=PROJECT, execution="one", company="usmf")
    with pytest.raises(Rejected, match="400"):
        await client.start(url, project=PROJECT, execution="two", company="usmf")


async def test_rows_that_failed_are_named_with_finances_words(client: PackagesClient, twin: FinanceTwin) -> None:
    file = groups(("77", "Net30"), ("78", "No such"))
    assert await imported(client, twin, file) is Status.PARTIALLY_SUCCEEDED
    with pytest.raises(Transient, match="still writing"):
        await client.report("one", "Customer groups")
    report = await client.report("one", "Customer groups")
    (failure,) = report.failures
    assert failure.row["CUSTOMERGROUPID"] == "78"
    assert "'No such' in field 'Terms of payment' is not found in the related table" in failure.message


async def test_a_value_that_is_not_converted_is_named_from_the_staging_file(
    client: PackagesClient, twin: FinanceTwin
) -> None:
    rows: list[dict[str, Any]] = [{"Name": "Net99", "NumberOfDays": "many"}, {"Name": "Net98", "NumberOfDays": 98}]
    file = PackageFile(PROJECT, "Terms of payment", ("Name", "NumberOfDays"), rows)
    assert await imported(client, twin, file) is Status.PARTIALLY_SUCCEEDED
    (failure,) = (await client.report("one", "Terms of payment")).failures
    assert failure.row["NAME"] == "Net99"
    assert "Conversion failed" in failure.message


async def test_a_file_that_does_not_load_fails_as_a_whole(client: PackagesClient, twin: FinanceTwin) -> None:
    assert await imported(client, twin, groups(("7" * 40, "Net30"))) is Status.FAILED
    assert await client.report("one", "Customer groups") == Report((), "String or binary data would be truncated.")


async def test_an_unknown_company_is_refused(client: PackagesClient, twin: FinanceTwin) -> None:
    with pytest.raises(Rejected) as refused:
        await imported(client, twin, groups(("77", "Net30")), company="none")
    assert "legal entity none" in refused.value.reason


async def test_no_token_of_ours_goes_to_the_storage(client: PackagesClient, twin: FinanceTwin) -> None:
    """The twin refuses a request that brings one besides the signature, as Azure Storage does."""
    twin.settings.bearer = "TOKEN"
    assert await imported(client, twin, groups(("77", "Net30"))) is Status.SUCCEEDED


async def test_a_signature_that_has_expired_is_a_matter_of_time(client: PackagesClient, twin: FinanceTwin) -> None:
    twin.settings.blob_seconds = 1
    await imported(client, twin, groups(("78", "No such")))
    await client._act("GenerateImportTargetErrorKeysFile", executionId="one", entityName="Customer groups")
    asked = {"executionId": "one", "entityName": "Customer groups"}
    await client._act("GetImportTargetErrorKeysFileUrl", **asked)
    url = await client._act("GetImportTargetErrorKeysFileUrl", **asked)
    twin.clock.advance(2)
    with pytest.raises(Transient, match="403 AuthenticationFailed") as failed:
        await client._error_file(url)
    assert "sig=" not in str(failed.value)


async def test_the_first_company_is_asked_for_once(client: PackagesClient, twin: FinanceTwin) -> None:
    assert [await client.first_company() for _ in range(3)] == ["gbpm"] * 3
    assert twin.counters["GET /data/LegalEntities"] == 1


async def test_an_environment_without_companies_takes_no_package() -> None:
    with pytest.raises(Misconfigured, match="no legal entity"):
        await on(TwinTransport(FinanceTwin())).first_company()


# -- what is asked -----------------------------------------------------------------------------------------------------


async def test_an_upload_asks_for_an_address_and_puts_a_block_blob_there() -> None:
    client, server = answering(value(simplejson.dumps({"BlobId": "{1}", "BlobUrl": BLOB})), httpx.Response(201))
    assert await client.upload("p.zip", b"zip") == BLOB
    asked, put = server.requests
    assert str(asked.url) == (
        f"{URL}/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.GetAzureWriteUrl"
    )
    assert server.body(0) == {"uniqueFileName": "p.zip"}
    assert (put.method, str(put.url), put.headers["x-ms-blob-type"]) == ("PUT", BLOB, "BlockBlob")
    assert put.content == b"zip"
    assert asked.headers["Authorization"] == "Bearer TOKEN"
    assert "Authorization" not in put.headers


async def test_an_import_is_begun_under_the_name_we_give_it() -> None:
    client, server = answering(value("one"))
    await client.start(BLOB, project=PROJECT, execution="one", company="usmf")
    assert server.body() == {
        "packageUrl": BLOB,
        "definitionGroupId": PROJECT,
        "executionId": "one",
        "execute": True,
        "overwrite": True,
        "legalEntityId": "usmf",
    }


# -- odd answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [None, "", "not JSON", "{}", "[]", 7, {"BlobUrl": BLOB}])
async def test_an_upload_without_an_address_is_transient(answer: Any) -> None:
    client, _ = answering(value(answer))
    with pytest.raises(Transient, match="no address"):
        await client.upload("p.zip", b"zip")


@pytest.mark.parametrize("url", ["http://store.example/p?sig=SECRET", "ftp://store.example/p", "p.zip", "https://"])
async def test_a_package_is_sent_nowhere_in_the_clear(url: str) -> None:
    client, server = answering(value(simplejson.dumps({"BlobUrl": url})))
    with pytest.raises(Misconfigured) as refused:
        await client.upload("p.zip", b"zip")
    assert len(server.requests) == 1
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(403, headers={"x-ms-error-code": "AuthenticationFailed"}, content=b"<Error>sig=SECRET</Error>"),
        httpx.Response(503),
        httpx.ReadError(f"reset while asking {BLOB}"),
        httpx.ConnectTimeout(""),
    ],
)
async def test_trouble_with_the_storage_is_transient_and_keeps_the_secret(
    reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="shared")
    client, _ = answering(value(simplejson.dumps({"BlobUrl": BLOB})), reply)
    with pytest.raises(Transient) as failed:
        await client.upload("p.zip", b"zip")
    shown = "".join(traceback.format_exception(failed.value))
    assert "SECRET" not in f"{shown}{failed.value!r}{caplog.text}"


@pytest.mark.parametrize(
    "reply", [httpx.Response(502), httpx.Response(504), httpx.ReadTimeout(""), httpx.Response(200)]
)
async def test_whether_an_import_was_begun_is_unsure_when_nobody_answers(reply: Reply) -> None:
    client, _ = answering(reply)
    with pytest.raises(Unsure):
        await client.start(BLOB, project=PROJECT, execution="one", company="usmf")


async def test_an_import_under_another_name_is_unsure() -> None:
    client, _ = answering(value("another"))
    with pytest.raises(Unsure, match="'another'"):
        await client.start(BLOB, project=PROJECT, execution="one", company="usmf")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (action_failed("ImportFromPackage", "Entity X does not exist in the target environment"), Rejected),
        (action_failed("ImportFromPackage", "A deadlock occurred."), Transient),
        (action_failed("ImportFromPackage", "Something.", 500), Transient),
        (json_reply({"error": {"code": "", "message": "busy"}}, 429, {"Retry-After": "9"}), Throttled),
        (httpx.Response(403), Refused),
        (finance_error(404, "No HTTP resource was found."), Misconfigured),
    ],
)
async def test_what_finance_itself_says_no_to_was_not_begun(reply: Reply, kind: type[SyncError]) -> None:
    client, _ = answering(reply)
    with pytest.raises(kind) as refused:
        await client.start(BLOB, project=PROJECT, execution="one", company="usmf")
    assert not isinstance(refused.value, Unsure)
    assert "SECRET" not in str(refused.value)


async def test_an_import_that_is_there_already_was_begun() -> None:
    client, _ = answering(action_failed("ImportFromPackage", "The record already exists."))
    await client.start(BLOB, project=PROJECT, execution="one", company="usmf")


async def test_the_address_is_cut_out_of_what_finance_says() -> None:
    client, _ = answering(action_failed("ImportFromPackage", f"The file {BLOB} cannot be read."))
    with pytest.raises(Rejected) as refused:
        await client.start(BLOB, project=PROJECT, execution="one", company="usmf")
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("status", [400, 500])
async def test_an_import_that_finance_does_not_find_is_unknown(status: int) -> None:
    text = "Execution details were not found for execution id: one"
    client, _ = answering(action_failed("GetExecutionSummaryStatus", text, status))
    assert await client.status("one") is Status.UNKNOWN


@pytest.mark.parametrize("status", list(Status))
async def test_every_status_is_understood(status: Status) -> None:
    client, _ = answering(value(str(status)))
    assert await client.status("one") is status
    assert status.is_over == (status not in (Status.UNKNOWN, Status.NOT_RUN, Status.EXECUTING))


@pytest.mark.parametrize("answer", ["Sleeping", "", None, 3])
async def test_a_status_nobody_knows_is_transient(answer: Any) -> None:
    client, _ = answering(value(answer))
    with pytest.raises(Transient, match="import one"):
        await client.status("one")


async def test_a_status_that_is_refused_is_no_status() -> None:
    client, _ = answering(action_failed("GetExecutionSummaryStatus", "You may not."))
    with pytest.raises(Rejected):
        await client.status("one")
