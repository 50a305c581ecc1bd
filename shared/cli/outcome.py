"""How a command ends: the exit statuses that a pipeline reads, and errors said in a sentence instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer
from rich.console import Console

from shared.errors import SyncError


class Exit(IntEnum):
    """Exit statuses of every command."""

    CLEAN = 0
    DIFFERENCES = 1
    #: The settings, the arguments or a connection do not allow an answer.
    NO_ANSWER = 2


@contextmanager
def explained() -> Iterator[None]:
    """End with NO_ANSWER and one sentence where the app's own errors come up."""
    try:
        yield
    except SyncError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(Exit.NO_ANSWER) from error
