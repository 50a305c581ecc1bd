"""Which types of column a transform is made for, on either side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

#: Transform → types of Finance's OData service; ENUM stands for any enum, which is a type of its own there.
ENUM = "an enum"
FINANCE: dict[str, frozenset[str]] = {
    "text": frozenset({"Edm.String"}),
    "company": frozenset({"Edm.String"}),
    "guid": frozenset({"Edm.Guid", "Edm.String"}),
    "integer": frozenset({"Edm.Int16", "Edm.Int32", "Edm.Int64"}),
    "decimal": frozenset({"Edm.Decimal", "Edm.Double"}),
    "money": frozenset({"Edm.Decimal", "Edm.Double"}),
    "yes_no": frozenset({ENUM}),
    "either": frozenset({"Edm.String"}),
    "values": frozenset({ENUM, "Edm.String"}),
    "date_only": frozenset({"Edm.DateTimeOffset", "Edm.Date"}),
    "date_time": frozenset({"Edm.DateTimeOffset"}),
}

#: Transform → types of Dataverse columns.
DATAVERSE: dict[str, frozenset[str]] = {
    "text": frozenset({"String", "Memo", "Uniqueidentifier"}),
    "company": frozenset({"String"}),
    "guid": frozenset({"Uniqueidentifier", "String"}),
    # Where Finance has an integer for it, the number of an option travels as it is.
    "integer": frozenset({"Integer", "BigInt", "Picklist", "State", "Status"}),
    "decimal": frozenset({"Decimal", "Double"}),
    "money": frozenset({"Money"}),
    "yes_no": frozenset({"Boolean"}),
    "either": frozenset({"Boolean"}),
    "values": frozenset({"Picklist", "State", "Status"}),
    "date_only": frozenset({"DateTime", "DateOnly"}),
    "date_time": frozenset({"DateTime"}),
}

LOOKUPS = frozenset({"Lookup", "Customer", "Owner"})


def of_constant(constant: Any, either: dict[str, frozenset[str]]) -> frozenset[str]:
    """Give the types that take a constant."""
    match constant:
        case bool():
            names: tuple[str, ...] = ("yes_no",)
        case int():
            names = ("integer", "decimal", "money", *(("values",) if either is DATAVERSE else ()))
        case Decimal():
            names = ("decimal", "money")
        case _:
            names = ("text", "guid", "date_time", *(("values",) if either is FINANCE else ()))
    return frozenset().union(*(either[name] for name in names))


def spoken(types: frozenset[str]) -> str:
    """Name types for a person."""
    return " or ".join(sorted(types))
