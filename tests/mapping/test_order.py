"""The order of maps, from their lookups; and cycles, named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from shared.errors import Misconfigured
from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap, lookup
from shared.mapping.order import dependencies, run_order
from shared.maps.catalogue import catalogue
from tests.mapping.declared import BERTHS, CATALOGUE, COMPANIES, OWNERS, SHIPS


def pointing(name: str, *targets: str, off: str = "") -> TableMap:
    """A map of the table of its own name whose rows point at other tables."""
    return TableMap(
        name,
        label=name,
        version="1",
        finance=FinanceEntity(name, key=("Id",)),
        dataverse=DataverseTable(
            name, f"{name}s", key=("id",), lookups={f"to_{target}": lookup(target) for target in targets}
        ),
        rows=(Row("Id", "<", "id"), *(Row(f"To{target}", "<", f"to_{target}.id", off=off) for target in targets)),
    )


def test_a_map_comes_after_those_whose_rows_it_points_at_itself_excepted() -> None:
    assert dependencies(CATALOGUE.maps.values()) == {
        "companies": set(),
        "owners": {"companies"},
        "berths": {"companies", "owners"},
        "ships": {"berths"},
    }
    assert CATALOGUE.run_order == ("companies", "owners", "berths", "ships")


def test_the_order_does_not_depend_on_the_order_of_declaration() -> None:
    assert run_order((OWNERS, SHIPS, COMPANIES, BERTHS)) == run_order((COMPANIES, BERTHS, SHIPS, OWNERS))


def test_a_circle_is_named_with_its_path() -> None:
    circle = (pointing("a", "b"), pointing("b", "c"), pointing("c", "a"), pointing("d", "a"))
    with pytest.raises(Misconfigured) as refusal:
        run_order(circle)
    named = refusal.value.message.removeprefix("The maps need each other in a circle: ").rstrip(".").split(" → ")
    assert named[0] == named[-1]
    assert set(named) == {"a", "b", "c"}
    for one, needed in pairwise(named):
        assert needed in dependencies(circle)[one]


def test_a_row_that_is_off_makes_no_circle() -> None:
    assert run_order((pointing("a", "b"), pointing("b", "a", off="second pass"))) == ("b", "a")


def test_a_map_may_come_after_another_that_no_lookup_names() -> None:
    assert run_order((replace(pointing("a"), after=("b",)), pointing("b"))) == ("b", "a")


def test_a_map_that_comes_after_nothing_that_exists_is_refused() -> None:
    with pytest.raises(Misconfigured, match="The map a comes after nowhere"):
        run_order((replace(pointing("a"), after=("nowhere",)),))


def test_a_table_that_no_map_brings_is_waited_for_by_nobody() -> None:
    assert dependencies((pointing("a", "elsewhere"),)) == {"a": set()}


#: What each map of Project Operations and each prerequisite of theirs needs: stated or pictured in Microsoft's articles,
#: or held in a key or column of its Finance entity. Every map comes after the legal entities.
NEEDS = {
    "legal_entities": "",
    "currencies": "",
    "units": "",
    "exchange_rate_types": "",
    "fiscal_calendars": "",
    "chart_of_accounts": "",
    "ledgers": "currencies exchange_rate_types fiscal_calendars chart_of_accounts",
    "exchange_rate_pairs": "exchange_rate_types currencies",
    "exchange_rates": "exchange_rate_pairs",
    "payment_days": "",
    "payment_schedules": "",
    "payment_terms": "payment_days payment_schedules",
    "customer_groups": "payment_terms",
    "vendor_groups": "payment_terms",
    "customers": "customer_groups currencies",
    "vendors": "vendor_groups currencies",
    "workers": "",
    "products": "units currencies",
    "postal_addresses": "customers vendors",
    "address_locations": "postal_addresses",
    "resource_roles": "",
    "transaction_categories": "",
    "worker_resources": "workers",
    "contracts": "ledgers customers currencies",
    "funding_sources": "contracts customers payment_terms",
    "projects": "ledgers contracts",
    "contract_lines": "contracts projects",
    "progress_headers": "contract_lines projects",
    "milestones": "progress_headers contract_lines projects currencies",
    "tasks": "projects",
    "hour_estimates": "projects tasks contract_lines resource_roles worker_resources transaction_categories",
    "expense_estimates": "projects currencies tasks contract_lines transaction_categories expense_categories",
    "material_estimates": "projects currencies tasks contract_lines transaction_categories products",
    "expense_categories": "transaction_categories",
    "expenses": "expense_categories tasks projects currencies",
    "subcontracts": "vendors projects",
    "subcontract_lines": "subcontracts resource_roles transaction_categories products units tasks",
    "vendor_invoices": "vendors currencies",
    "vendor_invoice_lines": "vendor_invoices projects tasks units products transaction_categories resource_roles "
    "subcontract_lines",
    "invoice_proposals": "contracts funding_sources payment_terms address_locations",
    "customer_invoices": "invoice_proposals",
    "material_usage": "products projects tasks",
    "actuals": "projects contracts customers currencies funding_sources contract_lines tasks milestones "
    "transaction_categories resource_roles worker_resources products units subcontract_lines invoice_proposals expenses "
    "vendor_invoice_lines material_usage",
    "transaction_connections": "actuals",
}
#: What a map looks up besides.
ALSO_LOOKED_UP = {
    "projects": "customers",
    "milestones": "contracts",
    "progress_headers": "contracts",
    "contract_lines": "units",
    "expense_estimates": "resource_roles worker_resources",
    "expenses": "transaction_categories",
    "invoice_proposals": "currencies",
    "material_usage": "units",
}


@pytest.mark.parametrize("name", catalogue().maps)
def test_a_map_of_the_product_runs_after_what_it_needs_and_nothing_else(name: str) -> None:
    maps = catalogue().maps
    needed = {*NEEDS[name].split(), *ALSO_LOOKED_UP.get(name, "").split()} & maps.keys()
    assert dependencies(maps.values())[name] - {"legal_entities"} == needed
    order = catalogue().run_order
    assert all(order.index(each) < order.index(name) for each in needed)
