"""Every row of the classification tables, and the words that reach a person."""

from __future__ import annotations

import httpx
import pytest

from shared.clients.refusals import DATAVERSE, FINANCE, Dialect, Kind, refusal
from shared.clients.rows import DeltaExpired, Duplicate, Gone, Unversioned
from shared.errors import (
    Conflict,
    Misconfigured,
    MissingReference,
    Refused,
    Rejected,
    SyncError,
    Throttled,
    Transient,
)
from tests.clients.server import dataverse_error, finance_error

ROW = "https://org.example.com/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)?tag=x"


def sorted_as(response: httpx.Response, dialect: Dialect, url: str = ROW) -> SyncError:
    response.request = httpx.Request("PATCH", url)
    return refusal(response, dialect)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "0x80072322", Throttled),
        (429, "0x80072321", Throttled),
        (429, "0x80072326", Throttled),
        (429, "", Throttled),
        (503, "0x80072323", Throttled),
        (503, "0x80072324", Throttled),
        (503, "0x8005F103", Throttled),
        (403, "0x80072322", Refused),
        (400, "0x8004A104", Throttled),
        (500, "0x80044151", Transient),
        (400, "0x80044151", Transient),
        (500, "0x80044150", Transient),
        (500, "0x80040216", Transient),
        (503, "0x8004A001", Transient),
        (500, "0x80044171", Transient),
        (500, "0x80044172", Transient),
        (500, "0x80044173", Transient),
        (500, "0x80081116", Transient),
        (500, "0x80040224", Transient),
        (408, "", Transient),
        (500, "", Transient),
        (502, "", Transient),
        (503, "", Transient),
        (504, "", Transient),
        (507, "", Transient),
        (412, "0x80060882", Conflict),
        (412, "", Conflict),
        (409, "", Conflict),
        (412, "0x80060892", Duplicate),
        (412, "0x80040237", Duplicate),
        (412, "0x80040333", Duplicate),
        (404, "0x80040217", Gone),
        (404, "", Gone),
        (404, "0x80060891", Gone),
        (400, "0x80040217", Conflict),
        (400, "0x80060891", Conflict),
        (404, "0x80060888", Misconfigured),
        (400, "0x80044352", DeltaExpired),
        (410, "", DeltaExpired),
        (400, "0x8006088D", Unversioned),
        (400, "0x80060883", Misconfigured),
        (401, "", Refused),
        (403, "0x80040220", Refused),
        (403, "0x80048405", Refused),
        (400, "0x80040231", Refused),
        (403, "0x8004F504", Refused),
        (400, "0x8004F507", Refused),
        (405, "0x80040227", Rejected),
        (400, "0x80040203", Rejected),
        (400, "0x80044331", Rejected),
        (400, "0x80044330", Rejected),
        (400, "0x8004432F", Rejected),
        (400, "0x8004431A", Rejected),
        (400, "0x80044354", Rejected),
        (400, "0x80048408", Rejected),
        (400, "0x8004F00E", Rejected),
        (400, "0x80048D19", Rejected),
        (400, "0x80060888", Rejected),
        (400, "0x80040265", Rejected),
        (500, "0x80040265", Rejected),
        (400, "0x8009ABCD", Rejected),
        (413, "", Rejected),
        (405, "", Rejected),
        (501, "", Rejected),
        (302, "", Misconfigured),
    ],
)
def test_a_refusal_of_dataverse_is_sorted_by_code_and_status(status: int, code: str, kind: Kind) -> None:
    assert type(sorted_as(dataverse_error(status, code), DATAVERSE)) is kind


def test_a_code_that_came_as_a_signed_number_means_the_same() -> None:
    assert type(sorted_as(dataverse_error(400, "-2147088254"), DATAVERSE)) is Conflict


def test_matching_key_values_without_a_code_are_a_duplicate() -> None:
    answer = dataverse_error(412, "", "A record with matching key values already exists.")

    error = sorted_as(answer, DATAVERSE)

    assert type(error) is Duplicate
    assert "duplicate" in error.message


UNKNOWN_GROUP = (
    "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: Warning: The value 'Local' in field "
    "'Customer group' is not found in the related table 'Customer groups'.; Warning: validateWrite failed."
)


@pytest.mark.parametrize(
    ("status", "infolog", "kind"),
    [
        (429, "This request could not be processed at this time due to system experiencing high …", Throttled),
        (400, UNKNOWN_GROUP, MissingReference),
        (500, UNKNOWN_GROUP, MissingReference),
        (400, "Cannot create a record in Customers. The record already exists.", Duplicate),
        (500, "Cannot create a record in Customers. The record already exists.", Duplicate),
        (409, "Whatever it says.", Conflict),
        (412, "Whatever it says.", Conflict),
        (400, "Cannot edit a record. An update conflict occurred due to another user process …", Conflict),
        (500, "The record has never been selected.", Conflict),
        (500, "The operation failed due to a deadlock.", Transient),
        (400, "Execution Timeout expired.", Transient),
        (500, "The request timed out.", Transient),
        (400, "Field 'Customer group' must be filled in.", Rejected),
        (500, "Field 'Customer group' must be filled in.", Rejected),
        (401, "", Refused),
        (403, "", Refused),
        (404, "", Gone),
    ],
)
def test_a_refusal_of_finance_is_sorted_by_its_infolog(status: int, infolog: str, kind: Kind) -> None:
    assert type(sorted_as(finance_error(status, infolog), FINANCE)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (500, Transient), (408, Transient), (502, Transient), (503, Transient), (504, Transient)],
)
def test_without_a_write_exception_finance_is_sorted_by_status(status: int, kind: Kind) -> None:
    answer = finance_error(status, "Object reference not set.", thrown="ODataException")
    assert type(sorted_as(answer, FINANCE)) is kind


@pytest.mark.parametrize(
    "text",
    [
        "No HTTP resource was found that matches the request URI 'https://org.example.com/api/data/v9.2/accountz'.",
        "Resource not found for the segment 'accountz'.",
    ],
)
def test_an_address_that_dataverse_does_not_know_is_not_taken_for_an_absent_row(text: str) -> None:
    assert type(sorted_as(dataverse_error(404, "", text), DATAVERSE)) is Misconfigured


@pytest.mark.parametrize("dialect", [DATAVERSE, FINANCE])
def test_a_404_page_of_a_gateway_is_not_taken_for_an_absent_row(dialect: Dialect) -> None:
    answer = httpx.Response(404, text="<html><head><title>404 Web Site not found.</title></head></html>")

    error = sorted_as(answer, dialect)

    assert type(error) is Transient
    assert error.reason == "(a page instead of an answer) 404 Web Site not found."


def test_an_empty_404_means_an_absent_row_in_finance_only() -> None:
    assert type(sorted_as(httpx.Response(404), FINANCE)) is Gone
    assert type(sorted_as(httpx.Response(404), DATAVERSE)) is Transient


def test_a_person_reads_what_was_asked_and_what_was_answered() -> None:
    error = sorted_as(
        dataverse_error(400, "0x80040265", "The product doesn't support creating actuals manually."), DATAVERSE
    )
    assert error.message == (
        "Dataverse answered 400 0x80040265 to PATCH accounts(00000000-0000-0000-0000-000000000001)."
    )
    assert error.reason == "The product doesn't support creating actuals manually."


def test_a_slash_in_a_key_does_not_cut_the_message() -> None:
    url = "https://f.example.com/data/ProjectsV2(dataAreaId='usmf',ProjectId='P%2F1')"
    error = sorted_as(finance_error(400, "No."), FINANCE, url)
    assert error.message == "Finance answered 400 to PATCH ProjectsV2(dataAreaId='usmf',ProjectId='P/1')."


def test_the_ids_for_the_vendors_support_go_along_as_notes() -> None:
    error = sorted_as(dataverse_error(400, "", headers={"x-ms-service-request-id": "r-1"}), DATAVERSE)
    assert error.__notes__ == ["x-ms-service-request-id: r-1"]


def test_a_reason_is_short_and_holds_neither_ids_of_calls_nor_stack_traces_nor_secrets() -> None:
    noise = (
        "The name is too long. RequestId: 3f2504e0-4f89-11d3-9a0c-0305e82c3301, TimeStamp: 2026-09-14 08:00:00Z "
        "at Microsoft.Crm.Sandbox.Run(String a) Bearer abc.def ?sig=s3cret " + "x" * 900
    )
    reason = sorted_as(dataverse_error(400, "0x80040265", noise), DATAVERSE).reason

    assert reason.startswith("The name is too long. Bearer … ?sig=… xxx")
    assert len(reason) == 500


def test_the_id_of_a_row_stays_in_the_reason() -> None:
    text = "account With Id = 3f2504e0-4f89-11d3-9a0c-0305e82c3301 Does Not Exist"
    assert sorted_as(dataverse_error(404, "0x80040217", text), DATAVERSE).reason == text


@pytest.mark.parametrize("body", [b"[]", b'{"error": "no"}', b"{", b'{"error": null}', b"\xff\xfe"])
def test_a_body_of_any_other_form_is_read_as_words(body: bytes) -> None:
    assert type(sorted_as(httpx.Response(500, content=body), DATAVERSE)) is Transient


def test_a_throttled_answer_says_how_long() -> None:
    error = sorted_as(dataverse_error(429, "0x80072322", headers={"Retry-After": "27"}), DATAVERSE)
    assert isinstance(error, Throttled)
    assert error.retry_after == 27.0


@pytest.mark.parametrize(("code", "pause"), [("0x80072322", 10.0), ("0x8004A104", 300.0)])
def test_without_a_retry_after_there_is_a_default(code: str, pause: float) -> None:
    error = sorted_as(dataverse_error(429, code), DATAVERSE)
    assert isinstance(error, Throttled)
    assert error.retry_after == pause


def test_who_is_refused_learns_what_to_check() -> None:
    assert "application user" in sorted_as(dataverse_error(403, "0x80040220"), DATAVERSE).remedy
    assert "Entra ID applications" in sorted_as(finance_error(401, ""), FINANCE).remedy
