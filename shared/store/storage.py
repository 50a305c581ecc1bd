"""A storage account: its tables and queues by name, made when they are first needed."""

from __future__ import annotations

import re
from typing import Protocol

from shared.errors import Misconfigured
from shared.store.queue import Queue
from shared.store.table import Table

_TABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2,62}")
_QUEUE_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")


class Storage(Protocol):
    """What the stores are built on; a table or queue that nobody wrote to yet is an empty one."""

    def table(self, name: str) -> Table:
        """The table of this name; Misconfigured if there can be none."""
        ...

    def queue(self, name: str) -> Queue:
        """The queue of this name; Misconfigured if there can be none."""
        ...

    async def close(self) -> None:
        """Give back the connections."""
        ...


def check_table_name(name: str) -> str:
    """The name, if a table may be called so: 3 to 63 letters and digits, a letter first."""
    if not _TABLE_NAME.fullmatch(name):
        raise Misconfigured(f"A table cannot be called {name!r}: 3 to 63 letters and digits, a letter first.")
    return name


def check_queue_name(name: str) -> str:
    """The name, if a queue may be called so: 3 to 63 lower-case letters, digits and single dashes."""
    if not _QUEUE_NAME.fullmatch(name):
        raise Misconfigured(f"A queue cannot be called {name!r}: 3 to 63 lower-case letters, digits, single dashes.")
    return name
