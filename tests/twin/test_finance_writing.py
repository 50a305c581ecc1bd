"""What a writer to Finance meets: create, update, delete, refusals and their texts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.finance.visitor import Visitor, address
from tests.twin.http import Request

CUSTOMER = address("CustomersV3", dataAreaId="usmf", CustomerAccount="C-1001")
NEW = {"dataAreaId": "USMF", "CustomerAccount": "N-1", "CustomerGroupId": "10", "SalesCurrencyCode": "USD"}


@pytest.fixture
def finance() -> Visitor:
    return Visitor()


async def test_a_create_answers_with_the_full_row_its_defaults_and_numbers(finance: Visitor) -> None:
    answer = await finance.ask("POST", "CustomersV3", sent=NEW)
    row = answer.json()
    assert answer.status == 201
    assert answer.headers["Location"].endswith("/data/CustomersV3(dataAreaId='usmf',CustomerAccount='N-1')")
    assert (row["dataAreaId"], row["LanguageId"], row["PartyType"]) == ("usmf", "en-us", "Organization")
    assert row["PartyNumber"].startswith("DIR-")
    read = await finance.row(address("CustomersV3", dataAreaId="usmf", CustomerAccount="N-1"))
    assert read["@odata.etag"] == row["@odata.etag"]


async def test_a_create_without_a_company_goes_to_the_default_one(finance: Visitor) -> None:
    finance.twin.settings.default_company = "gbpm"
    row = await finance.create("CustomersV3", **{k: v for k, v in NEW.items() if k != "dataAreaId"})
    assert row["dataAreaId"] == "gbpm"


async def test_an_unknown_company_is_refused(finance: Visitor) -> None:
    _, text = await finance.refusal("POST", "CustomersV3", sent=NEW | {"dataAreaId": "xxxx"})
    assert "The value 'xxxx' in field 'Company' is not found in the related table 'Legal entities'." in text


async def test_a_second_create_is_refused_as_a_duplicate_whatever_its_case(finance: Visitor) -> None:
    await finance.create("CustomersV3", **NEW)
    status, text = await finance.refusal("POST", "CustomersV3", sent=NEW | {"CustomerAccount": "n-1 "})
    assert status == 400
    assert "The record already exists." in text


async def test_the_infolog_collects_every_message_of_a_write(finance: Visitor) -> None:
    sent = {"dataAreaId": "usmf", "CustomerAccount": "N-1", "CustomerGroupId": "Local", "PaymentTerms": "never"}
    answer = await finance.ask("POST", "CustomersV3", sent=sent)
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("", "An error has occurred.")
    assert error["innererror"]["type"].endswith("AxODataWriteException")
    assert error["innererror"]["message"] == (
        "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: "
        "Warning: Field 'Currency' must be filled in.; "
        "Warning: The value 'Local' in field 'Customer group' is not found in the related table 'Customer groups'.; "
        "Warning: The value 'never' in field 'Terms of payment' is not found in the related table 'Terms of payment'."
    )


async def test_the_same_refusal_can_come_as_500(finance: Visitor) -> None:
    finance.twin.settings.write_error_status = 500
    assert (await finance.ask("POST", "CustomersV3", sent={"dataAreaId": "usmf"})).status == 500


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"OrganizationName": "x" * 101}, "too long"),
        ({"CustomerGroupId": ""}, "Field 'Customer group' must be filled in."),
        (
            {"InvoiceAccount": "nobody"},
            "'nobody' in field 'Invoice account' is not found in the related table 'Customers'",
        ),
        ({"OnHoldStatus": "Sometimes"}, "Cannot convert the literal 'Sometimes'"),
        ({"OnHoldStatus": "all"}, "Cannot convert the literal 'all'"),
        ({"CreditLimit": "12"}, "expected type 'Edm.Decimal'"),
        ({"OrganizationNumberOfEmployees": 1.5}, "expected type 'Edm.Int32'"),
        ({"OrganizationNumberOfEmployees": True}, "expected type 'Edm.Int32'"),
        ({"organizationname": "x"}, "The property 'organizationname' does not exist"),
    ],
)
async def test_bad_columns_are_refused_with_their_reason(finance: Visitor, columns: dict[str, Any], text: str) -> None:
    before = await finance.row(CUSTOMER)
    status, said = await finance.refusal("PATCH", CUSTOMER, sent=columns)
    assert (status, text in said) == (400, True), said
    assert await finance.row(CUSTOMER) == before


async def test_a_patch_writes_what_it_names_and_leaves_the_rest(finance: Visitor) -> None:
    await finance.change(CUSTOMER, OrganizationName="Harbour Board  ", CreditLimit=1.1234567)
    row = await finance.row(CUSTOMER)
    assert (row["OrganizationName"], row["CreditLimit"]) == ("Harbour Board", Decimal("1.123457"))
    assert (row["PaymentTerms"], row["DeliveryAddressCity"]) == ("Net30", "Tacoma")


async def test_a_patch_is_no_upsert(finance: Visitor) -> None:
    missing = address("CustomersV3", dataAreaId="usmf", CustomerAccount="N-1")
    assert (await finance.ask("PATCH", missing, sent={"SalesMemo": "x"})).status == 404
    assert (await finance.ask("DELETE", missing)).status == 404
    assert (await finance.ask("PATCH", CUSTOMER, sent={"SalesMemo": "x"}, across=False)).status == 404


async def test_a_key_column_may_be_repeated_but_not_changed(finance: Visitor) -> None:
    await finance.change(CUSTOMER, CustomerAccount="c-1001", SalesMemo="x")
    assert (await finance.row(CUSTOMER))["CustomerAccount"] == "C-1001"
    _, text = await finance.refusal("PATCH", CUSTOMER, sent={"CustomerAccount": "C-2"})
    assert "cannot be changed" in text


async def test_a_stale_etag_is_answered_as_the_settings_say(finance: Visitor) -> None:
    stale = {"If-Match": (await finance.row(CUSTOMER))["@odata.etag"]}
    assert (await finance.ask("PATCH", CUSTOMER, sent={"SalesMemo": "1"}, headers=stale)).status == 204
    for answer in (412, 409):
        await finance.control("settings", {"if_match": answer})
        assert (await finance.ask("PATCH", CUSTOMER, sent={"SalesMemo": "2"}, headers=stale)).status == answer
        assert (await finance.ask("DELETE", CUSTOMER, headers=stale)).status == answer
    await finance.control("settings", {"if_match": "ignored"})
    assert (await finance.ask("PATCH", CUSTOMER, sent={"SalesMemo": "3"}, headers=stale)).status == 204
    assert (await finance.ask("PATCH", CUSTOMER, sent={"SalesMemo": "4"}, headers={"If-Match": "*"})).status == 204


async def test_the_version_moves_with_every_write_in_no_order(finance: Visitor) -> None:
    tags = []
    for _ in range(20):
        await finance.change(CUSTOMER, SalesMemo="same")
        tags.append((await finance.row(CUSTOMER))["@odata.etag"])
    assert len(set(tags)) == 20


async def test_null_is_ignored_unless_the_settings_say_that_it_clears(finance: Visitor) -> None:
    await finance.change(CUSTOMER, PaymentTerms=None)
    assert (await finance.row(CUSTOMER))["PaymentTerms"] == "Net30"
    finance.twin.settings.null_writes = "clear"
    await finance.change(CUSTOMER, PaymentTerms=None)
    assert (await finance.row(CUSTOMER))["PaymentTerms"] == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-09-15T12:00:00Z", "2026-09-15T12:00:00Z"),
        ("2026-09-15T00:00:00Z", "2026-09-14T12:00:00Z"),
        ("2026-09-15T12:00:00+02:00", "2026-09-15T12:00:00Z"),
        ("1900-01-01T12:00:00Z", "1900-01-01T12:00:00Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T12:00:00Z"),
    ],
)
async def test_a_date_is_the_day_in_the_users_time_zone(finance: Visitor, sent: str, kept: str) -> None:
    project = await finance.create("ProjectsV2", dataAreaId="usmf", ProjectId="P1", ActualStartDate=sent)
    assert project["ActualStartDate"] == kept


@pytest.mark.parametrize("sent", ["2026-09-15", "15.9.2026", "2026-13-01T12:00:00Z", 20260915])
async def test_what_is_no_date_time_offset_is_refused(finance: Visitor, sent: object) -> None:
    asked = {"dataAreaId": "usmf", "ProjectId": "P1", "ActualStartDate": sent}
    assert (await finance.ask("POST", "ProjectsV2", sent=asked)).status == 400


async def test_a_row_that_is_referred_to_is_not_deleted(finance: Visitor) -> None:
    group = address("CustomerGroups", dataAreaId="usmf", CustomerGroupId="10")
    _, text = await finance.refusal("DELETE", group)
    assert text.startswith("Delete failed for table row of type 'CustCustomerGroupEntity'")
    assert "dependent records exist in table 'Customers'" in text
    unused = await finance.create("CustomerGroups", dataAreaId="usmf", CustomerGroupId="99")
    assert unused["CustomerGroupId"] == "99"
    assert (
        await finance.ask("DELETE", address("CustomerGroups", dataAreaId="usmf", CustomerGroupId="99"))
    ).status == 204


async def test_a_customer_that_is_its_own_invoice_account_can_be_deleted(finance: Visitor) -> None:
    await finance.create("CustomersV3", **NEW)
    where = address("CustomersV3", dataAreaId="usmf", CustomerAccount="N-1")
    await finance.change(where, InvoiceAccount="N-1")
    assert (await finance.ask("DELETE", where)).status == 204


async def test_references_stay_within_the_company(finance: Visitor) -> None:
    await finance.create("CustomersV3", **NEW)
    sent = {"dataAreaId": "gbpm", "ProjectId": "P1", "CustomerAccountNumber": "N-1"}
    _, text = await finance.refusal("POST", "ProjectsV2", sent=sent)
    assert "The value 'N-1' in field 'Customer account' is not found in the related table 'Customers'." in text


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"a":'])
async def test_a_malformed_body_is_refused(finance: Visitor, body: bytes) -> None:
    answer = await finance.twin.respond(Request("POST", "/data/CustomersV3", body=body))
    assert answer.status == 400
