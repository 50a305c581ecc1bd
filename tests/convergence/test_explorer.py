"""What the explorer leaves out is left out rightly: without sleep sets it plays more and finds the same."""

from __future__ import annotations

import pytest

from tests.convergence import trouble
from tests.convergence.scenarios import Scenario, explored
from tests.convergence.stepper import Step


@pytest.mark.parametrize(
    "scenario",
    [trouble.ALL["one-way: an edit and its undo"], trouble.ALL["two-way: an edit and its undo"]],
    ids=["one-way", "two-way"],
)
def test_sleep_sets_leave_out_repetitions_and_nothing_else(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = explored(scenario)
    monkeypatch.setattr(Step, "commutes_with", lambda *_: False)
    more = explored(scenario)

    assert fewer.plays < more.plays
    assert (fewer.schedules, fewer.states, fewer.ends) == (more.schedules, more.states, more.ends)
    assert fewer.writes == more.writes
