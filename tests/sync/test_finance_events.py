"""Events of Finance at the edge: data events, business events, the test event, and anything else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Refused, Rejected
from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap
from shared.mapping.transforms import integer
from shared.maps.reference_data.customers import CUSTOMERS
from shared.maps.reference_data.legal_entities import LEGAL_ENTITIES
from shared.store.message import Hint, WorkMessage
from shared.sync.finance_events import Event, parse
from tests.sync.bodies import business_event, cut, data_event, encoded, endpoint_check
from tests.sync.test_dataverse_events import JSON

OURS = "2feb653f-352a-5b79-93a3-eaaaded96e5b"
KEY = {"dataareaid": "USMF", "customeraccount": "C-1001", "organizationname": "Northwind Rail"}

NUMBERED = TableMap(
    "numbered",
    label="Numbered",
    version="1",
    finance=FinanceEntity("Numbers", key=("Number",), entity="NumberEntity"),
    dataverse=DataverseTable("number", "numbers", key=("number",)),
    rows=(Row("Number", ">", "number", integer(), "inferred"),),
)


def read(body: Any, table_map: TableMap = CUSTOMERS, *, escaped: bool = False) -> Event:
    event = parse(encoded(body, escaped=escaped), table_map, OURS)
    assert event is not None
    return event


# -- data events -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", ["OnExternalCreated", "OnExternalUpdated"])
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped slashes"])
def test_a_data_event_names_the_row_by_its_key_and_the_company_in_lower_case(message: str, *, escaped: bool) -> None:
    event = read(data_event(message, 5637151326, OURS, KEY), escaped=escaped)
    assert (event.key, event.hint) == ("usmf|C-1001", Hint.UPSERT)


def test_an_update_that_shows_only_changed_columns_names_the_row_by_its_record_id() -> None:
    event = read(data_event("OnExternalUpdated", 5637151326, OURS, {"organizationname": "Northwind"}))
    assert event.key == "recid:5637151326"


def test_a_delete_that_carries_only_an_id_names_the_record_by_its_last_eight_bytes() -> None:
    event = read(data_event("OnExternalDeleted", 5637151326, OURS, None))
    assert (event.key, event.hint) == ("recid:5637151326", Hint.DELETE)


def test_a_virtual_id_is_decoded_as_it_was_seen_on_a_live_environment() -> None:
    body = data_event("OnExternalDeleted", 1, OURS, None)
    body["InputParameters"][0]["value"]["Id"] = "00004951-0000-0000-5e1a-005001000000"
    assert read(body).key == "recid:5637151326"


def test_the_chain_of_a_data_event_goes_on() -> None:
    body = data_event("OnExternalCreated", 1, OURS, KEY)
    assert read(body).correlation == body["CorrelationId"]


def test_a_cut_data_event_names_no_row_and_is_rejected() -> None:
    with pytest.raises(Rejected, match="no Finance event"):
        read(cut(data_event("OnExternalCreated", 1, OURS, KEY)))


def test_a_data_event_of_another_organisation_is_refused() -> None:
    with pytest.raises(Refused, match="another organisation"):
        read(data_event("OnExternalCreated", 1, "11111111-2222-5333-8444-555555555555", KEY))


def test_a_data_event_of_another_entity_is_rejected() -> None:
    with pytest.raises(Rejected, match="events of mserp_omlegalentity"):
        read(data_event("OnExternalCreated", 1, OURS, KEY), LEGAL_ENTITIES)


def test_a_key_that_comes_as_a_number_is_read_as_the_text_it_stands_for() -> None:
    assert read(data_event("OnExternalCreated", 1, OURS, {**KEY, "customeraccount": 4711})).key == "usmf|4711"


@pytest.mark.parametrize("part", [True, 1.5, [], {}, None, " "])
def test_what_cannot_be_a_key_falls_back_to_the_record_id(part: Any) -> None:
    assert read(data_event("OnExternalCreated", 7, OURS, {**KEY, "customeraccount": part})).key == "recid:7"


def test_a_key_of_numbers_that_is_none_falls_back_to_the_record_id() -> None:
    body = data_event("OnExternalCreated", 7, OURS, {"number": "seven"}, PrimaryEntityName="mserp_numberentity")
    assert read(body, NUMBERED).key == "recid:7"


# -- business events ---------------------------------------------------------------------------------------------------


def test_a_business_event_names_the_row_by_its_contract_and_company() -> None:
    event = read(business_event(CustomerAccount="C-1001", CustomerGroupId="10"))
    assert (event.key, event.hint) == ("usmf|C-1001", Hint.UPSERT)
    assert event.correlation == "6F1E2D3C-4B5A-5968-8777-A6B5C4D3E2F1"


def test_a_business_event_without_the_key_is_rejected_with_what_its_contract_needs() -> None:
    with pytest.raises(Rejected, match="does not carry the key of CustomersV3") as rejected:
        read(business_event(CustomerGroupId="10"))
    assert "CustomerAccount" in rejected.value.remedy


def test_an_empty_part_of_the_key_is_no_key() -> None:
    with pytest.raises(Rejected):
        read(business_event(CustomerAccount="  "))


def test_the_endpoints_test_event_is_told_apart() -> None:
    assert parse(encoded(endpoint_check()), CUSTOMERS, OURS) is None


def test_what_is_wrong_with_an_envelope_is_said_without_its_content() -> None:
    with pytest.raises(Rejected) as rejected:
        read({**business_event(CustomerAccount="C-1"), "BusinessEventLegalEntity": "Avery Howard and Sons"})
    assert "BusinessEventLegalEntity" in rejected.value.reason
    assert "Avery" not in str(rejected.value)


# -- anything else -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        business_event(CustomerAccount="x" * 2000),
        business_event(CustomerAccount="C-1", EventId=""),
        business_event(CustomerAccount="\ud800"),
        data_event("OnExternalCreated", 1, OURS, {**KEY, "customeraccount": "x" * 2000}),
    ],
    ids=["long key", "no event id", "half a character", "long key in a data event"],
)
def test_what_could_not_travel_on_a_queue_is_rejected_at_the_door(body: Any) -> None:
    with pytest.raises(Rejected):
        parse(json.dumps(body).encode(), CUSTOMERS, OURS)


def test_a_key_that_looks_like_a_record_id_is_not_taken_for_one() -> None:
    body = data_event(
        "OnExternalCreated", 9, OURS, {"legalentityid": "recid:12"}, PrimaryEntityName="mserp_omlegalentity"
    )
    assert read(body, LEGAL_ENTITIES).key == "recid:9"


@pytest.mark.parametrize("body", [b"", b"\xff", b"null", b"[]", b"{}", b'"x"', b"1", b"[" * 100_000])
def test_what_is_no_event_at_all_is_rejected(body: bytes) -> None:
    with pytest.raises(Rejected, match="no Finance event"):
        parse(body, CUSTOMERS, OURS)


@given(st.binary(max_size=300))
def test_any_bytes_are_rejected(body: bytes) -> None:
    with pytest.raises(Rejected):
        parse(body, CUSTOMERS, OURS)


def _travels(event: Event | None) -> None:
    """Whatever was read must fit a queue message."""
    if event is not None:
        moment = datetime(2026, 9, 14, tzinfo=UTC)
        message = WorkMessage(
            direction="customers_to_dataverse",
            key=event.key,
            hint=event.hint,
            correlation=event.correlation,
            first_seen=moment,
        )
        assert WorkMessage.from_text(message.to_text()) == message


@given(st.sampled_from(["business", "data", "delete"]), st.data())
def test_any_member_may_hold_anything_and_what_is_read_fits_the_queue(kind: str, data: st.DataObject) -> None:
    body = {
        "business": business_event(CustomerAccount="C-1"),
        "data": data_event("OnExternalCreated", 1, OURS, KEY),
        "delete": data_event("OnExternalDeleted", 1, OURS, None),
    }[kind]
    for member in data.draw(st.lists(st.sampled_from(sorted(body)), max_size=3)):
        body[member] = data.draw(JSON)
    try:
        _travels(parse(json.dumps(body).encode(), CUSTOMERS, OURS))
    except (Rejected, Refused):
        return


@given(st.dictionaries(st.sampled_from(["dataareaid", "customeraccount", "organizationname"]), JSON))
def test_any_attribute_may_hold_anything_and_what_is_read_fits_the_queue(attributes: dict[str, Any]) -> None:
    try:
        _travels(parse(json.dumps(data_event("OnExternalUpdated", 1, OURS, attributes)).encode(), CUSTOMERS, OURS))
    except Rejected:
        return
