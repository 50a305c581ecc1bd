"""What a Finance data entity is made of: columns, enums, keys and references, all of it data.

The entities themselves are declared in `entities/`. Names, types, enum members and keys follow the public OData
metadata of a Finance environment; lengths follow the extended data types as commonly known, labels those that Infolog
texts show. Whatever the platform's documents leave open is said where it is declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property

#: What a column holds: text and enum symbols as str, whole numbers as int, reals as Decimal, times as their wire text.
Value = str | int | Decimal

NO_DATE = "1900-01-01T12:00:00Z"
NO_TIME = "1900-01-01T00:00:00Z"
NO_GUID = "00000000-0000-0000-0000-000000000000"


class Kind(Enum):
    """The types of entity columns that OData shows."""

    TEXT = auto()
    WHOLE = auto()
    WHOLE64 = auto()
    REAL = auto()
    ENUM = auto()
    DATE = auto()
    TIME = auto()  # utcdatetime
    GUID = auto()  # held in lower case


@dataclass(frozen=True, slots=True)
class EnumType:
    """An X++ enum: symbols travel, numbers stay inside (and show in data events)."""

    name: str
    members: Mapping[str, int]

    @property
    def default(self) -> str:
        """The symbol of the lowest number: what an unset column holds."""
        return min(self.members, key=lambda symbol: self.members[symbol])


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an entity."""

    name: str
    kind: Kind
    size: int = 0
    enum: EnumType | None = None
    label: str = ""
    mandatory: bool = False
    default: str = ""
    sequence: str = ""  # a number sequence fills it when it is empty on create

    @property
    def empty(self) -> Value:
        """What Finance stores and sends for "no value": never null."""
        match self.kind:
            case Kind.TEXT:
                return ""
            case Kind.WHOLE | Kind.WHOLE64:
                return 0
            case Kind.REAL:
                return Decimal(0)
            case Kind.DATE:
                return NO_DATE
            case Kind.TIME:
                return NO_TIME
            case Kind.GUID:
                return NO_GUID
            case Kind.ENUM:
                assert self.enum is not None
                return self.enum.default


class OnDelete(Enum):
    """What the delete of a row does to those that refer to it."""

    RESTRICT = auto()
    CASCADE = auto()
    CLEAR = auto()


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that must name a row of another collection; an empty first column refers to nothing.

    Company-specific targets are looked for in the row's own company. `targets` are the key columns of the target that
    `columns` stand for, in the target's key order and without the company.
    """

    columns: tuple[str, ...]
    collection: str
    on_delete: OnDelete = OnDelete.RESTRICT
    #: Holds only for rows with this value in this column.
    only_if: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Where an entity without rows of its own takes them: what it shows of a row of another collection, or nothing."""

    collection: str
    shown: Callable[[Mapping[str, Value]], Mapping[str, Value] | None]


@dataclass(frozen=True, eq=False)
class Entity:
    """One data entity, as its public collection."""

    collection: str
    public: str
    aot: str
    label: str
    number: int
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    references: tuple[Reference, ...] = ()
    #: How many (recVersion, RecId) pairs its ETag holds, one per data source.
    data_sources: int = 1
    read_only: bool = False
    #: Public in OData. One that is not exists for data management only: packages know it, `/data` does not.
    in_odata: bool = True
    #: Further columns by which rows are found.
    found_by: tuple[str, ...] = ()
    view: View | None = None
    rec_id_start: int = field(default=5637144576)

    @cached_property
    def per_company(self) -> bool:
        return "dataAreaId" in self.columns

    @cached_property
    def initial(self) -> Mapping[str, Value]:
        """What a new row holds before anything is set."""
        return {name: column.default or column.empty for name, column in self.columns.items()}

    @cached_property
    def numbered(self) -> tuple[Column, ...]:
        """The columns that a number sequence fills."""
        return tuple(column for column in self.columns.values() if column.sequence)

    @cached_property
    def own_key(self) -> tuple[str, ...]:
        """The key without the company."""
        return tuple(name for name in self.key if name != "dataAreaId")

    @cached_property
    def indexed(self) -> frozenset[str]:
        """The columns worth an index: keys, references, and what rows are found by."""
        referring = {name for reference in self.references for name in reference.columns}
        return frozenset(self.key) | referring | frozenset(self.found_by)

    @property
    def logical_name(self) -> str:
        """The name of its virtual table in Dataverse."""
        return f"mserp_{self.aot.lower()}"


def entity(
    collection: str,
    public: str,
    aot: str,
    *columns: Column | Iterable[Column],
    label: str,
    number: int,
    key: tuple[str, ...],
    references: tuple[Reference, ...] = (),
    data_sources: int = 1,
    read_only: bool = False,
    in_odata: bool = True,
    found_by: tuple[str, ...] = (),
    view: View | None = None,
) -> Entity:
    """Declare an entity; a key that begins with dataAreaId makes it company-specific."""
    flat: list[Column] = []
    if key[0] == "dataAreaId":
        flat.append(Column("dataAreaId", Kind.TEXT, 4, label="Company", mandatory=True))
        references = (Reference(("dataAreaId",), "LegalEntities"), *references)
    flat += [each for item in columns for each in ([item] if isinstance(item, Column) else item)]
    named = {column.name: column for column in flat}
    missing = {*key, *found_by, *(name for reference in references for name in reference.columns)} - named.keys()
    if missing or len(named) != len(flat):
        raise ValueError(f"{collection}: columns missing {sorted(missing)} or declared twice.")
    return Entity(
        collection,
        public,
        aot,
        label,
        number,
        key,
        named,
        references,
        data_sources,
        read_only,
        in_odata,
        found_by,
        view,
    )


def text(
    name: str, size: int, label: str = "", *, mandatory: bool = False, default: str = "", sequence: str = ""
) -> Column:
    """Declare a text column of at most `size` characters."""
    return Column(
        name, Kind.TEXT, size, label=label or spoken(name), mandatory=mandatory, default=default, sequence=sequence
    )


def texts(size: int, *names: str) -> Iterator[Column]:
    """Declare text columns that differ by name only."""
    return (text(name, size) for name in names)


def choice(name: str, kind: EnumType, label: str = "", *, default: str = "") -> Column:
    """Declare an enum column."""
    return Column(name, Kind.ENUM, enum=kind, label=label or spoken(name), default=default)


def whole(name: str, *, mandatory: bool = False) -> Column:
    """Declare a 32-bit integer column."""
    return Column(name, Kind.WHOLE, label=spoken(name), mandatory=mandatory)


def wholes(*names: str) -> Iterator[Column]:
    """Declare 32-bit integer columns."""
    return (whole(name) for name in names)


def whole64(name: str) -> Column:
    """Declare a 64-bit integer column."""
    return Column(name, Kind.WHOLE64, label=spoken(name))


def wholes64(*names: str) -> Iterator[Column]:
    """Declare 64-bit integer columns."""
    return (whole64(name) for name in names)


def guid(name: str, *, mandatory: bool = False) -> Column:
    """Declare a GUID column; without a value it holds zeros."""
    return Column(name, Kind.GUID, label=spoken(name), mandatory=mandatory)


def guids(*names: str) -> Iterator[Column]:
    """Declare GUID columns."""
    return (guid(name) for name in names)


def reals(*names: str) -> Iterator[Column]:
    """Declare real columns: numeric(32,6)."""
    return (Column(name, Kind.REAL, label=spoken(name)) for name in names)


def dates(*names: str) -> Iterator[Column]:
    """Declare date columns: noon UTC on the wire."""
    return (Column(name, Kind.DATE, label=spoken(name)) for name in names)


def times(*names: str) -> Iterator[Column]:
    """Declare utcdatetime columns."""
    return (Column(name, Kind.TIME, label=spoken(name)) for name in names)


def spoken(name: str) -> str:
    """Make a label of a column name, as `CustomerGroupId` → "Customer group"."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+", name.partition("_")[0]) or [name]
    if len(words) > 1 and words[-1].lower() == "id":
        words.pop()
    return " ".join([words[0], *(word if word.isupper() and len(word) > 1 else word.lower() for word in words[1:])])
