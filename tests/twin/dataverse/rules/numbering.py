"""Numbers that are given when none is sent (unconfirmed for projects)."""

from __future__ import annotations

from collections.abc import Callable

from tests.twin.dataverse.act import Act


def number(column: str, pattern: str) -> Callable[[Act], None]:
    """Make a guard that fills an autonumber column."""

    def fill(act: Act) -> None:
        if act.operation.message == "Create" and act.operation.sent.get(column) is None:
            act.operation.sent[column] = pattern.format(act.run.transaction.next_number(column))

    return fill
