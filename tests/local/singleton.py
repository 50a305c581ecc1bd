"""One host at a time fires the timers of an app: a lease with a holder and an expiry, in a row of Table Storage.

The real host takes a blob lease for each timer and keeps their schedules in blobs of the host's storage account. Here
one lease covers all timers and a table holds both: the app needs no client for blobs, and who fires what comes out
the same. A host that ends in order gives the lease back; after one that died the others wait for its expiry.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

TABLE = "localhosttimers"
_ROW = "lease"


class TableLease:
    """The right to fire the timers of one host id."""

    def __init__(self, table: TableClient, host_id: str, holder: str, seconds: float) -> None:
        self._table = table
        self._host_id = host_id
        self._holder = holder
        self.seconds = seconds

    async def take(self, now: datetime) -> bool:
        """Take or renew it; False while another holds it. Raises azure.core's errors if storage fails."""
        try:
            row = await self._table.get_entity(self._host_id, _ROW)
        except ResourceNotFoundError:
            return await self._insert(now)
        if row["Holder"] != self._holder and row["Until"] > now:
            return False
        return await self._replace(self._entity(now + timedelta(seconds=self.seconds)), row)

    async def give_back(self, now: datetime) -> None:
        """Let another host take it at once; quiet if it is not ours."""
        try:
            row = await self._table.get_entity(self._host_id, _ROW)
        except ResourceNotFoundError:
            return
        if row["Holder"] == self._holder:
            await self._replace(self._entity(now), row)

    async def _insert(self, now: datetime) -> bool:
        try:
            await self._table.create_entity(self._entity(now + timedelta(seconds=self.seconds)))
        except ResourceExistsError:
            return False
        return True

    async def _replace(self, entity: dict[str, Any], row: Any) -> bool:
        try:
            await self._table.update_entity(
                entity, UpdateMode.REPLACE, etag=row.metadata["etag"], match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError:
            return False
        return True

    def _entity(self, until: datetime) -> dict[str, Any]:
        return {"PartitionKey": self._host_id, "RowKey": _ROW, "Holder": self._holder, "Until": until}


class TableOccurrences:
    """When each watched timer last ran and was next due, by function: what a missed run is known by."""

    def __init__(self, table: TableClient, host_id: str) -> None:
        self._table = table
        self._host_id = host_id

    async def saved(self, function: str) -> tuple[datetime, datetime] | None:
        """The last run and the occurrence after it, as they were saved."""
        try:
            row = await self._table.get_entity(self._host_id, f"timer {function}")
        except ResourceNotFoundError:
            return None
        return row["Last"], row["Next"]

    async def save(self, function: str, last: datetime, following: datetime) -> None:
        """Remember a run and when the next one is due."""
        row = {"PartitionKey": self._host_id, "RowKey": f"timer {function}", "Last": last, "Next": following}
        await self._table.upsert_entity(row, UpdateMode.REPLACE)
