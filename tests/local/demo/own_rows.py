"""Loads rows of the user's own into Dataverse, each after the rows that it points at, with the ids that it has.

Rows that point at each other in a ring, and a contract's customer (see LATER), get those lookups at the end. Columns and
lookups that this Dataverse does not know are left out; a lookup that a map follows must lead to a row.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.maps.catalogue import catalogue
from tests.local.demo.definitions import Definitions, TableDefinition
from tests.local.demo.own_files import BadFiles, OwnRow
from tests.local.demo.people import bind
from tests.world import Person

_TARGET = "Microsoft.Dynamics.CRM.lookuplogicalname"
_AT_ONCE = 8

#: Saving a contract with its customer makes a contract customer at once: one of the files would then come twice.
LATER = frozenset({("salesorder", "customerid")})


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup of a row: its column, its navigation property, and the row it leads to."""

    column: str
    navigation: str
    table: TableDefinition
    row_id: str

    @property
    def bound(self) -> tuple[str, str]:
        """The member of a request that sets it."""
        return f"{self.navigation}@odata.bind", bind(self.table.set, self.row_id)


@dataclass(slots=True)
class Planned:
    """A row, its plain columns, and the lookups that it is created with or gets later."""

    row: OwnRow
    columns: dict[str, Any]
    lookups: list[Lookup]
    later: list[Lookup] = field(default_factory=list)


class Loader:
    """Loads one set of rows; `left_out` counts what was not loaded, by table and column."""

    def __init__(self, person: Person, definitions: Definitions, rows: Iterable[OwnRow]) -> None:
        self.left_out = Counter[str]()
        self.loaded = 0
        self._person = person
        self._definitions = definitions
        self._rows = {(row.table.name, row.id): row for row in rows}
        self._there: dict[tuple[str, str], bool] = {}

    async def load(self) -> None:
        """Load all rows. Raises BadFiles with the sentence that Dataverse says no with, too."""
        waiting = [await self._plan(row) for row in self._rows.values()]
        planned = list(waiting)
        done: set[tuple[str, str]] = set()
        while waiting:
            ready = [plan for plan in waiting if not self._open(plan, done)]
            if not ready:
                # Only rings are left, and what hangs on them.
                for plan in waiting:
                    self._postpone(plan, {(each.table.name, each.row_id) for each in self._open(plan, done)})
                continue
            await self._in_parallel(self._create(plan) for plan in ready)
            done |= {(plan.row.table.name, plan.row.id) for plan in ready}
            waiting = [plan for plan in waiting if (plan.row.table.name, plan.row.id) not in done]
        await self._in_parallel(self._complete(plan) for plan in planned if plan.later)

    def _open(self, plan: Planned, done: set[tuple[str, str]]) -> list[Lookup]:
        return [
            each
            for each in plan.lookups
            if (each.table.name, each.row_id) in self._rows and (each.table.name, each.row_id) not in done
        ]

    def _postpone(self, plan: Planned, rows: set[tuple[str, str]]) -> None:
        plan.later += [each for each in plan.lookups if (each.table.name, each.row_id) in rows]
        plan.lookups = [each for each in plan.lookups if (each.table.name, each.row_id) not in rows]

    async def _plan(self, row: OwnRow) -> Planned:
        plan = Planned(row, {}, [])
        for name, value in row.content.items():
            if "@" in name or value is None or isinstance(value, dict | list) or name == row.table.primary_id:
                continue
            if name.startswith("_") and name.endswith("_value"):
                await self._plan_lookup(plan, name[1:-6], str(value).lower())
            elif name in row.table.writable:
                plan.columns[name] = value
            elif name not in row.table.columns:
                self.left_out[f"{row.table.name}.{name}"] += 1
        return plan

    async def _plan_lookup(self, plan: Planned, column: str, row_id: str) -> None:
        table = plan.row.table
        targets = table.lookups.get(column)
        if targets is None or column not in table.writable:
            if column not in table.columns:
                self.left_out[f"{table.name}.{column}"] += 1
            return
        target = await self._target(plan.row, column, row_id, list(targets))
        if target is None:
            if column in _followed(table.name):
                raise BadFiles(
                    f"{plan.row.place}: {column} leads to {' or '.join(targets)} {row_id}, which no file holds."
                )
            self.left_out[f"{table.name}.{column}"] += 1
            return
        lookup = Lookup(column, targets[target.name], target, row_id)
        (plan.later if (table.name, column) in LATER else plan.lookups).append(lookup)

    async def _target(self, row: OwnRow, column: str, row_id: str, tables: list[str]) -> TableDefinition | None:
        """The table that a lookup leads to: the one that has such a row, in the files or in Dataverse already."""
        said = row.content.get(f"_{column}_value@{_TARGET}")
        known = await self._definitions.by_name()
        for name in [said] if said in tables else tables:
            if (name, row_id) in self._rows or await self._is_there(known[name], row_id):
                return known[name]
        return None

    async def _is_there(self, table: TableDefinition, row_id: str) -> bool:
        key = (table.name, row_id)
        if key not in self._there:
            answer = await self._person.ask("GET", f"{table.set}({row_id})?$select={table.primary_id}")
            self._there[key] = answer.is_success
        return self._there[key]

    async def _create(self, plan: Planned) -> None:
        body = {**plan.columns, **dict(each.bound for each in plan.lookups)}
        await self._send(plan.row, body, {"If-None-Match": "*"})
        self.loaded += 1

    async def _complete(self, plan: Planned) -> None:
        await self._send(plan.row, dict(each.bound for each in plan.later), {"If-Match": "*"})

    async def _send(self, row: OwnRow, body: dict[str, Any], headers: dict[str, str]) -> None:
        answer = await self._person.ask("PATCH", f"{row.table.set}({row.id})", body, **headers)
        if answer.is_error:
            raise BadFiles(f"{row.place}: Dataverse does not take it: {answer.json()['error']['message']}")

    async def _in_parallel(self, work: Iterable[Any]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(each: Any) -> None:
            async with gate:
                await each

        try:
            async with asyncio.TaskGroup() as group:
                for each in work:
                    group.create_task(one(each))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None


def _followed(table: str) -> set[str]:
    """The lookups of a table that a map follows."""
    return {column for m in catalogue().maps.values() if m.dataverse.table == table for column in m.dataverse.lookups}
