"""What to read of a Dataverse row, and how a lookup is written: the mapping's side of the client's contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Stands for the only table that a lookup can point at, where the declaration does not name it.
ANY_TABLE = "*"


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns to read, and for each lookup and possible target table the columns to read there. Logical names throughout."""

    columns: tuple[str, ...]
    lookups: Mapping[str, Mapping[str, Shape]] = field(default_factory=dict)

    def __hash__(self) -> int:
        # Cheap and true: equal shapes have equal columns. The client looks compiled queries up by shape on every read.
        return hash(self.columns)

    def union(self, other: Shape) -> Shape:
        """Give the shape that reads what either reads."""
        columns = tuple(dict.fromkeys((*self.columns, *other.columns)))
        return Shape(columns, _union_of_lookups(self.lookups, other.lookups))


def _union_of_lookups(
    one: Mapping[str, Mapping[str, Shape]], other: Mapping[str, Mapping[str, Shape]]
) -> dict[str, Mapping[str, Shape]]:
    nothing = Shape(())
    return {
        column: {
            table: one.get(column, {}).get(table, nothing).union(other.get(column, {}).get(table, nothing))
            for table in dict.fromkeys((*one.get(column, {}), *other.get(column, {})))
        }
        for column in dict.fromkeys((*one, *other))
    }


@dataclass(frozen=True, slots=True)
class Bind:
    """The value of a lookup to be written: the row it shall point at."""

    table: str
    row_id: str
