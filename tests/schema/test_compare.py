"""The comparison where the twins' metadata shows too little of it: entities of data packages, lengths, likeness, names."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared.clients.metadata import ACTIVE, Attribute, Collection, DataEntity, Metadata, Property, Table
from shared.clients.rows import TableSchema
from shared.mapping import transforms
from shared.mapping.model import DataverseTable, FinanceEntity, Operation, Row, Side, TableMap
from shared.mapping.transforms import default, guid, text, values
from shared.schema import types
from shared.schema.compare import compare
from shared.schema.findings import Kind, MapReport
from shared.schema.options import alike


def a_map(
    *rows: Row, finance: FinanceEntity | None = None, may: tuple[Operation, ...] = ("create", "update")
) -> TableMap:
    return TableMap(
        "things",
        label="Things",
        version="1.0.0.0",
        finance=finance or FinanceEntity("Things", key=("Id",), entity="ThingEntity"),
        dataverse=DataverseTable("thing", "things", key=("number",)),
        rows=(Row("Id", "=", "number", text(10)), *rows),
        writes=dict.fromkeys(Side, may),
    )


def a_table(*attributes: Attribute) -> Table:
    number = Attribute("number", "String", creatable=True, updatable=True, length=10)
    there = {each.name: each for each in (number, *attributes)}
    schema = TableSchema("thing", "things", "thingid", {}, change_tracking=True)
    return Table(schema, there, {frozenset({"number"}): ACTIVE})


def metadata(*attributes: Attribute, enums: Mapping[str, tuple[str, ...]] | None = None, **columns: str) -> Metadata:
    types_of = {"Id": "Edm.String", **columns}
    there = {name: Property(name, typed, editable=name != "Id") for name, typed in types_of.items()}
    return Metadata(
        tables={"thing": a_table(*attributes)},
        collections={"Things": Collection("Things", ("Id",), there, read_only=False)},
        enums=enums or {},
    )


def kinds(report: MapReport) -> list[Kind]:
    return [finding.kind for finding in report.findings]


PACKAGE = FinanceEntity("", key=("Id",), entity="ThingEntity", package="Things")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ({}, [Kind.ENTITY]),
        ({"ThingEntity": DataEntity("ThingEntity", "", in_packages=False)}, [Kind.ENTITY]),
        ({"ThingEntity": DataEntity("ThingEntity", "", in_packages=True)}, []),
    ],
)
def test_an_entity_without_a_collection_is_looked_for_by_name_only(
    listed: dict[str, DataEntity], expected: list[Kind]
) -> None:
    report = compare(a_map(finance=PACKAGE), Metadata(tables={"thing": a_table()}, entities=listed))
    assert kinds(report) == expected
    assert report.unknown == ("The columns of ThingEntity: it is not public, so Finance lists its name only.",)


@pytest.mark.parametrize(("length", "way", "expected"), [(29, "=", [Kind.LENGTH]), (30, "=", []), (29, "<", [])])
def test_a_text_must_have_room_in_dataverse_and_is_cut_towards_finance(
    length: int, way: str, expected: list[Kind]
) -> None:
    name = Attribute("name", "String", creatable=True, updatable=True, length=length)
    row = Row("Name", way, "name", text(30))  # type: ignore[arg-type]  # one of the three
    assert kinds(compare(a_map(row), metadata(name, Name="Edm.String"))) == expected


@pytest.mark.parametrize(("length", "expected"), [(35, [Kind.LENGTH]), (36, [])])
def test_an_id_in_a_text_column_has_room_for_it(length: int, expected: list[Kind]) -> None:
    key = Attribute("key", "String", creatable=True, updatable=True, length=length)
    assert kinds(compare(a_map(Row("Key", ">", "key", guid())), metadata(key, Key="Edm.Guid"))) == expected


def test_a_constant_has_room_too() -> None:
    origin = Attribute("origin", "String", creatable=True, updatable=False, length=5)
    assert kinds(compare(a_map(Row(None, ">", "origin", default("Finance"))), metadata(origin))) == [Kind.LENGTH]


def test_a_constant_of_finance_is_of_its_columns_type_and_a_member_of_its_enum() -> None:
    enums = {"Party": ("Person", "Organization")}
    for constant, typed, expected in (
        ("Organization", "Party", []),
        ("Team", "Party", [Kind.MEMBER]),
        ("Team", "Edm.Int32", [Kind.TYPE]),
        (3, "Edm.String", [Kind.TYPE]),
        (3, "Edm.Decimal", []),
    ):
        report = compare(a_map(Row("Kind", "<", None, default(constant))), metadata(enums=enums, Kind=typed))
        assert kinds(report) == expected, (constant, typed)


@pytest.mark.parametrize(("may", "expected"), [(("create", "update"), [Kind.READ_ONLY]), (("create",), [])])
def test_a_column_that_can_only_be_set_at_first_suits_a_map_that_only_creates(
    may: tuple[Operation, ...], expected: list[Kind]
) -> None:
    fixed = Attribute("fixed", "String", creatable=True, updatable=False, length=10)
    row = Row("Fixed", ">", "fixed", text(10))
    assert kinds(compare(a_map(row, may=may), metadata(fixed, Fixed="Edm.String"))) == expected


def test_an_enum_that_is_only_read_is_text_like_any_other() -> None:
    shown = Attribute("shown", "String", creatable=True, updatable=True, length=10)
    enums = {"Class": ("Time", "Mass")}
    for way, expected in ((">", []), ("<", [Kind.TYPE])):
        row = Row("Class", way, "shown", text(10))  # type: ignore[arg-type]  # one of the three
        assert kinds(compare(a_map(row), metadata(shown, enums=enums, Class="Class"))) == expected


def test_finances_nothing_and_further_symbols_are_counterparts_and_must_be_there() -> None:
    choice = Attribute("choice", "Picklist", creatable=True, updatable=True, options={1: "Open"})
    chosen = values({1: "Open"}, empty="NotSpecified", also={"Opened": 1})
    row = Row("Choice", "=", "choice", chosen, "documented")
    for members, expected in (
        (("NotSpecified", "Open", "Opened"), []),
        (("NotSpecified", "Open"), [Kind.MEMBER]),
        (("Open", "Opened"), [Kind.MEMBER]),
        (("NotSpecified", "Open", "Opened", "Shut"), [Kind.UNPAIRED]),
    ):
        report = compare(a_map(row), metadata(choice, enums={"Choice": members}, Choice="Choice"))
        assert kinds(report) == expected, members


def test_what_is_known_to_have_no_counterpart_is_not_reported_again() -> None:
    choice = Attribute("choice", "Picklist", creatable=True, updatable=True, options={1: "Open", 2: "Lost"})
    row = Row("Choice", "=", "choice", values({1: "Open"}, unpaired=(2, "shut")))
    enums = {"Choice": ("Open", "Shut")}
    assert kinds(compare(a_map(row), metadata(choice, enums=enums, Choice="Choice"))) == []


def test_a_map_that_does_not_run_fails_nothing_whatever_is_found() -> None:
    report = compare(a_map(), Metadata(), off="it waits")
    assert kinds(report) == [Kind.ENTITY, Kind.TABLE]
    assert report.differences == ()


def test_every_transform_says_which_types_it_is_made_for() -> None:
    made = vars(transforms).items()
    makers = {name for name, each in made if getattr(each, "__annotations__", {}).get("return") == "Transform"}
    assert "default" in makers
    assert makers - {"default"} == types.FINANCE.keys() == types.DATAVERSE.keys()


@pytest.mark.parametrize(
    ("label", "symbol", "expected"),
    [
        ("Time and Material", "TAndM", True),
        ("Time and Material", "TimeMaterial", True),
        ("Fixed Price", "LumpSum", False),
        ("2% 10, Net 30", "2% 10, Net 30", True),
        ("On hold", "Never", False),
    ],
)
def test_a_label_is_like_its_pair_if_the_letters_of_one_are_in_the_other(
    label: str, symbol: str, expected: bool
) -> None:
    assert alike(label, symbol) is alike(symbol, label) is expected
