"""What a reader of Finance meets: companies, keys, values, filters, pages."""

from __future__ import annotations

import base64
from decimal import Decimal
from urllib.parse import unquote, urlsplit

import pytest

from tests.twin.finance.visitor import Visitor, address
from tests.twin.http import Request, Response, parse_query

CUSTOMER = address("CustomersV3", dataAreaId="usmf", CustomerAccount="C-1001")


@pytest.fixture
def finance() -> Visitor:
    return Visitor()


async def test_a_list_without_cross_company_silently_shows_the_default_company_only(finance: Visitor) -> None:
    finance.twin.settings.default_company = "gbpm"
    answer = await finance.ask("GET", "CustomersV3", {"select": "dataAreaId"}, across=False)
    assert {row["dataAreaId"] for row in answer.json()["value"]} == {"gbpm"}
    assert {row["dataAreaId"] for row in await finance.rows("CustomersV3")} == {"usmf", "uspm", "gbpm"}


async def test_a_filter_on_another_company_finds_nothing_without_cross_company(finance: Visitor) -> None:
    answer = await finance.ask("GET", "CustomersV3", {"filter": "dataAreaId eq 'usmf'"}, across=False)
    assert answer.json()["value"] == []


async def test_a_key_address_needs_cross_company_too(finance: Visitor) -> None:
    assert (await finance.ask("GET", CUSTOMER, across=False)).status == 404
    assert (await finance.ask("GET", CUSTOMER)).status == 200


async def test_global_entities_need_no_cross_company(finance: Visitor) -> None:
    assert (await finance.ask("GET", "Currencies('USD')", across=False)).status == 200


@pytest.mark.parametrize("path", ["customersv3", "CustomersV9", "CustomersV3(dataAreaId='usmf',CustomerAccount='no')"])
async def test_a_wrong_collection_its_wrong_case_and_a_missing_row_are_all_404(finance: Visitor, path: str) -> None:
    assert (await finance.ask("GET", path)).status == 404


async def test_key_parts_come_all_and_in_the_order_of_the_entity(finance: Visitor) -> None:
    for wrong in (
        "CustomersV3(CustomerAccount='C-1001',dataAreaId='usmf')",
        "CustomersV3('C-1001')",
        "CustomersV3(dataAreaId='usmf')",
        "CustomersV3(dataAreaId='usmf',CustomerAccount=5)",
        "CustomersV3(dataAreaId='usmf';CustomerAccount='C-1001')",
    ):
        assert (await finance.ask("GET", wrong)).status == 400, wrong


async def test_keys_compare_without_case_and_carry_quotes_and_slashes(finance: Visitor) -> None:
    row = await finance.row("CustomersV3(dataAreaId='USMF',CustomerAccount='c-1001 ')")
    assert (row["dataAreaId"], row["CustomerAccount"]) == ("usmf", "C-1001")
    await finance.create(
        "CustomersV3", dataAreaId="usmf", CustomerAccount="O'N/1", CustomerGroupId="10", SalesCurrencyCode="USD"
    )
    odd = await finance.row(address("CustomersV3", dataAreaId="usmf", CustomerAccount="O'N/1"))
    assert odd["CustomerAccount"] == "O'N/1"


async def test_no_value_is_never_null(finance: Visitor) -> None:
    row = await finance.row(CUSTOMER)
    assert (row["InvoiceAccount"], row["DeliveryAddressLatitude"], row["OnHoldStatus"]) == ("", 0, "No")
    project = await finance.create("ProjectsV2", dataAreaId="usmf", ProjectId="P1")
    assert (project["ProjectedStartDate"], project["ProjectStage"]) == ("1900-01-01T12:00:00Z", "Created")
    assert all(value is not None for value in project.values())


async def test_a_real_keeps_its_digits(finance: Visitor) -> None:
    await finance.change(CUSTOMER, CreditLimit=12345678901.25)
    assert (await finance.row(CUSTOMER))["CreditLimit"] == Decimal("12345678901.25")


async def test_the_etag_holds_version_and_rec_id_of_each_data_source(finance: Visitor) -> None:
    first = _pairs((await finance.row(CUSTOMER))["@odata.etag"])
    await finance.change(CUSTOMER, SalesMemo="called")
    second = _pairs((await finance.row(CUSTOMER))["@odata.etag"])
    assert [version for version, _ in first] == [1, 1, 1]
    assert second[0][0] > 1
    assert [rec_id for _, rec_id in first] == [rec_id for _, rec_id in second]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CustomerAccount eq 'c-1001'", ["C-1001"]),
        ("OrganizationName eq '*rail*'", ["C-1002"]),
        ("OrganizationName eq 'harbour*'", ["C-1001"]),
        ("OrganizationName ne '*r*'", []),
        ("OnHoldStatus eq Microsoft.Dynamics.DataEntities.CustVendorBlocked'Invoice'", ["C-1005"]),
        ("CreditLimit gt 100 and not (CustomerAccount eq 'X')", ["C-1001"]),
        ("OrganizationNumberOfEmployees ge 420 or CustomerAccount eq 'C-1001'", ["C-1001", "C-1005"]),
        ("OrganizationName eq 'Fabrikam Châteaux & Cie'", ["C-1003"]),
        ("OrganizationName eq 'O''Neill/Partners'", ["C-1004"]),
    ],
)
async def test_filters_find_what_finance_would(finance: Visitor, text: str, found: list[str]) -> None:
    rows = await finance.rows("CustomersV3", filter=f"dataAreaId eq 'usmf' and ({text})", select="CustomerAccount")
    assert [row["CustomerAccount"] for row in rows] == found


@pytest.mark.parametrize(
    "text",
    [
        "OnHoldStatus eq 'Invoice'",
        "OnHoldStatus gt Microsoft.Dynamics.DataEntities.CustVendorBlocked'No'",
        "OnHoldStatus eq Microsoft.Dynamics.DataEntities.CustVendorBlocked'Nope'",
        "OnHoldStatus eq Microsoft.Dynamics.DataEntities.NoSuchEnum'No'",
        "CustomerAccount in ('C-1001','C-1002')",
        "contains(OrganizationName,'rail')",
        "customeraccount eq 'C-1001'",
        "CreditLimit eq '5'",
        "CustomerAccount eq",
    ],
)
async def test_filters_that_finance_does_not_know_are_refused(finance: Visitor, text: str) -> None:
    assert (await finance.ask("GET", "CustomersV3", {"filter": text})).status == 400


async def test_dates_in_filters_are_bare_and_at_noon(finance: Visitor) -> None:
    await finance.create("ProjectsV2", dataAreaId="usmf", ProjectId="P1", ProjectedStartDate="2026-09-15T12:00:00Z")
    at_noon = await finance.rows("ProjectsV2", filter="ProjectedStartDate eq 2026-09-15T12:00:00Z")
    at_midnight = await finance.rows("ProjectsV2", filter="ProjectedStartDate eq 2026-09-15T00:00:00Z")
    assert (len(at_noon), len(at_midnight)) == (1, 0)


async def test_a_collection_comes_in_pages_linked_by_next_link(finance: Visitor) -> None:
    finance.twin.settings.page_size = 4
    answer = await finance.ask(
        "GET", "CustomersV3", {"select": "CustomerAccount", "orderby": "CustomerAccount desc", "count": "true"}
    )
    page, seen = answer.json(), []
    assert page["@odata.count"] == 15
    while True:
        seen += [row["CustomerAccount"] for row in page["value"]]
        if "@odata.nextLink" not in page:
            break
        page = (await _follow(finance, page["@odata.nextLink"])).json()
    assert len(seen) == 15
    assert seen == sorted(seen, reverse=True)


async def test_top_and_skip_cut_across_pages(finance: Visitor) -> None:
    finance.twin.settings.page_size = 2
    page = (await finance.ask("GET", "CustomersV3", {"orderby": "CustomerAccount", "skip": "1", "top": "3"})).json()
    rest = (await _follow(finance, page["@odata.nextLink"])).json()
    assert (len(page["value"]), len(rest["value"]), "@odata.nextLink" in rest) == (2, 1, False)


async def test_a_wished_page_size_counts_only_where_it_is_honoured(finance: Visitor) -> None:
    wish = {"Prefer": "odata.maxpagesize=3"}
    assert len((await finance.ask("GET", "CustomersV3", headers=wish)).json()["value"]) == 15
    finance.twin.settings.honours_maxpagesize = True
    assert len((await finance.ask("GET", "CustomersV3", headers=wish)).json()["value"]) == 3


@pytest.mark.parametrize("options", [{"select": "Nope"}, {"orderby": "Nope"}, {"expand": "X"}, {"top": "-1"}])
async def test_unknown_columns_and_options_are_refused(finance: Visitor, options: dict[str, str]) -> None:
    assert (await finance.ask("GET", "CustomersV3", options)).status == 400


def _pairs(tag: str) -> list[tuple[int, int]]:
    text = base64.b64decode(tag.removeprefix('W/"').removesuffix('"')).decode()
    assert text[0] == text[-1] == "'"
    pairs = (pair.split(",") for pair in text.strip("'").split(";"))
    return [(int(version), int(rec_id)) for version, rec_id in pairs]


async def _follow(finance: Visitor, link: str) -> Response:
    parts = urlsplit(link)
    headers = {"host": parts.netloc}
    return await finance.twin.respond(
        Request("GET", unquote(parts.path), parse_query(parts.query), headers, b"", "https")
    )
