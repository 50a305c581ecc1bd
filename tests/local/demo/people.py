"""The people of the demo: what they type into either system, and how they look whether it came over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID, uuid5

import httpx

from tests.local.demo.board import Board, Check
from tests.local.demo.stage import Stage
from tests.world import Person

COMPANY = "usmf"
_OURS = UUID("0b6e1f0e-53a4-4d0c-9d21-6f4c8a3a1c55")


class People:
    """Acts in both systems and shows each change; `all_seen` waits for those that are still under way."""

    def __init__(self, stage: Stage, board: Board) -> None:
        self.stage = stage
        self.board = board
        self.in_dataverse: Person = stage.in_dataverse
        self.in_finance: Person = stage.in_finance
        self._watching: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    async def do(self, where: str, what: str, save: Awaitable[Any], seen: Check, became: str) -> None:
        """Save something, and watch from now on what becomes of it, without waiting for it."""
        saved = asyncio.Event()
        task = asyncio.create_task(self._watch(where, what, save, seen, became, saved))
        self._watching.add(task)
        await saved.wait()

    async def all_seen(self) -> None:
        """Wait until every change so far has come to its end."""
        watched, self._watching = self._watching, set()
        await asyncio.gather(*watched)

    async def _watch(
        self, where: str, what: str, save: Awaitable[Any], seen: Check, became: str, saved: asyncio.Event
    ) -> None:
        with self.board.change(where, what) as change:
            try:
                await save
            finally:
                saved.set()
            await change.until(lambda: self._look_at(seen), became)

    async def _look_at(self, seen: Check) -> object:
        self.stage.check()  # or a server that has ended would be waited for in vain
        return await seen()

    # -- Dataverse -----------------------------------------------------------------------------------------------------

    async def create(self, collection: str, name: str, columns: Mapping[str, Any]) -> str:
        """Create a row under the id that its name always has; give the id."""
        row_id = row_id_of(collection, name)
        await self.in_dataverse.does("PATCH", f"{collection}({row_id})", columns, **{"If-None-Match": "*"})
        return row_id

    async def edit(self, collection: str, row_id: str, columns: Mapping[str, Any]) -> None:
        """Change columns of a row that is there."""
        await self.in_dataverse.does("PATCH", f"{collection}({row_id})", columns, **{"If-Match": "*"})

    async def delete(self, collection: str, row_id: str) -> None:
        """Delete a row."""
        await self.in_dataverse.does("DELETE", f"{collection}({row_id})")

    async def row(self, collection: str, condition: str, columns: str) -> dict[str, Any] | None:
        """The only row that a condition finds, if there is one."""
        query = f"{collection}?$select={columns}&$filter={quote(condition)}"
        found: list[dict[str, Any]] = (await self.in_dataverse.does("GET", query))["value"]
        return found[0] if found else None

    async def id_of(self, collection: str, primary_id: str, condition: str) -> str:
        """The id of a row that must be there."""
        found = await self.row(collection, condition, primary_id)
        if found is None:
            raise LookupError(f"There is no row of {collection} with {condition}.")
        return str(found[primary_id])

    async def customer(self, number: str) -> str:
        """The id of a customer of the demo's company."""
        condition = f"accountnumber eq '{number}' and msdyn_Company/cdm_companycode eq '{COMPANY}'"
        return await self.id_of("accounts", "accountid", condition)

    # -- Finance -------------------------------------------------------------------------------------------------------

    async def in_finance_is(self, collection: str, key: Mapping[str, str | int], **values: Any) -> bool:
        """Whether a row of the demo's company is in Finance, with these values."""
        found = await self.finance_row(collection, key)
        return found is not None and all(found[name] == value for name, value in values.items())

    async def finance_row(self, collection: str, key: Mapping[str, str | int]) -> dict[str, Any] | None:
        """A row of the demo's company; None if there is none, or if Finance does not answer just now."""
        return await self._look(finance_address(collection, key))

    async def edit_in_finance(self, collection: str, key: Mapping[str, str | int], columns: Mapping[str, Any]) -> None:
        """Change columns of a row of the demo's company."""
        await self.in_finance.does("PATCH", finance_address(collection, key), columns)

    async def count_in_finance(self, collection: str, **values: str) -> int:
        """How many rows of the demo's company have these values; 0 if Finance does not answer just now."""
        condition = " and ".join(f"{name} eq '{value}'" for name, value in {"dataAreaId": COMPANY, **values}.items())
        answer = await self._look(f"{collection}?$filter={quote(condition)}&$count=true&$top=1")
        return 0 if answer is None else int(answer["@odata.count"])

    async def _look(self, address: str) -> dict[str, Any] | None:
        try:
            answer = await self.in_finance.ask("GET", address)
        except httpx.TransportError:
            return None
        if answer.status_code == httpx.codes.NOT_FOUND or answer.is_server_error:
            return None
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


def row_id_of(collection: str, name: str) -> str:
    """The id that the demo gives a row: always the same for the same name."""
    return str(uuid5(_OURS, f"{collection}/{name}"))


def finance_address(collection: str, key: Mapping[str, str | int]) -> str:
    """The address of a row of the demo's company."""
    parts = {"dataAreaId": COMPANY, **key}
    return f"{collection}({','.join(f'{name}={_literal(value)}' for name, value in parts.items())})"


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + quote(value.replace("'", "''"), safe="") + "'"


def bind(collection: str, row_id: str) -> str:
    """What a lookup is set with."""
    return f"/{collection}({row_id})"
