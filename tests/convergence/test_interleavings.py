"""The real apply and settle in every order of small scenarios: both sides agree, nothing is lost, nothing is written for nothing."""

from __future__ import annotations

import pytest

from tests.convergence import trouble
from tests.convergence.one_way import ONE_WAY
from tests.convergence.scenarios import Scenario, explored
from tests.convergence.two_way import TWO_WAY


def _holds(scenario: Scenario, record: pytest.FixtureRequest) -> None:
    found = explored(scenario)
    assert not found.counterexample, found.counterexample
    assert found.schedules >= found.ends > 0
    record.node.user_properties.append(("explored", found))


def _with_the_heavy_marked(scenarios: dict[str, Scenario]) -> list[object]:
    return [
        pytest.param(each, id=name, marks=[pytest.mark.long] if name in trouble.HEAVY else [])
        for name, each in scenarios.items()
    ]


@pytest.mark.parametrize("scenario", ONE_WAY.values(), ids=ONE_WAY)
def test_one_way_maps_converge_in_every_order(scenario: Scenario, request: pytest.FixtureRequest) -> None:
    _holds(scenario, request)


@pytest.mark.parametrize("scenario", TWO_WAY.values(), ids=TWO_WAY)
def test_two_way_maps_converge_in_every_order(scenario: Scenario, request: pytest.FixtureRequest) -> None:
    _holds(scenario, request)


@pytest.mark.parametrize("scenario", trouble.CATCH_UP.values(), ids=trouble.CATCH_UP)
def test_catch_up_finds_what_nobody_heard_of(scenario: Scenario, request: pytest.FixtureRequest) -> None:
    _holds(scenario, request)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(trouble.CRASHES))
def test_a_crash_at_any_gate_changes_nothing(scenario: Scenario, request: pytest.FixtureRequest) -> None:
    _holds(scenario, request)


@pytest.mark.parametrize("scenario", _with_the_heavy_marked(trouble.LOST_ANSWERS))
def test_an_answer_lost_after_any_write_changes_nothing(scenario: Scenario, request: pytest.FixtureRequest) -> None:
    _holds(scenario, request)


@pytest.mark.parametrize("if_match", [412, "ignored"])
@pytest.mark.parametrize(
    "name",
    [
        "an edit in Finance",
        *(pytest.param(name, marks=pytest.mark.long) for name in TWO_WAY if name != "an edit in Finance"),
    ],
)
def test_a_lease_that_runs_out_at_any_gate_loses_nothing(
    name: str, if_match: object, request: pytest.FixtureRequest
) -> None:
    scenario = trouble.LEASES[name]
    _holds(scenario.but(writes=scenario.writes, finance={"if_match": if_match}), request)
