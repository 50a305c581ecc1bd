"""Webhooks of Dataverse at the edge: documented bodies, cut ones, foreign ones, and anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Refused, Rejected
from shared.maps.setup.projects import PROJECTS
from shared.store.message import Hint
from shared.sync.dataverse_events import ExecutionContext, parse
from tests.sync import bodies
from tests.sync.bodies import created_project, cut, deleted_project, encoded, updated_project

OURS = "2feb653f-352a-5b79-93a3-eaaaded96e5b"
ROW = "5d3c2b1a-0f9e-5d8c-8b7a-6f5e4d3c2b1a"


def read(body: Any, *, escaped: bool = False) -> ExecutionContext:
    return parse(encoded(body, escaped=escaped), PROJECTS, OURS)


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (created_project(ROW, OURS), Hint.UPSERT),
        (updated_project(ROW, OURS), Hint.UPSERT),
        (deleted_project(ROW, OURS), Hint.DELETE),
    ],
    ids=["create", "update", "delete"],
)
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped slashes"])
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_each_documented_body_says_which_row_and_what_happened(
    body: dict[str, Any], hint: Hint, *, escaped: bool, whole: bool
) -> None:
    context = read(body if whole else cut(body), escaped=escaped)
    assert (context.key, context.hint) == (ROW, hint)
    assert str(context.correlation) == body["CorrelationId"]


def test_members_nobody_knows_are_tolerated() -> None:
    assert read({**created_project(ROW, OURS), "NewMember": {"of": ["a", "release"]}}).key == ROW


def test_an_id_in_capitals_names_the_same_row() -> None:
    assert read(created_project(ROW.upper(), OURS.upper())).key == ROW


def test_text_is_read_as_utf_8_whatever_a_header_would_say() -> None:
    body = created_project(ROW, OURS)
    body["PostEntityImages"][0]["value"]["Attributes"][1]["value"] = "Überholung der Kräne"
    context = read(body)
    assert context.post_images[0].value.attributes[1].value == "Überholung der Kräne"


def test_an_amount_in_an_image_keeps_its_digits() -> None:
    body = encoded(created_project(ROW, OURS)).replace(b'"Quay wall renewal"}]', b'{"Value": 0.1000000000000000055}}]')
    context = parse(body, PROJECTS, OURS)
    assert str(context.post_images[0].value.attributes[1].value["Value"]) == "0.1000000000000000055"


def test_another_organisation_is_refused_and_told_how_to_register() -> None:
    with pytest.raises(Refused, match="another organisation") as refused:
        read(created_project(ROW, "11111111-2222-5333-8444-555555555555"))
    assert "DATAVERSE_ORGANIZATION_ID" in refused.value.remedy


def test_another_table_is_rejected_and_its_name_is_not_repeated() -> None:
    with pytest.raises(Rejected, match="events of msdyn_project") as rejected:
        read({**created_project(ROW, OURS), "PrimaryEntityName": "systemuser"})
    assert "systemuser" not in str(rejected.value)


@pytest.mark.parametrize("message", ["Assign", "CreateMultiple", "", None])
def test_a_message_that_says_nothing_of_one_row_is_rejected(message: str | None) -> None:
    with pytest.raises(Rejected, match="no Dataverse execution context") as rejected:
        read({**created_project(ROW, OURS), "MessageName": message})
    assert "MessageName" in rejected.value.reason


@pytest.mark.parametrize(
    "member", ["MessageName", "PrimaryEntityName", "PrimaryEntityId", "OrganizationId", "CorrelationId"]
)
def test_a_body_without_a_member_we_need_is_rejected_by_its_name(member: str) -> None:
    body = created_project(ROW, OURS)
    del body[member]
    with pytest.raises(Rejected) as rejected:
        read(body)
    assert rejected.value.reason == f"{member}: Field required"


def test_what_is_wrong_is_said_without_any_content() -> None:
    with pytest.raises(Rejected) as rejected:
        read({**created_project(ROW, OURS), "PrimaryEntityId": "Avery Howard", "CorrelationId": 4711})
    assert "Avery" not in str(rejected.value)
    assert "4711" not in str(rejected.value)
    assert rejected.value.__cause__ is None


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"null", b"[]", b"{}", b'"text"', b"12", b"NaN", b"[" * 100_000, b'{"a":' * 100_000, b"<xml/>"],
    ids=["nothing", "no UTF-8", "null", "array", "object", "text", "number", "NaN", "deep", "deeper", "xml"],
)
def test_what_is_no_context_at_all_is_rejected(body: bytes) -> None:
    with pytest.raises(Rejected, match="no Dataverse execution context"):
        parse(body, PROJECTS, OURS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=300))
def test_any_bytes_are_rejected_or_read(body: bytes) -> None:
    with pytest.raises(Rejected):
        parse(body, PROJECTS, OURS)


@given(st.sampled_from([created_project, updated_project, deleted_project]), st.data())
def test_any_member_may_hold_anything_and_nothing_but_our_errors_is_raised(make: Any, data: st.DataObject) -> None:
    body = make(ROW, OURS)
    for member in data.draw(st.lists(st.sampled_from(sorted(body)), max_size=3)):
        body[member] = data.draw(JSON)
    try:
        context = parse(json.dumps(body).encode(), PROJECTS, OURS)
    except (Rejected, Refused):
        return
    assert context.table == "msdyn_project"


@given(st.data())
def test_a_body_damaged_on_the_way_raises_nothing_but_our_errors(data: st.DataObject) -> None:
    body = bytearray(encoded(bodies.updated_project(ROW, OURS)))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse(bytes(body), PROJECTS, OURS)
    except (Rejected, Refused):
        return
