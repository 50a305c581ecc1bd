"""Broken rules are noticed: for each there is a scenario that holds in every order with the rule, and not without it.

That they hold with the rule is what `test_interleavings` shows.
"""

from __future__ import annotations

import pytest

from tests.convergence import mutants, trouble
from tests.convergence.accounting import ACTUALS, SIDE_TABLE
from tests.convergence.mutants import Mutation, mutated
from tests.convergence.one_way import ONE_WAY
from tests.convergence.scenarios import Scenario, explored
from tests.convergence.two_way import TWO_WAY
from tests.convergence.waiting import WAITING

_LATE_REVERSAL = trouble.more_than_a_lease(ACTUALS["a posting and its reversal"])
_UNDO = ONE_WAY["an edit and its undo"]


@pytest.mark.parametrize(
    ("mutation", "scenario"),
    [
        (mutants.no_second_look, _UNDO),
        (mutants.no_second_look, ONE_WAY["created, then deleted"]),
        (mutants.second_look_before_the_write, _UNDO),
        (mutants.deletes_unconfirmed, ONE_WAY["a late message, and the row deleted and created again as it was"]),
        (mutants.parks_without_looking_again, ONE_WAY["a parent arrives while its child parks"]),
        (mutants.a_renamed_key_is_forgotten, ONE_WAY["a key renamed and back"]),
        (mutants.settles_without_a_lease, TWO_WAY["edits of one column"]),
        (mutants.settles_one_round, trouble.UNCONDITIONAL),
        (mutants.saves_the_base_blindly, trouble.UNCONDITIONAL),
        (mutants.writes_unannounced, trouble.CRASHES["two-way: an edit and its undo"]),
        (mutants.echoes_by_user, TWO_WAY["an edit in our own name"]),
        (
            mutants.watermark_after_the_read,
            trouble.CATCH_UP["an unheard edit while a table without change tracking is read"],
        ),
        (mutants.makes_and_deletes_what_it_only_returns_to, ONE_WAY["Finance takes a task away that Dataverse has"]),
        (mutants.parks_without_looking_again, WAITING["a contract line arrives while its milestone parks"]),
        (mutants.needs_nothing, WAITING["a contract line arrives while its milestone parks"]),
        (
            mutants.wakes_after_it_is_remembered,
            trouble.CRASHES["waiting: a contract line arrives while its milestone parks"],
        ),
        (mutants.writes_beside_without_looking, SIDE_TABLE["a posting, and somebody deletes the row beside"]),
        (mutants.one_round_for_columns_of_one_way, _LATE_REVERSAL),
        (mutants.watermark_before_the_work, trouble.CATCH_UP["an unheard edit while the changes are read"]),
    ],
    ids=lambda each: getattr(each, "__name__", "scenario"),
)
def test_a_broken_rule_is_noticed(mutation: Mutation, scenario: Scenario) -> None:
    with mutated(mutation):
        found = explored(scenario)
    assert found.counterexample


def test_acknowledging_before_the_work_is_noticed() -> None:
    found = explored(trouble.CRASHES["one-way: an edit"], mutants.acknowledges_first)
    assert found.counterexample
