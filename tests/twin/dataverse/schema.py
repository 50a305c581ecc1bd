"""What a table of the twin consists of. Tables are data (package `tables`); this module only gives the words.

Names are logical names. A lookup's navigation property is what the Web API calls it in `$expand` and `@odata.bind`: the
schema name, often in mixed case, and one per target if the lookup is polymorphic (`customerid_account`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

ColumnType = Literal[
    "guid", "string", "memo", "integer", "bigint", "decimal", "double", "money", "boolean",
    "choice", "state", "status", "datetime", "date", "lookup", "owner",
]  # fmt: skip
#: What happens to the row that holds a lookup when the row it points at is deleted.
OnDelete = Literal["unlink", "cascade", "restrict"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `states` of a status column gives the state that each status belongs to."""

    name: str
    type: ColumnType
    length: int = 0
    precision: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    options: Mapping[int, str] = field(default_factory=dict)
    states: Mapping[int, int] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    navigation: str = ""
    polymorphic: bool = False
    on_delete: OnDelete = "unlink"
    default: Any = None
    read_only: bool = False
    create_only: bool = False
    write_only: bool = False
    #: The set of options that the column shares with others; empty: they are its own.
    global_set: str = ""

    @property
    def is_lookup(self) -> bool:
        return self.type in ("lookup", "owner")

    @property
    def property_name(self) -> str:
        """The name under which the Web API reads the column."""
        return f"_{self.name}_value" if self.is_lookup else self.name

    def navigations(self) -> dict[str, str]:
        """Return target table → navigation property."""
        if self.polymorphic:
            return {target: f"{self.navigation}_{target}" for target in self.targets}
        return dict.fromkeys(self.targets, self.navigation)


@dataclass(frozen=True)
class Table:
    """One table; `keys` are its alternate keys by name, `primary_name` the column shown to people."""

    name: str
    set_name: str
    columns: Mapping[str, Column]
    primary_id: str
    primary_name: str
    keys: Mapping[str, tuple[str, ...]]
    owned: bool
    change_tracking: bool
    #: Columns that rows are looked up by, apart from keys and lookups.
    finds: tuple[str, ...] = ()

    @cached_property
    def properties(self) -> dict[str, Column]:
        """Columns by the name the Web API reads them under."""
        return {column.property_name: column for column in self.columns.values() if not column.write_only}

    @cached_property
    def navigations(self) -> dict[str, tuple[Column, str]]:
        """Navigation property → lookup column and target table (the owner's target is the first of its two)."""
        found: dict[str, tuple[Column, str]] = {}
        for column in self.columns.values():
            for target, navigation in column.navigations().items():
                found.setdefault(navigation, (column, target))
        return found

    @cached_property
    def lookups(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns.values() if column.is_lookup)

    @cached_property
    def money(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns.values() if column.type == "money" and not column.read_only)

    @cached_property
    def company(self) -> str | None:
        """The lookup that says which legal entity a row belongs to."""
        names = (name for name in ("msdyn_company", "msdyn_owningcompany", "msdyn_companyid") if name in self.columns)
        return next(names, None)


def text(name: str, length: int = 100, **more: Any) -> Column:
    """Declare a single line of text; `length` in characters."""
    return Column(name, "string", length=length, **more)


def memo(name: str, length: int = 2000) -> Column:
    """Declare a text of several lines."""
    return Column(name, "memo", length=length)


def whole(name: str, minimum: int = -(2**31), maximum: int = 2**31 - 1, **more: Any) -> Column:
    """Declare a whole number."""
    return Column(name, "integer", minimum=Decimal(minimum), maximum=Decimal(maximum), **more)


def decimal(name: str, precision: int = 2, limit: int = 100_000_000_000, **more: Any) -> Column:
    """Declare a decimal number; `precision` is the number of decimals that are kept."""
    return Column(name, "decimal", precision=precision, minimum=Decimal(-limit), maximum=Decimal(limit), **more)


def double(name: str, precision: int = 5, limit: int = 100_000_000_000) -> Column:
    """Declare a floating point number."""
    return Column(name, "double", precision=precision, minimum=Decimal(-limit), maximum=Decimal(limit))


def money(name: str) -> Column:
    """Declare an amount; the row's currency decides its precision, and `<name>_base` comes with it."""
    return Column(
        name, "money", precision=4, minimum=Decimal(-922_337_203_685_477), maximum=Decimal(922_337_203_685_477)
    )


def yes_no(name: str, *, default: bool | None = False, **more: Any) -> Column:
    """Declare a yes/no column."""
    return Column(name, "boolean", default=default, options={0: "No", 1: "Yes"}, **more)


def choice(name: str, options: Mapping[int, str], default: int | None = None, *, global_set: str = "") -> Column:
    """Declare a choice; options by number, perhaps of a set that other columns use too."""
    return Column(name, "choice", options=options, default=default, global_set=global_set)


def when(name: str, **more: Any) -> Column:
    """Declare a date and time (behaviour UserLocal)."""
    return Column(name, "datetime", **more)


def day(name: str) -> Column:
    """Declare a date without a time (behaviour DateOnly)."""
    return Column(name, "date")


def lookup(name: str, *targets: str, navigation: str = "", polymorphic: bool = False, **more: Any) -> Column:
    """Declare a lookup; `navigation` is its schema name where that differs from the logical name."""
    return Column(
        name,
        "lookup",
        targets=targets,
        navigation=navigation or name,
        polymorphic=polymorphic or len(targets) > 1,
        **more,
    )


ACTIVE_INACTIVE = {0: "Active", 1: "Inactive"}
_ACTIVE = ({1: "Active", 2: "Inactive"}, {1: 0, 2: 1})


def state(options: Mapping[int, str], statuses: Mapping[int, tuple[int, str]]) -> tuple[Column, Column]:
    """Declare statecode and statuscode; `statuses` gives each status its state and label, defaults first."""
    labels = {number: label for number, (_, label) in statuses.items()}
    states = {number: of for number, (of, _) in statuses.items()}
    return (
        Column("statecode", "state", options=options, default=next(iter(options))),
        Column("statuscode", "status", options=labels, states=states),
    )


def table(
    name: str,
    *columns: Column,
    plural: str = "",
    primary_id: str = "",
    primary_name: str = "msdyn_name",
    keys: Iterable[tuple[str, ...]] = (),
    owned: bool = True,
    change_tracking: bool = True,
    finds: tuple[str, ...] = (),
) -> Table:
    """Declare a table; the platform's own columns are added."""
    identity = primary_id or f"{name}id"
    declared = {column.name: column for column in columns}
    every = {identity: Column(identity, "guid", create_only=True), **_system_columns(owned=owned)}
    if any(column.type == "money" for column in columns):
        every |= {column.name: column for column in _currency_columns(columns)}
    every |= declared
    named = {f"{name}_key{number or ''}": key for number, key in enumerate(keys)}
    return Table(name, plural or f"{name}s", every, identity, primary_name, named, owned, change_tracking, finds)


def _system_columns(*, owned: bool) -> dict[str, Column]:
    labels, states = _ACTIVE
    columns = [
        when("createdon", read_only=True),
        when("modifiedon", read_only=True),
        lookup("createdby", "systemuser", read_only=True),
        lookup("modifiedby", "systemuser", read_only=True),
        lookup("modifiedonbehalfby", "systemuser", read_only=True),
        when("overriddencreatedon", create_only=True),
        Column("versionnumber", "bigint", read_only=True),
        Column("statecode", "state", options=ACTIVE_INACTIVE, default=0),
        Column("statuscode", "status", options=labels, states=states),
    ]
    if owned:
        columns += [
            Column("ownerid", "owner", targets=("systemuser", "team"), navigation="ownerid"),
            lookup("owningbusinessunit", "businessunit", read_only=True),
            lookup("owninguser", "systemuser", read_only=True),
            lookup("owningteam", "team", read_only=True),
        ]
    return {column.name: column for column in columns}


def _currency_columns(columns: Iterable[Column]) -> list[Column]:
    bases = [
        Column(f"{column.name}_base", "money", precision=4, read_only=True)
        for column in columns
        if column.type == "money"
    ]
    return [
        lookup("transactioncurrencyid", "transactioncurrency", on_delete="restrict"),
        decimal("exchangerate", precision=10, read_only=True),
        *bases,
    ]


class Schema:
    """All tables, by logical name and by set name."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables: dict[str, Table] = {}
        for each in tables:
            if self.tables.setdefault(each.name, each) is not each:
                raise ValueError(f"Table {each.name} is declared twice.")
        self.by_set = {table.set_name: table for table in self.tables.values()}
        self._referrers: dict[str, list[tuple[Table, Column]]] = {}
        for each in self.tables.values():
            for column in each.lookups:
                for target in column.targets:
                    self._referrers.setdefault(target, []).append((each, column))

    def referrers(self, table: str) -> list[tuple[Table, Column]]:
        """Return the lookups that may point at rows of this table."""
        return self._referrers.get(table, [])
