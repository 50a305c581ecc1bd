"""Blocking mode: a Dataverse save that waits for Finance and fails if Finance refuses.

The step runs inside the user's transaction, so the row cannot be read: the post image is the row. And it may still be
rolled back after we wrote. So before the write a delayed *verify* of the key is enqueued, an ordinary look at what
really committed, which heals the difference either way: no orphan, whatever happens to us or to the transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.clients.rows import Found
from shared.errors import Conflict, Misconfigured, MissingReference, Rejected, Transient
from shared.mapping.direction import Direction
from shared.mapping.model import Operation, Side
from shared.mapping.shape import ANY_TABLE, Shape
from shared.store.message import Hint, WorkMessage
from shared.sync import assembly, lookups, pairing, permission, release, times
from shared.sync.dataverse_events import ExecutionContext, Reference, reasons
from shared.sync.outcome import Kind, Outcome
from shared.sync.services import Services
from shared.sync.sides import FinanceRows


async def apply_blocking(services: Services, direction: Direction, context: ExecutionContext) -> Outcome:
    """Write what the user is about to commit. Any error of shared.errors fails the save; Transient past the budget."""
    if direction.map.two_way or direction.target is not Side.FINANCE or direction.by_package:
        raise Misconfigured(
            f"{direction.name} cannot block a save: only maps that go from Dataverse to Finance alone, row by row, can.",
            remedy=f"Take {direction.map.id} out of BLOCKING_MAPS.",
        )
    try:
        async with asyncio.timeout(services.policy.blocking_budget):
            return await _apply(services, direction, context)
    except TimeoutError as late:
        raise Transient(f"{direction.name}: Finance did not answer within the time that a save may take.") from late


async def _apply(services: Services, direction: Direction, context: ExecutionContext) -> Outcome:
    row = None if context.hint is Hint.DELETE else await _row_of(services, direction, context)
    if row is not None and not direction.applies(row):
        return Outcome(Kind.FILTERED)
    await _enqueue_verify(services, direction, context)
    try:
        if row is None:
            return await _delete(services, direction, context.key)
        return await _write(services, direction, context.key, row)
    except Conflict as conflict:
        raise Transient(f"{direction.name}: the row in Finance changed at the same moment.") from conflict


async def _enqueue_verify(services: Services, direction: Direction, context: ExecutionContext) -> None:
    message = WorkMessage(
        direction=direction.name,
        key=context.key,
        hint=Hint.VERIFY,
        correlation=str(context.correlation),
        first_seen=services.now(),
    )
    await services.queue.send(message, delay=services.policy.verify_delay)


async def _write(services: Services, direction: Direction, key: str, row: Mapping[str, Any]) -> Outcome:
    wanted = direction.translate(row)
    paired = pairing.ToFinance(services, direction)
    known = await paired.remembered(key)
    pair, finance_key = await paired.pair(key, known, Found(row, ""), wanted)
    target = FinanceRows(services.finance, direction.map, direction.finance_columns)
    there = await target.read(finance_key)
    current = None if there is None else direction.current(there.row)
    # What must wait goes over with the verify, or when what it waits for has come.
    await release.hold(services, direction, pair, wanted, current)
    changed = direction.differences(wanted, current)
    if there is not None:
        changed = {name: value for name, value in changed.items() if name not in direction.map.finance.identity}
    columns = direction.encode(changed, key).plain
    if there is None:
        await assembly.require_predecessors(services, direction, row, wanted)
    if there is None or columns:
        _require(direction, "create" if there is None else "update", key)
    try:
        if there is None:
            await target.create(finance_key, {**direction.constants, **columns})
        elif columns:
            await target.update(finance_key, there, columns)
    except MissingReference as refusal:
        raise await lookups.explain(services, direction, wanted, refusal) or refusal from refusal
    kind = Kind.CREATED if there is None else Kind.UPDATED if columns else Kind.UNCHANGED
    return Outcome(kind, finance_key=finance_key, columns=tuple(changed))


async def _delete(services: Services, direction: Direction, key: str) -> Outcome:
    paired = pairing.ToFinance(services, direction)
    link = await paired.remembered(key)
    if link is None or await paired.other_owner(key, link) is not None:
        return Outcome(Kind.UNCHANGED)
    target = FinanceRows(services.finance, direction.map, direction.finance_columns)
    target_key = paired.target_of(link)
    there = await target.read(target_key)
    if there is not None:
        _require(direction, "delete", key)
        await target.delete(target_key, there)
    return Outcome(Kind.DELETED, finance_key=target_key)


def _require(direction: Direction, operation: Operation, key: str) -> None:
    permission.require(direction.map, operation, direction.target, where=f"{direction.name}, row {key}")


async def _row_of(services: Services, direction: Direction, context: ExecutionContext) -> dict[str, Any]:
    """Make the row as a read would give it of the post image; what lookups point at is committed and can be read."""
    image = next((named.value for named in context.post_images if named.key != "AsynchronousStepPrimaryName"), None)
    if image is None:
        raise Rejected(
            f"{direction.name}: the event carries no post image, so the row inside the transaction is not known.",
            remedy="Register the blocking step with a post image of the mapped columns.",
        )
    attributes = {pair.key: pair.value for pair in image.attributes}
    # An attribute that is registered for an image and missing in it is null: the platform leaves empty columns out.
    row = {column: _plain(attributes.get(column)) for column in direction.shape.columns}
    row[direction.map.dataverse.row_id] = context.key
    row |= {f"_{column}_value": row[column] for column in direction.map.needs}
    for column, targets in direction.shape.lookups.items():
        reference = _reference(direction, column, attributes.get(column))
        row[column] = None if reference is None else await _looked_up(services, reference, targets)
    return row


def _reference(direction: Direction, column: str, value: Any) -> Reference | None:
    try:
        return None if value is None else Reference.model_validate(value)
    except ValidationError as error:
        raise Rejected(
            f"{direction.name}: the post image's {column} is no reference to a row.",
            reason=reasons(error),
            column=column,
        ) from None


async def _looked_up(services: Services, reference: Reference, targets: Mapping[str, Shape]) -> dict[str, Any] | None:
    shape = targets.get(reference.table) or targets.get(ANY_TABLE)
    if shape is None:
        return None
    found = await services.dataverse.read(reference.table, str(reference.row_id), shape)
    return None if found is None else {**found.row, "@table": reference.table}


def _plain(value: Any) -> Any:
    """Undo the DataContract encoding of choices, amounts and times."""
    if isinstance(value, dict):
        return value.get("Value", value.get("Id"))
    return times.plain(value)
