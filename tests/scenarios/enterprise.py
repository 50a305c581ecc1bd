"""Two systems and the app between them, as an administrator has set them up: what scenarios and the demo happen in.

People act through the two Web APIs, and through the twins' control surfaces where the product has a form and no API. A
scenario says what somebody does, lets `travel` take its course, and looks at what the other side holds. Whether that
happens in one process on a virtual clock (see `rehearsal`) or between servers in real time (see the demo) is not its matter.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from shared.store.error_records import ErrorRecord
from shared.store.parked import ParkedRow
from tests.world import Person

Row = dict[str, Any]


class Enterprise(ABC):
    """One enterprise: both systems, their people, and the app."""

    def __init__(self, dataverse: Person, finance: Person, dataverse_forms: Person, finance_forms: Person) -> None:
        self.dataverse = dataverse
        self.finance = finance
        self.dataverse_forms = dataverse_forms
        self.finance_forms = finance_forms

    # -- the app -------------------------------------------------------------------------------------------------------

    @abstractmethod
    async def travel(self, *, seconds: float = 0.0) -> None:
        """Let events, queues and timers do their work until nothing is left to do within so many seconds."""

    @abstractmethod
    async def catch_up(self, direction: str) -> None:
        """Let the catch-up timer of a direction fire, and what it found travel."""

    @abstractmethod
    async def errors(self) -> list[ErrorRecord]:
        """The error records that were not resolved."""

    @abstractmethod
    async def parked(self) -> list[ParkedRow]:
        """The rows that wait for another."""

    @abstractmethod
    async def retry(self, record: ErrorRecord) -> None:
        """Have the row of an error record tried again; what comes of it has yet to travel."""

    @abstractmethod
    async def is_at_rest(self) -> bool:
        """Whether nothing waits any more: no message, no parked row, no open error."""

    # -- people in Dataverse -------------------------------------------------------------------------------------------

    async def enter(self, table_set: str, /, **columns: Any) -> str:
        """Create a row in Dataverse; give its id."""
        answer = await self.dataverse.ask("POST", table_set, columns)
        assert answer.is_success, f"{table_set}: {answer.status_code} {answer.text}"
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    async def edit(self, table_set: str, row_id: str, /, **columns: Any) -> None:
        """Change columns of a row in Dataverse."""
        await self.dataverse.does("PATCH", f"{table_set}({row_id})", columns, **{"If-Match": "*"})

    async def remove(self, table_set: str, row_id: str) -> None:
        """Delete a row in Dataverse."""
        await self.dataverse.does("DELETE", f"{table_set}({row_id})")

    async def act(self, action: str, /, **parameters: Any) -> Any:
        """Press a button in Dataverse: call an action of its Web API."""
        return await self.dataverse.does("POST", action, parameters)

    async def refused(self, method: str, path: str, /, **columns: Any) -> str:
        """Try something in Dataverse that must be refused; give its words."""
        answer = await self.dataverse.ask(method, path, columns)
        assert answer.is_client_error, f"{method} {path}: {answer.status_code} {answer.text}"
        return str(answer.json()["error"]["message"])

    async def held(self, table_set: str, condition: str = "", select: str = "") -> list[Row]:
        """The rows of Dataverse that a condition finds."""
        options = {"$filter": condition, "$select": select}
        query = "&".join(f"{name}={quote(value)}" for name, value in options.items() if value)
        found: list[Row] = (await self.dataverse.does("GET", f"{table_set}?{query}"))["value"]
        return found

    async def the(self, table_set: str, condition: str) -> Row:
        """The one row of Dataverse that a condition finds."""
        found = await self.held(table_set, condition)
        assert len(found) == 1, f"{len(found)} rows of {table_set} where {condition}"
        return found[0]

    async def id_of(self, table_set: str, primary_id: str, condition: str) -> str:
        """The id of the one row that a condition finds."""
        return str((await self.the(table_set, condition))[primary_id])

    # -- people in Finance ---------------------------------------------------------------------------------------------

    async def book(self, collection: str, /, **columns: Any) -> Row:
        """Create a row in Finance; give all of it."""
        made: Row = await self.finance.does("POST", collection, columns)
        return made

    async def kept(self, collection: str, /, **values: str | int) -> list[Row]:
        """The rows of Finance, of all companies, that have these values."""
        condition = " and ".join(f"{name} eq {_literal(value)}" for name, value in values.items())
        query = f"{collection}?$filter={quote(condition)}" if condition else f"{collection}?"
        found: list[Row] = (await self.finance.does("GET", query))["value"]
        return found

    async def the_finance(self, collection: str, /, **values: str | int) -> Row:
        """The one row of Finance that has these values."""
        found = await self.kept(collection, **values)
        assert len(found) == 1, f"{len(found)} rows of {collection} with {values}"
        return found[0]

    async def behind(self, collection: str) -> list[Row]:
        """The rows of an entity that Finance shows in its forms and not in its Web API."""
        found: list[Row] = await self.finance_forms.does("GET", f"rows?collection={collection}")
        return found

    async def change(self, collection: str, key: Mapping[str, str | int], /, **columns: Any) -> None:
        """Change columns of a row in Finance."""
        await self.finance.does("PATCH", _address(collection, key), columns)

    async def finance_refuses(self, collection: str, key: Mapping[str, str | int], /, **columns: Any) -> str:
        """Try a change in Finance that must be refused; give its words."""
        answer = await self.finance.ask("PATCH", _address(collection, key), columns)
        assert answer.is_client_error, f"{collection}: {answer.status_code} {answer.text}"
        return answer.text

    async def run(self, process: str, /, **parameters: Any) -> Any:
        """Start one of Finance's periodic processes, or press a button in one of its forms."""
        return await self.finance_forms.does("POST", f"run/{process}", parameters)

    async def set_up(self, company: str, /, **parameters: Any) -> None:
        """Change a company's parameters in Finance."""
        await self.finance_forms.does("POST", "setup", {"company": company, **parameters})


def _address(collection: str, key: Mapping[str, str | int]) -> str:
    return f"{collection}({','.join(f'{name}={quote(_literal(value))}' for name, value in key.items())})"


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
