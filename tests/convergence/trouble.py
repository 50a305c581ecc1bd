"""The same scenarios with trouble on top: a crash at any gate, an answer lost, a lease that runs out, an event lost."""

from __future__ import annotations

from tests.convergence.accounting import ACTUALS, SIDE_TABLE
from tests.convergence.acts import currencies, unheard
from tests.convergence.categories import CATEGORIES
from tests.convergence.one_way import ONE_WAY
from tests.convergence.scenarios import SEK, Scenario, untracked, with_currency
from tests.convergence.stepper import Script
from tests.convergence.two_way import TWO_WAY
from tests.convergence.vendor_invoices import VENDOR_INVOICES
from tests.convergence.waiting import WAITING

ALL = {
    **{f"one-way: {name}": each for name, each in ONE_WAY.items()},
    **{f"two-way: {n}": each for n, each in TWO_WAY.items()},
    **{f"actuals: {name}": each for name, each in ACTUALS.items()},
    **{f"side table: {name}": each for name, each in SIDE_TABLE.items()},
    **{f"waiting: {name}": each for name, each in WAITING.items()},
    **{f"vendor invoices: {name}": each for name, each in VENDOR_INVOICES.items()},
    **{f"expense categories: {name}": each for name, each in CATEGORIES.items()},
}

#: With a crash these take minutes: they run with --long.
HEAVY = frozenset(
    {
        "one-way: two applies that both create",
        "one-way: a key renamed and back",
        "one-way: a task created twice at once",
        "one-way: a parent arrives while its child parks",
        "two-way: edits of two columns",
        "two-way: edits of one column",
        "two-way: edits of one column of a customer",
        "two-way: created on both sides",
        "two-way: deleted in Finance, edited in Dataverse",
        "two-way: edited in Finance, deleted in Dataverse",
        "two-way: renamed in Finance, edited in Dataverse",
        "two-way: deleted, then created again",
        "two-way: an edit among echoes",
        "actuals: a note while Finance posts",
        "side table: a note while Finance posts",
        "side table: a posting and its reversal",
        "waiting: a milestone deleted while its line arrives",
        "vendor invoices: an invoice comes into review while Finance changes it",
    }
)

_LONGER_THAN_A_LEASE = 25.0


def _more(scenario: Scenario, by: int) -> tuple[int, int]:
    return scenario.writes[0], scenario.writes[1] + by


CRASHES = {name: each.but(writes=each.writes, crashes=1) for name, each in ALL.items()}
LOST_ANSWERS = {name: each.but(writes=each.writes, lost_answers=1) for name, each in ALL.items()}


def more_than_a_lease(scenario: Scenario) -> Scenario:
    """The same, with a lease that may run out at any moment."""
    return scenario.but(writes=_more(scenario, 2), jump=_LONGER_THAN_A_LEASE)


LEASES = {
    name: more_than_a_lease(each) for name, each in ALL.items() if name.startswith(("two-way", "actuals", "side table"))
}

#: Each takes a minute or more.
SLOW_LEASES = frozenset(LEASES) - {
    "two-way: an edit in Finance",
    "two-way: an edit in our own name",
    "actuals: an actual is told of, and of its staging row",
    "side table: a posting, and somebody makes the row beside",
    "side table: a posting, and somebody deletes the row beside",
}
_UNDO = LEASES["two-way: an edit and its undo"]
UNCONDITIONAL = _UNDO.but(writes=_UNDO.writes, finance={"if_match": "ignored"})

_UNHEARD = unheard(currencies.edit(SEK, currencyname="d1"))

CATCH_UP: dict[str, Scenario] = {
    "an unheard edit while the changes are read": Scenario(
        with_currency,
        Script(persons=((_UNHEARD,),), catch_ups=("currencies_to_finance",), crashes=1),
        ("currencies",),
        (1, 1),
    ),
    "an unheard edit while a table without change tracking is read": Scenario(
        untracked,
        Script(persons=((_UNHEARD,),), catch_ups=("currencies_to_finance",), jump=_LONGER_THAN_A_LEASE),
        ("currencies",),
        (1, 1),
    ),
}
