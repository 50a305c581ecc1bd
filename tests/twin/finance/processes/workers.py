"""Workers: Finance puts their name together of its parts."""

from __future__ import annotations

from tests.twin.finance.processes.process import Process
from tests.twin.finance.rows import Row

_PARTS = ("FirstName", "MiddleName", "LastName")


class Workers(Process):
    """The name of a worker is first, middle and last name; nobody writes it (the order is a person's own, unconfirmed)."""

    def written(self, before: Row | None, after: Row) -> None:
        _ = before
        name = " ".join(str(after.values[part]) for part in _PARTS if after.values[part])
        self.books.put("Workers", after, Name=name)
