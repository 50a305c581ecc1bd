"""What a coroutine will do next, as one comparable value: its frames and their variables.

A process that waits at a gate is a chain of coroutines. Where each of them stands and what its variables hold decides, with
the world around it, all that it will do. Two processes with equal frames have equal futures, however differently they came
there: that is why this is a better measure than what a process has seen, of which it has forgotten most.

Versions (ETags) are compared for equality only, and never come back. So a version is either the one that its row has now, or
stale, and which stale one it is makes no difference; Finance's also tell the record id, which is kept.

What cannot be looked into (an asynchronous generator, an object of an unknown type) makes the whole fall back upon what
the process has seen. That is finer than needed, never coarser.

Left out are the frames of the twins, the storage and the HTTP stand-in: a process waits in them before anything was learned
there, and what they were called with stands in the frames above. A value that an expression has awaited while it still
awaits another one is in no variable; it comes from the frame's own variables wherever the app does that.
"""

from __future__ import annotations

import asyncio
import dataclasses
import types
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from shared.clients.dataverse import DataverseClient
from shared.clients.finance import FinanceClient, rec_id
from shared.clients.rows import Found
from shared.mapping.direction import Direction
from shared.mapping.merge import TwoWay
from shared.mapping.model import TableMap
from shared.store.links import Link
from shared.store.message import WorkMessage
from shared.sync.services import Services

How = Callable[[Any, "Present"], Hashable]


class Opaque(Exception):
    """Something that cannot be looked into."""


class Present:
    """The versions that rows have now."""

    def __init__(self, rows: Collection[str], links: Mapping[tuple[str, str], str]) -> None:
        self._rows = rows
        self._links = links
        #: By identity: the same object stands in the variables of many frames. All are held by them meanwhile.
        self.frozen: dict[int, Hashable] = {}

    def version(self, text: str) -> Hashable:
        """Current or stale, and the record id if it tells one."""
        return ("version", text in self._rows, rec_id(text))

    def link(self, link: Link) -> Hashable:
        """Whether a link is as it is stored."""
        return self._links.get((link.map, link.dataverse_id.lower())) == link.etag


def position(task: asyncio.Task[Any], present: Present) -> Hashable:
    """Where a task stands, all coroutines below it included; Opaque if that cannot be told."""
    if task.done():
        return ("done", task.exception() is None and freeze(task.result(), present))
    below = getattr(task._fut_waiter, "_children", ())  # type: ignore[attr-defined]  # what the task waits for
    return (tuple(_frames(task.get_coro(), present)), tuple(position(child, present) for child in below))


def _frames(awaited: Any, present: Present) -> Iterator[Hashable]:
    while isinstance(awaited, types.CoroutineType):
        if awaited.cr_frame is not None and "/shared/" in awaited.cr_code.co_filename:
            yield _frame(awaited.cr_frame, present)
        awaited = awaited.cr_await
    if awaited is not None and type(awaited).__name__ != "FutureIter":
        raise Opaque(type(awaited).__name__)


def _frame(frame: types.FrameType, present: Present) -> Hashable:
    variables = frame.f_locals
    code = frame.f_code
    return (
        code.co_qualname,
        frame.f_lasti,
        tuple((name, freeze(variables[name], present)) for name in sorted(variables)),
    )


def freeze(value: Any, present: Present) -> Hashable:
    """Give a value in a form that compares by content."""
    return _HOW.get(type(value), _freeze_object)(value, present)


def _plainly(value: Any, present: Present) -> Hashable:
    del present
    return value  # type: ignore[no-any-return]  # all plain types are hashable


def _text(value: str, present: Present) -> Hashable:
    return present.version(value) if value.startswith('W/"') and len(value) > _LONGEST_OF_STORAGE else value


def _pairs(value: Mapping[Any, Any], present: Present) -> Hashable:
    return tuple([(key, freeze(each, present)) for key, each in value.items()])


def _items(value: Any, present: Present) -> Hashable:
    return tuple([freeze(each, present) for each in value])


def _in_any_order(value: Any, present: Present) -> Hashable:
    return tuple(sorted((freeze(each, present) for each in value), key=repr))


def _once(how: How) -> How:
    def freeze_once(value: Any, present: Present) -> Hashable:
        known = present.frozen.get(id(value))
        if known is None:
            known = present.frozen[id(value)] = how(value, present)
        return known

    return freeze_once


@_once
def _a_link(value: Link, present: Present) -> Hashable:
    lease = (value.lease_owner, value.lease_until)
    kept = (value.finance_key, value.rec_id, *lease, value.indexed_key, value.indexed_rec_id)
    said = (freeze(value.base, present), freeze(value.former, present), freeze(value.announced, present))
    return ("Link", value.map, value.dataverse_id, present.link(value), kept, said)


@_once
def _a_found_row(value: Found, present: Present) -> Hashable:
    return ("Found", freeze(value.row, present), present.version(value.version))


def _by_name(value: Any, present: Present) -> Hashable:
    del present
    return (type(value).__name__, getattr(value, "name", getattr(value, "__qualname__", "")))


@_once
def _freeze_object(value: Any, present: Present) -> Hashable:
    if isinstance(value, Enum):
        return (type(value).__name__, value.value)
    if isinstance(value, BaseException):
        return (type(value).__name__, str(value))
    if isinstance(value, Mapping):
        return _pairs(value, present)
    if isinstance(value, tuple):
        return _items(value, present)
    if dataclasses.is_dataclass(value):
        fields = ((f.name, freeze(getattr(value, f.name), present)) for f in dataclasses.fields(value))
        return (type(value).__name__, *fields)
    if type(value).__module__.startswith("shared.sync"):
        return (type(value).__name__, _pairs(vars(value), present))
    if type(value).__module__.startswith(("shared.", "tests.", "httpx")):
        return type(value).__name__
    raise Opaque(type(value).__name__)


def _a_message(value: WorkMessage, present: Present) -> Hashable:
    del present
    return (value.direction, value.key, value.hint, value.attempts, value.waiting_since)


#: Longer texts that look like versions are of a side's rows; those of our own storage are compared as they are.
_LONGEST_OF_STORAGE = 9

_HOW: dict[type, How] = {
    **dict.fromkeys((int, float, bool, Decimal, date, datetime, bytes, type(None), type), _plainly),
    **dict.fromkeys((dict, types.MappingProxyType), _pairs),
    **dict.fromkeys((list, tuple), _items),
    **dict.fromkeys((set, frozenset), _in_any_order),
    # The same in every play: their names say all.
    **dict.fromkeys((Services, Direction, TwoWay, TableMap, DataverseClient, FinanceClient), _by_name),
    **dict.fromkeys((types.FunctionType, types.MethodType), _by_name),
    str: _text,
    Link: _a_link,
    Found: _a_found_row,
    WorkMessage: _a_message,
}
