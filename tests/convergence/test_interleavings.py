"""The real apply and settle in every order of small scenarios: both sides agree, nothing is lost, nothing is written for nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from _pytest.mark import ParameterSet

from tests.convergence import documents, trouble
from tests.convergence.accounting import ACTUALS, SIDE_TABLE
from tests.convergence.categories import CATEGORIES
from tests.convergence.documents import DOCUMENTS
from tests.convergence.one_way import ONE_WAY
from tests.convergence.scenarios import Scenario, explored
from tests.convergence.two_way import TWO_WAY
from tests.convergence.vendor_invoices import VENDOR_INVOICES
from tests.convergence.waiting import WAITING

#: Half a minute each.
_HEAVY = frozenset({"a note while Finance posts", "a milestone deleted while its line arrives"})


def _holds(scenario: Scenario) -> None:
    found = explored(scenario)
    assert not found.counterexample, found.counterexample
    assert found.schedules >= found.ends > 0


def _with_the_heavy_marked(
    scenarios: Mapping[str, object], heavy: Collection[str] = trouble.HEAVY
) -> list[ParameterSet]:
    return [
        pytest.param(each, id=name, marks=[pytest.mark.long] if name in heavy else [])
        for name, each in scenarios.items()
    ]


@pytest.mark.parametrize("scenario", ONE_WAY.values(), ids=ONE_WAY)
def test_one_way_maps_converge_in_every_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", TWO_WAY.values(), ids=TWO_WAY)
def test_two_way_maps_converge_in_every_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", CATEGORIES.values(), ids=CATEGORIES)
def test_pairs_without_a_column_for_finances_key_converge_in_every_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", [*ACTUALS.values(), *VENDOR_INVOICES.values()], ids=[*ACTUALS, *VENDOR_INVOICES])
def test_columns_of_one_way_each_converge_in_every_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(SIDE_TABLE, _HEAVY))
def test_a_row_and_what_is_kept_beside_it_converge_in_every_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(WAITING, _HEAVY))
def test_whoever_waits_is_woken_in_every_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(DOCUMENTS, documents.HEAVY))
def test_no_document_is_taken_up_half_in_any_order(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(documents.CRASHES, documents.HEAVY))
def test_no_document_is_taken_up_half_whenever_the_app_ends(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", trouble.CATCH_UP.values(), ids=trouble.CATCH_UP)
def test_catch_up_finds_what_nobody_heard_of(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(trouble.CRASHES))
def test_a_crash_at_any_gate_changes_nothing(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(trouble.LOST_ANSWERS))
def test_an_answer_lost_after_any_write_changes_nothing(scenario: Scenario) -> None:
    _holds(scenario)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(trouble.LEASES, trouble.SLOW_LEASES))
def test_a_lease_that_runs_out_at_any_gate_loses_nothing(scenario: Scenario) -> None:
    _holds(scenario)


def test_an_expired_lease_and_a_finance_that_ignores_if_match_lose_nothing() -> None:
    _holds(trouble.UNCONDITIONAL)
