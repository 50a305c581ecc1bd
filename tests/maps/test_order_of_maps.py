"""The order of the catalogue's maps: what the declarations say of it is what Microsoft's documents say, and nothing else.

A map comes after another for one of these reasons: its documentation says so, a picture of it shows so, a key or column
points there, or (without anything in writing) it could not be otherwise.
"""

from __future__ import annotations

import pytest

from shared.mapping.model import COMPANY
from shared.mapping.order import dependencies
from shared.maps.catalogue import catalogue

#: Map → the maps that must come first: 113 edges.
FIRST = {
    map_id: frozenset(needs.split())
    for map_id, needs in {
        "ledgers": "legal_entities currencies exchange_rate_types fiscal_calendars chart_of_accounts",
        "exchange_rate_pairs": "exchange_rate_types currencies",
        "exchange_rates": "exchange_rate_pairs",
        "payment_days": "legal_entities",
        "payment_schedules": "legal_entities",
        "payment_terms": "payment_days payment_schedules",
        "customer_groups": "payment_terms",
        "vendor_groups": "payment_terms",
        "customers": "customer_groups currencies",
        "vendors": "vendor_groups currencies",
        "workers": "legal_entities",
        "products": "units currencies legal_entities",
        "postal_addresses": "customers vendors",
        "address_locations": "postal_addresses",
        "resource_roles": "legal_entities",
        "worker_resources": "workers",
        "transaction_categories": "legal_entities",
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
        "vendor_invoice_lines": (
            "vendor_invoices projects tasks units products transaction_categories resource_roles subcontract_lines"
        ),
        "invoice_proposals": "contracts funding_sources payment_terms address_locations",
        "customer_invoices": "invoice_proposals",
        "actuals": (
            "invoice_proposals projects contracts customers currencies funding_sources contract_lines tasks "
            "milestones transaction_categories resource_roles worker_resources products units subcontract_lines "
            "expenses vendor_invoice_lines material_usage"
        ),
        "transaction_connections": "actuals",
        "material_usage": "products projects tasks",
    }.items()
}

#: What the declarations add, and why. That rows of a company come after companies goes without saying.
BEYOND = {
    ("payment_days", "customers"): "PaymentDay",
    ("payment_schedules", "customers"): "PaymentSchedule",
    ("payment_terms", "customers"): "PaymentTerms",
    ("vendors", "customers"): "VendorAccount: the vendor that a customer is at the same time",
    ("payment_days", "vendors"): "DefaultPaymentDayName",
    ("payment_schedules", "vendors"): "DefaultPaymentScheduleName",
    ("payment_terms", "vendors"): "DefaultPaymentTermsName",
    ("customers", "projects"): "CustomerAccount",
    ("units", "contract_lines"): "UnitSymbol",
    ("contracts", "progress_headers"): "ProjectContractId",
    ("contracts", "milestones"): "ProjectContractId",
    ("resource_roles", "expense_estimates"): "the role that the expense is estimated for",
    ("worker_resources", "expense_estimates"): "the resource that the expense is estimated for",
    ("legal_entities", "expenses"): "ReferenceDataAreaId: a company that is not called dataAreaId",
    ("transaction_categories", "expenses"): "the category of Dataverse behind the expense category",
    ("projects", "subcontract_lines"): "ProjId",
    ("legal_entities", "vendor_invoice_lines"): "DAreaId: a company that is not called dataAreaId",
    ("currencies", "vendor_invoice_lines"): "currencyCode",
    ("currencies", "invoice_proposals"): "the currency of the invoice",
    ("units", "material_usage"): "the unit of the quantity",
}

DECLARED = catalogue().maps
NEEDED = dependencies(DECLARED.values())


def test_the_documents_give_113_edges() -> None:
    assert sum(map(len, FIRST.values())) == 113


@pytest.mark.parametrize("map_id", sorted(FIRST))
def test_a_map_comes_after_all_that_the_documents_name(map_id: str) -> None:
    assert FIRST[map_id] <= NEEDED[map_id]


@pytest.mark.parametrize("map_id", sorted(DECLARED))
def test_a_map_comes_after_nothing_else_without_a_reason(map_id: str) -> None:
    companies = {"legal_entities"} if COMPANY in DECLARED[map_id].finance.key else set()
    further = NEEDED[map_id] - FIRST.get(map_id, frozenset()) - companies
    assert further == {first for first, later in BEYOND if later == map_id}


def test_every_map_runs_after_those_it_needs() -> None:
    order = catalogue().run_order
    assert sorted(order) == sorted(DECLARED)
    for map_id, needs in NEEDED.items():
        assert all(order.index(first) < order.index(map_id) for first in needs)
