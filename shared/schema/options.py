"""The pairs of a choice against the enum and the options that are there, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from shared.clients.metadata import Metadata
from shared.mapping.model import Row, Side, TableMap
from shared.schema.findings import Finding, Findings, Kind
from shared.schema.reach import Reached, Tables, reach

#: Answers to a question: no label of a choice need look like them.
_ANSWERS = frozenset({"yes", "no", "true", "false"})


def compare(table_map: TableMap, metadata: Metadata) -> Findings:
    """Find values without a counterpart, pairs that name what is not there, and labels that do not look like their pair."""
    for row in table_map.all_rows:
        if row.transform.kind != "values" or row.off:
            continue
        members = _members(table_map, row, metadata)
        if members is not None:
            yield from _enum(row, *members)
        for end in _choices(table_map, row, metadata.tables):
            yield from _choice(row, end)


def _members(table_map: TableMap, row: Row, metadata: Metadata) -> tuple[str, tuple[str, ...]] | None:
    """Give the enum of the row's Finance column; None for a code in a text column, whose values are each company's own."""
    collection = metadata.collections.get(table_map.finance.collection)
    found = collection.properties.get(str(row.finance)) if collection else None
    members = metadata.enums.get(found.type) if found else None
    return (found.type, members) if found and members is not None else None


def _choices(table_map: TableMap, row: Row, tables: Tables) -> Iterator[Reached]:
    if tables.get(table_map.dataverse.table) is not None:
        for end in reach(table_map, str(row.dataverse), row.name, tables):
            if isinstance(end, Reached) and end.attribute.options:
                yield end


def _enum(row: Row, name: str, members: tuple[str, ...]) -> Findings:
    there = {member.casefold(): member for member in members}
    transform = row.transform
    named = (*transform.pairs.values(), *transform.also, *filter(None, (transform.nothing,)))
    paired = {symbol.casefold(): symbol for symbol in named}
    for folded, symbol in paired.items():
        if folded not in there:
            yield Finding(Side.FINANCE, Kind.MEMBER, f"{name} has no member {symbol}.", row.name)
        elif symbol != there[folded] and symbol not in transform.also and row.runs_towards(Side.FINANCE):
            message = f"{name} spells {symbol} as {there[folded]}, and takes it in no other way."
            yield Finding(Side.FINANCE, Kind.MEMBER, message, row.name)
    if row.runs_towards(Side.DATAVERSE):
        known = {each.casefold() for each in transform.unpaired if isinstance(each, str)}
        for folded, member in there.items():
            if folded not in paired and folded not in known:
                message = f"{name}.{member} has no counterpart in {row.dataverse}."
                yield Finding(Side.FINANCE, Kind.UNPAIRED, message, row.name)


def _choice(row: Row, end: Reached) -> Findings:
    options, pairs = end.attribute.options, row.transform.pairs
    for number in pairs:
        if number not in options:
            message = f"{end.label} has no option {number}, which stands for {pairs[number]}."
            yield Finding(Side.DATAVERSE, Kind.OPTION, message, row.name)
    if row.runs_towards(Side.FINANCE):
        for number, label in options.items():
            if number not in pairs and number not in row.transform.unpaired:
                message = f"{end.label} {number} ({label}) has no counterpart in {row.finance}."
                yield Finding(Side.DATAVERSE, Kind.UNPAIRED, message, row.name)
    # What Microsoft prints needs no likeness.
    if row.provenance != "documented":
        yield from _labels(row, end.label, options)


def _labels(row: Row, column: str, options: Mapping[int, str]) -> Findings:
    for number, symbol in row.transform.pairs.items():
        label = options.get(number, "")
        if label and symbol.casefold() not in _ANSWERS and not alike(label, symbol):
            message = f"{column} {number} is called {label}, its pair in Finance {symbol}."
            yield Finding(Side.DATAVERSE, Kind.LABEL, message, row.name, hint=True)


def alike(label: str, symbol: str) -> bool:
    """Whether the letters of one are found in the other in their order: `TAndM` in Time and Material."""
    shorter, longer = sorted((_letters(label), _letters(symbol)), key=len)
    rest = iter(longer)
    return all(letter in rest for letter in shorter)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
