"""Reading: select, expand, filter, order, pages."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api


@pytest.fixture
async def api() -> Api:
    api = Api(DataverseTwin(seed=5))
    company = await api.create("cdm_companies", {"cdm_companycode": "usmf", "cdm_name": "Contoso"})
    bind = {"msdyn_Company@odata.bind": f"/cdm_companies({company})"}
    for number, name in enumerate(["Adatum", "Bellows", "Contoso"]):
        await api.create("accounts", {"accountnumber": f"C{number}", "name": name, "numberofemployees": number, **bind})
    await api.create("accounts", {"accountnumber": "C9"})
    return api


async def names(api: Api, query: str) -> list[str | None]:
    return [row["name"] for row in await api.rows(f"accounts?$select=name&$orderby=name&{query}")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("name eq 'ADATUM'", ["Adatum"]),
        ("accountnumber eq 'c1'", ["Bellows"]),
        ("numberofemployees ge 1 and numberofemployees lt 5", ["Bellows", "Contoso"]),
        ("name eq null", [None]),
        ("name ne null", ["Adatum", "Bellows", "Contoso"]),
        ("name ne 'Adatum'", [None, "Bellows", "Contoso"]),
        ("not (name eq 'Adatum')", ["Bellows", "Contoso"]),
        ("contains(name,'ell') or startswith(name,'con')", ["Bellows", "Contoso"]),
        ("msdyn_Company/cdm_companycode eq 'usmf' and name eq 'Bellows'", ["Bellows"]),
        ("modifiedon ge 2026-09-14T08:00:00Z", [None, "Adatum", "Bellows", "Contoso"]),
        ("statecode eq 1", []),
        ("msdyn_onetimecustomer eq false and accountnumber eq 'C9'", [None]),
    ],
)
async def test_filters_keep_what_the_database_would(api: Api, condition: str, expected: list[str | None]) -> None:
    assert await names(api, f"$filter={condition}") == expected


@pytest.mark.parametrize(
    "query",
    [
        "$skip=5",
        "$select=nonsense",
        "$select=msdyn_company",
        "$filter=nonsense eq 1",
        "$filter=name eq 5",
        "$filter=msdyn_company/cdm_companycode eq 'usmf'",
        "$filter=name+eq+'x'",
        "$expand=msdyn_company",
        "$nonsense=1",
        "$top=x",
    ],
)
async def test_queries_that_the_platform_refuses_are_refused(api: Api, query: str) -> None:
    assert (await api.get(f"accounts?{query}")).status == 400


async def test_nested_expands_follow_lookups(api: Api) -> None:
    account = (await api.rows("accounts?$filter=accountnumber eq 'C1'"))[0]["accountid"]
    contract = await api.create(
        "salesorders", {"ordernumber": "O1", "customerid_account@odata.bind": f"/accounts({account})"}
    )
    expand = "customerid_account($select=name;$expand=msdyn_Company($select=cdm_companycode)),customerid_contact"
    row = (await api.get(f"salesorders({contract})?$select=ordernumber&$expand={expand}")).json()
    assert row["customerid_account"]["msdyn_Company"]["cdm_companycode"] == "usmf"
    assert row["customerid_account"]["accountid"] == account
    assert row["customerid_contact"] is None
    assert set(row) == {
        "@odata.context", "@odata.etag", "ordernumber", "salesorderid", "customerid_account", "customerid_contact",
    }  # fmt: skip


async def test_pages_are_linked_by_a_cookie(api: Api) -> None:
    found: list[str] = []
    link = "accounts?$select=accountnumber&$orderby=accountnumber"
    while link:
        answer = await api.get(link, prefer="odata.maxpagesize=3")
        assert answer.headers["Preference-Applied"] == "odata.maxpagesize=3"
        found += [row["accountnumber"] for row in answer.json()["value"]]
        link = answer.json().get("@odata.nextLink", "")
    assert found == ["C0", "C1", "C2", "C9"]


async def test_top_gives_no_next_link_and_yields_to_a_page_size(api: Api) -> None:
    only = (await api.get("accounts?$top=2")).json()
    assert (len(only["value"]), "@odata.nextLink" in only) == (2, False)
    both = (await api.get("accounts?$top=1", prefer="odata.maxpagesize=3")).json()
    assert (len(both["value"]), "@odata.nextLink" in both) == (3, True)


async def test_counts_are_told(api: Api) -> None:
    assert (await api.get("accounts?$count=true&$top=1")).json()["@odata.count"] == 4
    assert (await api.get("accounts/$count")).body == b"4"


async def test_a_version_the_caller_has_is_not_sent_again(api: Api) -> None:
    row = (await api.rows("accounts?$top=1"))[0]
    address = f"accounts({row['accountid']})?$select=name"
    assert (await api.get(address, if_none_match=row["@odata.etag"])).status == 304
    assert (await api.get(address, if_none_match="null")).status == 200


async def test_formatted_values_come_when_asked_for(api: Api) -> None:
    wanted = 'odata.include-annotations="OData.Community.Display.V1.FormattedValue"'
    row = (await api.rows("accounts?$select=statecode,_msdyn_company_value&$top=1", prefer=wanted))[0]
    assert row["statecode@OData.Community.Display.V1.FormattedValue"] == "Active"
    assert "_msdyn_company_value@Microsoft.Dynamics.CRM.lookuplogicalname" not in row
