"""What the two environments say of themselves, as far as a map can disagree with them.

Names of types are each platform's own: `Picklist` and `Money` in Dataverse, `Edm.String` in Finance, where an enum's
type is the enum's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.clients.rows import TableSchema

#: The index status of an alternate key that Dataverse keeps and enforces.
ACTIVE = "Active"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of a Dataverse table. A date without a time has the type `DateOnly`, whatever the platform calls it."""

    name: str
    type: str
    creatable: bool
    updatable: bool
    length: int | None = None
    precision: int | None = None
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    targets: tuple[str, ...] = ()
    #: Labels by number.
    options: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A Dataverse table: its names and navigation properties, its columns, its alternate keys with their index status."""

    schema: TableSchema
    attributes: Mapping[str, Attribute]
    keys: Mapping[frozenset[str], str]


@dataclass(frozen=True, slots=True)
class Property:
    """A column of a Finance collection. Nothing in Finance's metadata tells how long a text may be."""

    name: str
    type: str
    editable: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """A public collection of Finance: its key in order, its columns, and whether it takes writes at all."""

    name: str
    key: tuple[str, ...]
    properties: Mapping[str, Property]
    read_only: bool


@dataclass(frozen=True, slots=True)
class DataEntity:
    """A Finance data entity as the list of data entities has it; `collection` is empty where it is not public."""

    name: str
    collection: str
    in_packages: bool


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was read of both environments, by name; None or absent: it is not there."""

    tables: Mapping[str, Table | None] = field(default_factory=dict)
    collections: Mapping[str, Collection] = field(default_factory=dict)
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    entities: Mapping[str, DataEntity] = field(default_factory=dict)
