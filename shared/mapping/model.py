"""What a table map is: declarations that a consultant can read and a compiler can turn into functions.

The arrows are dual-write's own: `=` both ways, `>` Finance to Dataverse, `<` Dataverse to Finance. A dotted Dataverse
path is a lookup, resolved by value; it names the table, and so the map, that brings the row it points at: run order
and parking follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Literal, get_args

from shared.mapping import paths
from shared.mapping.documents import Assembly, Release
from shared.mapping.transforms import Transform, company, text

Way = Literal["=", ">", "<"]

#: What can be done to a row of a side.
Operation = Literal["create", "update", "delete"]
OPERATIONS: tuple[Operation, ...] = ("create", "update", "delete")

#: Where a row comes from: printed or pictured by Microsoft for this map; both names exist and mean the same; our guess.
Provenance = Literal["documented", "schema", "inferred"]


class Side(StrEnum):
    """One of the two systems."""

    FINANCE = "finance"
    DATAVERSE = "dataverse"

    @property
    def other(self) -> Side:
        """The side across."""
        return Side.DATAVERSE if self is Side.FINANCE else Side.FINANCE


@dataclass(frozen=True, slots=True)
class Row:
    """A column pair. `finance` or `dataverse` is None in a constant row, whose transform is a `default`."""

    finance: str | None
    way: Way
    dataverse: str | None
    transform: Transform = field(default_factory=text)
    provenance: Provenance = "inferred"
    #: Who wins when both sides changed a two-way column; None: the map's owner.
    owner: Side | None = None
    #: Why the row is declared but not run, e.g. because its pairs are not published. Empty: it runs.
    off: str = ""
    #: The Finance column that speaks where `finance` is empty, of a row towards Dataverse.
    otherwise: str = ""
    #: Given by the map to all but one of the rows that read the same Finance column.
    alias: str = ""

    def __post_init__(self) -> None:
        """Refuse what only a misprint can be, and what would leave the row out without a word; ValueError."""
        for word, known in ((self.way, get_args(Way)), (self.provenance, get_args(Provenance))):
            if word not in known:
                raise ValueError(f"row {self.name}: {word!r} is none of {', '.join(known)}")

    @property
    def name(self) -> str:
        """The row's name in differences, bases and errors: the Finance column, or the Dataverse path of a constant."""
        return self.alias or self.finance or self.dataverse or ""

    @property
    def is_constant(self) -> bool:
        """Whether one side is a constant."""
        return self.finance is None or self.dataverse is None

    def runs_towards(self, target: Side) -> bool:
        """Whether the row carries values towards `target`."""
        return not self.off and self.way in ("=", "<" if target is Side.FINANCE else ">")


@dataclass(frozen=True, slots=True)
class FinanceEntity:
    """A Finance data entity as OData shows it.

    `key` is the entity's own key in its order. Where Finance numbers the rows itself, `match` names the columns that
    a row is found by instead, so that a repeated create finds the first one. An entity without a public collection is
    written by data packages: `package` is its name there, and what it holds cannot be read.
    """

    collection: str
    key: tuple[str, ...]
    entity: str = ""
    match: tuple[str, ...] = ()
    package: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that name a row for us: `match` where it is given, else the key."""
        return self.match or self.key

    @property
    def has_company(self) -> bool:
        """Whether rows belong to a company (Finance: the key holds dataAreaId)."""
        return COMPANY in self.key


#: Finance's company column, spelled as its OData service spells it.
COMPANY = "dataAreaId"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup column's possible target tables, and the path to the company in them if they are company-specific.

    `company_from` is the Finance column that names the company of the row pointed at: the row's own, unless said
    otherwise. `brought_by` is the map that brings that row where it is not the one of the same table: vendors are
    looked up among accounts, which Dataverse itself makes of them. `named_by` are the rows that give the parts of that
    row's Finance key, in its order, where neither the paths nor equal names show it.
    """

    tables: tuple[str, ...]
    company: str | None = None
    company_from: str = COMPANY
    brought_by: str = ""
    named_by: tuple[str, ...] = ()


def lookup(
    *tables: str,
    company: str | None = None,
    company_from: str = COMPANY,
    brought_by: str = "",
    named_by: tuple[str, ...] = (),
) -> Lookup:
    """Declare a lookup column: `lookup("account", company="msdyn_company.cdm_companycode")`."""
    return Lookup(tables, company, company_from, brought_by, named_by)


@dataclass(frozen=True, slots=True)
class DataverseTable:
    """A Dataverse table: logical name, entity set, integration key (paths), path to the company, and its lookups that are mapped.

    Without an integration key its rows come from Finance alone, and the ids that we give them are the key.
    `guard` says what a person does when Dataverse lets no other program than its own write to the table.
    """

    table: str
    set: str
    key: tuple[str, ...]
    primary_key: str = ""
    company: str | None = None
    company_provenance: Provenance = "inferred"
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    guard: str = ""

    @property
    def row_id(self) -> str:
        """The primary key column: `<table>id` unless declared otherwise."""
        return self.primary_key or f"{self.table}id"


@dataclass(frozen=True, eq=False)
class TableMap:
    """One Finance entity, one Dataverse table, and the rows between them. Compared by identity: there is one of each."""

    id: str
    label: str
    #: The latest version of Microsoft's map that this one was compared with; empty where none is published.
    version: str
    finance: FinanceEntity
    dataverse: DataverseTable
    rows: tuple[Row, ...]
    #: OData filters, evaluated on each source row as read. Towards Finance, and towards Dataverse.
    dataverse_filter: str = ""
    finance_filter: str = ""
    #: Who wins when both sides changed a two-way column.
    owner: Side = Side.FINANCE
    #: Lookups that no row follows, but whose row must be in Finance before this one can be made there.
    needs: tuple[str, ...] = ()
    #: Maps that must come first although no lookup says so.
    after: tuple[str, ...] = ()
    #: Of a map of headers: how a system takes up the document, and so what must go last.
    release: Release | None = None
    assembly: Assembly | None = None
    #: What the app may do to rows of a side. Anything else ends as an error record and writes nothing.
    writes: Mapping[Side, tuple[Operation, ...]] = field(default_factory=dict)
    #: Why the map does not run by itself: what Microsoft has not published of it must come from a tenant's own map.
    waits_for: str = ""

    def __post_init__(self) -> None:
        """Refuse a lookup that is followed and not declared; ValueError."""
        written = (*(row.dataverse for row in self.rows), *self.dataverse.key, self.dataverse.company)
        followed = {path.partition(".")[0] for path in written if path and "." in path}
        if undeclared := sorted({*followed, *self.needs} - self.dataverse.lookups.keys()):
            raise ValueError(
                f"map {self.id}: {', '.join(undeclared)} is followed but not declared among the table's lookups"
            )

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that the map writes to."""
        return tuple(side for side in Side if any(r.runs_towards(side) and not r.is_constant for r in self.all_rows))

    @property
    def two_way(self) -> bool:
        """Whether changes travel both ways: then the pair is settled, not applied."""
        return len(self.sides) > 1

    def allows(self, operation: Operation, side: Side) -> bool:
        """Whether the app may do this to rows of `side`."""
        return operation in self.writes.get(side, OPERATIONS)

    @cached_property
    def all_rows(self) -> tuple[Row, ...]:
        """The declared rows, each under a name of its own, and the company row that dual-write leaves implicit."""
        rows = (*self._company_row(), *self.rows)
        if len({row.name for row in rows}) == len(rows):
            return rows
        plain = {row.name: row for row in reversed(rows)}
        plain |= {row.name: row for row in rows if row.dataverse in self.dataverse.key}
        return tuple(
            row if row is plain[row.name] else replace(row, alias=f"{row.name} ({row.dataverse})") for row in rows
        )

    def _company_row(self) -> tuple[Row, ...]:
        if not self.finance.has_company or self.dataverse.company is None:
            return ()
        ways = {row.way for row in self.rows if not row.is_constant}
        way: Way = ways.pop() if len(ways) == 1 else "="
        return (Row(COMPANY, way, self.dataverse.company, company(), self.dataverse.company_provenance),)

    def path_of(self, row: Row) -> paths.Path | None:
        """The parsed Dataverse path of a row."""
        return paths.parse(row.dataverse) if row.dataverse else None
