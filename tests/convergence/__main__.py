"""Says how much there was to go through: `python -m tests.convergence [part of a name]`, a line for each scenario."""

from __future__ import annotations

import sys
import time

from tests.convergence import trouble
from tests.convergence.scenarios import explored

_GROUPS = {
    "": trouble.ALL,
    "crash, ": trouble.CRASHES,
    "answer lost, ": trouble.LOST_ANSWERS,
    "lease, ": trouble.LEASES,
    "catch-up, ": trouble.CATCH_UP,
    "If-Match ignored, ": {"an expired lease": trouble.UNCONDITIONAL},
}


def main(wanted: str) -> None:
    """Go through the scenarios whose names hold `wanted`."""
    sys.stdout.write(f"{'schedules':>9} {'states':>7} {'plays':>6} {'CPU s':>6}  writes  scenario\n")
    for group, scenarios in _GROUPS.items():
        for name, scenario in scenarios.items():
            if wanted not in group + name:
                continue
            began = time.process_time()
            found = explored(scenario)
            seconds = time.process_time() - began
            fewest, most = found.writes
            sys.stdout.write(
                f"{found.schedules:9.2g} {found.states:7} {found.plays:6} {seconds:6.1f}  {fewest} to {most}  {group}{name}\n"
            )
            sys.stdout.write(found.counterexample and f"{found.counterexample}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
