"""The enterprise of the scenarios, before anybody does anything in it."""

from __future__ import annotations

from tests.scenarios.enterprise import Enterprise


async def test_an_enterprise_opens_with_its_reference_data_on_both_sides_and_nothing_left_to_do(
    office: Enterprise,
) -> None:
    companies = await office.held("cdm_companies", select="cdm_companycode")
    assert {row["cdm_companycode"].lower() for row in companies} == {"usmf", "uspm", "gbpm"}
    customers = await office.held("accounts", "customertypecode eq 3", "accountnumber")
    assert len(customers) == len(await office.kept("CustomersV3")) == 15
    assert await office.is_at_rest()
