"""References: which row of which map a lookup points at, so that a missing one can be waited for by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Missing, Rejected
from shared.mapping import keys
from shared.mapping.direction import Direction, LookupGroup
from shared.mapping.model import COMPANY, TableMap
from shared.mapping.values import Value, as_text


@dataclass(frozen=True, slots=True)
class Reference:
    """A lookup of a direction, the map that brings the rows it points at, and where that row's Finance key comes from."""

    group: LookupGroup
    parent: TableMap | None
    #: Row names of this direction that give the parts of the parent's key, in its order.
    parts: tuple[str, ...]

    def is_set(self, values: Mapping[str, Value]) -> bool:
        """Whether the row points anywhere at all."""
        return any(values.get(name) for name in self.group.rows)

    def missing(self, values: Mapping[str, Value]) -> Missing:
        """Name the row pointed at, for the case that it is not there."""
        name = self.parent.id if self.parent is not None else self.group.lookup.tables[0]
        return Missing(name, keys.join(as_text(values.get(part)) or "" for part in self.parts).casefold())

    def finance_values(self, values: Mapping[str, Value]) -> dict[str, str | int] | None:
        """Give the Finance columns that find the row pointed at; None if no map says which entity it lives in."""
        if self.parent is None:
            return None
        try:
            return keys.parse(self.parent, keys.join(as_text(values.get(part)) or "" for part in self.parts))
        except Rejected:
            return None


def reference(direction: Direction, group: LookupGroup, parent: TableMap | None) -> Reference:
    """Work out how the rows of a lookup, and same-named columns of the row itself, make up the parent's key."""
    if parent is None or _is_passed_through(group, parent):
        company = (group.lookup.company_from,) if group.lookup.company and direction.map.finance.has_company else ()
        return Reference(group, None, (*company, *group.rows))
    if group.lookup.named_by:
        return Reference(group, parent, group.lookup.named_by)
    identity = parent.finance.identity
    if group.lookup.brought_by:
        named = iter(group.rows)
        return Reference(group, parent, tuple(_company(group) if c == COMPANY else next(named) for c in identity))
    by_path = {inner: name for name, inner in group.rows.items()}
    declared = {row.name: row.dataverse for row in parent.all_rows if row.finance}
    parts = ((by_path.get(str(declared.get(column))), column) for column in identity)
    return Reference(group, parent, tuple(part or _same_named(column, group) for part, column in parts))


def _is_passed_through(group: LookupGroup, parent: TableMap) -> bool:
    """Whether all paths go on to other rows: then nothing names the row in between, unless these make up its own key."""
    inner_paths = set(group.rows.values())
    return all("." in inner and "(" not in inner for inner in inner_paths) and not inner_paths >= {
        *parent.dataverse.key
    }


def _same_named(column: str, group: LookupGroup) -> str:
    """Name the row that gives a part which no path of the lookup gives: of a polymorphic lookup its one row for all targets."""
    if column == COMPANY:
        return _company(group)
    only = next(iter(group.rows))
    return only if "(" in group.rows[only] else column


def _company(group: LookupGroup) -> str:
    return group.lookup.company_from
