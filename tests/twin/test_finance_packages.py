"""The Finance twin's data management: what it refuses, how an import goes, what it tells of failures."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest

from shared.clients.package_file import PackageFile
from tests.twin.finance.packages.jobs import Status
from tests.twin.finance.packages.service import PATH
from tests.twin.finance.visitor import Visitor
from tests.twin.http import Request, Response, parse_query

ENTITY = "Customer groups"
BLOCK = {"x-ms-blob-type": "BlockBlob"}


@pytest.fixture
def finance() -> Visitor:
    return Visitor()


def groups(*rows: tuple[str, str]) -> bytes:
    columns = ("CustomerGroupId", "Description")
    return PackageFile("P", ENTITY, columns, [dict(zip(columns, row, strict=True)) for row in rows]).to_bytes()


async def act(finance: Visitor, action: str, **asked: Any) -> Any:
    answer = await finance.ask("POST", f"{PATH}{action}", sent=asked, across=False)
    assert answer.status == 200, answer.body.decode()
    return answer.json()["value"]


async def at_blob(finance: Visitor, method: str, url: str, content: bytes = b"", **headers: str) -> Response:
    path, _, query = url.removeprefix("https://twin.operations.dynamics.com").partition("?")
    return await finance.twin.respond(Request(method, path, parse_query(query), headers, content, "https"))


async def address(finance: Visitor, name: str = "p.zip") -> str:
    return str(json.loads(await act(finance, "GetAzureWriteUrl", uniqueFileName=name))["BlobUrl"])


async def begin(finance: Visitor, content: bytes, execution: str = "one", **asked: Any) -> Response:
    url = await address(finance, f"{execution}.zip")
    assert (await at_blob(finance, "PUT", url, content, **BLOCK)).status == 201
    wanted = {
        "packageUrl": url,
        "definitionGroupId": "P",
        "executionId": execution,
        "execute": True,
        "overwrite": True,
        "legalEntityId": "USMF",
    }
    return await finance.ask("POST", f"{PATH}ImportFromPackage", sent=wanted | asked, across=False)


async def status_of(finance: Visitor, execution: str = "one") -> str:
    return str(await act(finance, "GetExecutionSummaryStatus", executionId=execution))


def refused_because(answer: Response) -> str:
    assert answer.status == 400, answer.body.decode()
    return str(answer.json()["error"]["innererror"]["message"])


# -- blobs -------------------------------------------------------------------------------------------------------------


async def test_a_blob_is_opened_by_its_signature_only(finance: Visitor) -> None:
    url = await address(finance)
    forged = re.sub(r"sig=\w", "sig=x", url)
    assert (await at_blob(finance, "PUT", forged, b"zip", **BLOCK)).status == 403
    assert (await at_blob(finance, "PUT", url, b"zip")).status == 400
    assert (await at_blob(finance, "PUT", url, b"zip", authorization="Bearer t", **BLOCK)).status == 400
    assert (await at_blob(finance, "GET", url)).status == 404
    assert (await at_blob(finance, "PUT", url, b"zip", **BLOCK)).status == 201
    assert (await at_blob(finance, "GET", url)).body == b"zip"
    assert (await at_blob(finance, "DELETE", url)).status == 405
    finance.twin.clock.advance(3600)
    assert (await at_blob(finance, "GET", url)).status == 403


async def test_the_name_of_a_file_must_be_a_new_one(finance: Visitor) -> None:
    await address(finance)
    answer = await finance.ask("POST", f"{PATH}GetAzureWriteUrl", sent={"uniqueFileName": "p.zip"})
    assert "called p.zip" in refused_because(answer)


# -- what is refused ---------------------------------------------------------------------------------------------------


def changed(content: bytes, name: str, old: str, new: str) -> bytes:
    """The same package with a text replaced in one of its files; without the file if there is no new text."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(written, "w") as package:
        for each in given.namelist():
            text = given.read(each).decode()
            if each != name:
                package.writestr(each, text)
            elif new:
                assert old in text
                package.writestr(each, text.replace(old, new))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no zip", "not a valid zip"),
        (changed(groups(("77", "a")), "Manifest.xml", "", ""), "does not contain the file Manifest.xml"),
        (changed(groups(("77", "a")), "PackageHeader.xml", "", ""), "does not contain the file PackageHeader.xml"),
        (changed(groups(("77", "a")), f"{ENTITY}.csv", "", ""), f"does not contain the file {ENTITY}.csv"),
        (changed(groups(("77", "a")), "Manifest.xml", "<Package", "Package"), "cannot be read"),
        (changed(groups(("77", "a")), "PackageHeader.xml", "Microsoft.", "Other."), "does not name the type"),
        (
            changed(groups(("77", "a")), "Manifest.xml", f"{ENTITY}</EntityName>", "Groups</EntityName>"),
            "Groups does not",
        ),
        (
            changed(groups(("77", "a")), "Manifest.xml", "DESCRIPTION</EntityF", "TITLE</EntityF"),
            "mapping is incorrect",
        ),
    ],
)
async def test_a_package_that_is_not_whole_is_refused(finance: Visitor, content: bytes, why: str) -> None:
    assert why in refused_because(await begin(finance, content))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"legalEntityId": "none"}, "legal entity none does not exist"),
        ({"packageUrl": "https://elsewhere/blob/one.zip"}, "cannot be read from the address"),
    ],
)
async def test_an_import_that_cannot_be_begun_is_refused(finance: Visitor, asked: dict[str, Any], why: str) -> None:
    assert why in refused_because(await begin(finance, groups(("77", "a")), **asked))


async def test_imports_do_not_run_in_parallel_and_names_are_not_used_twice(finance: Visitor) -> None:
    assert (await begin(finance, groups(("77", "a")))).status == 200
    assert "Another import" in refused_because(await begin(finance, groups(("78", "a")), "two"))
    finance.twin.clock.advance(60)
    assert (await begin(finance, groups(("78", "a")), "three")).status == 200
    finance.twin.clock.advance(60)
    url = await address(finance, "again.zip")
    await at_blob(finance, "PUT", url, groups(("79", "a")), **BLOCK)
    again = await begin(finance, groups(("79", "a")), "fresh", packageUrl=url, executionId="one")
    assert "exists already" in refused_because(again)
    kept = await begin(finance, groups(("79", "a")), "four", overwrite=False)
    assert "exists and overwrite has not been specified" in refused_because(kept)


@pytest.mark.parametrize("action", ["GetMessageStatus", "ExportToPackage", ""])
async def test_other_actions_are_not_there(finance: Visitor, action: str) -> None:
    assert (await finance.ask("POST", f"{PATH}{action}", sent={})).status == 404


async def test_an_entity_that_is_not_public_can_be_imported_and_not_be_read(finance: Visitor) -> None:
    table = finance.twin.database.tables["ProjectTransactionRelationships"]
    assert not table.entity.in_odata
    connection = "70c8c715-4140-561c-a6be-d23a1f47ca57"
    file = PackageFile("P", table.entity.label, ("CONNECTIONID",), [{"CONNECTIONID": connection.upper()}])
    assert (await begin(finance, file.to_bytes())).status == 200
    finance.twin.clock.advance(60)
    assert await status_of(finance) == Status.SUCCEEDED
    assert [row.values["CONNECTIONID"] for row in table] == [connection]
    assert (await finance.ask("GET", table.entity.collection)).status == 404


# -- how an import goes ------------------------------------------------------------------------------------------------


async def test_rows_are_written_one_by_one_as_time_passes(finance: Visitor) -> None:
    finance.twin.settings.package_row_seconds = 10
    await begin(finance, groups(("77", "a"), ("78", "b")))
    written = []
    for _ in range(4):
        listed = await finance.rows("CustomerGroups", filter="CustomerGroupId gt '70' and dataAreaId eq 'usmf'")
        written.append(len(listed))
        finance.twin.clock.advance(9)
    assert written == [0, 0, 1, 2]


async def test_a_person_may_cancel_an_import_and_what_is_written_stays(finance: Visitor) -> None:
    finance.twin.settings.package_row_seconds = 10
    await begin(finance, groups(("77", "a"), ("78", "b")))
    finance.twin.clock.advance(16)
    (job,) = await finance.control("packages")
    assert job == {"execution_id": "one", "company": "usmf", "status": "Executing", "rows": 1}
    await finance.control("packages/cancel", {"execution_id": "one"})
    finance.twin.clock.advance(60)
    assert await status_of(finance) == Status.CANCELED
    table = finance.twin.database.tables["CustomerGroups"]
    assert (table.find(("usmf", "77")) is not None, table.find(("usmf", "78"))) == (True, None)


async def test_a_project_that_is_not_set_to_utc_moves_times_and_midnights_but_no_noon(finance: Visitor) -> None:
    finance.twin.settings.package_hours = 2
    columns = ("ProjectId", "ProjectedStartDate", "ProjectedEndDate")
    row = {"ProjectId": "P-1", "ProjectedStartDate": "2026-09-15 00:00:00", "ProjectedEndDate": "2026-09-15 12:00:00"}
    assert (await begin(finance, PackageFile("P", "Projects", columns, [row]).to_bytes())).status == 200
    finance.twin.clock.advance(60)
    assert await status_of(finance) == Status.SUCCEEDED
    made = finance.twin.database.tables["ProjectsV2"].find(("usmf", "p-1"))
    assert made is not None
    assert made.values["ProjectedStartDate"] == "2026-09-14T12:00:00Z"
    assert made.values["ProjectedEndDate"] == "2026-09-15T12:00:00Z"


@pytest.mark.parametrize(
    ("source_format", "change", "why"),
    [
        ("CSV", lambda text: text.replace("\r\n", "\n").encode(), "mapping is incorrect"),
        ("CSV", lambda text: text.replace("a", "é").encode("latin-1"), "not UTF-8"),
        ("CSV-Unicode", lambda text: text.encode(), "not Unicode"),
        ("Excel", lambda text: text.encode(), "no source data format"),
        ("CSV", lambda text: text.replace("CUSTOMERGROUPID", "Group").encode(), "Group of the file is not mapped"),
        ("CSV", lambda text: text.replace("77,", "77,77,").encode(), "3 values for 2 columns"),
        ("CSV", lambda _: b"", "no line of column names"),
    ],
)
async def test_a_file_of_another_kind_fails_the_import_and_names_no_row(
    finance: Visitor, source_format: str, change: Any, why: str
) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(groups(("77", "a")))) as given, zipfile.ZipFile(written, "w") as package:
        for name in given.namelist():
            text = given.read(name).decode()
            if name.endswith(".csv"):
                package.writestr(name, change(text))
            else:
                package.writestr(name, text.replace(">CSV<", f">{source_format}<"))
    assert (await begin(finance, written.getvalue())).status == 200
    finance.twin.clock.advance(60)
    assert await status_of(finance) == Status.FAILED
    (error,) = json.loads(await act(finance, "GetExecutionErrors", executionId="one"))
    assert why in error["ErrorMessage"]
    assert await act(finance, "GenerateImportTargetErrorKeysFile", executionId="one", entityName=ENTITY) is False


async def test_an_error_file_is_made_only_when_asked_for_and_not_at_once(finance: Visitor) -> None:
    columns = ("CustomerGroupId", "PaymentTermId")
    rows = [{"CustomerGroupId": "77", "PaymentTermId": "None such"}]
    await begin(finance, PackageFile("P", ENTITY, columns, rows).to_bytes())
    finance.twin.clock.advance(60)
    assert await status_of(finance) == Status.FAILED
    asked = {"executionId": "one", "entityName": ENTITY}
    assert await act(finance, "GetImportTargetErrorKeysFileUrl", **asked) == ""
    assert await act(finance, "GenerateImportTargetErrorKeysFile", **asked) is True
    assert await act(finance, "GetImportTargetErrorKeysFileUrl", **asked) == ""
    url = await act(finance, "GetImportTargetErrorKeysFileUrl", **asked)
    assert (await at_blob(finance, "GET", url)).body.decode("utf-8-sig") == "CUSTOMERGROUPID\r\n77\r\n"
    assert await act(finance, "GetImportStagingErrorFileUrl", **asked) == ""
