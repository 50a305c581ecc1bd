"""docs/maps.md: made of the declarations, current, and saying what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.cli.map_document import document
from shared.cli.map_notes import remarks
from shared.cli.map_section import section
from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import default, text, values
from shared.maps.catalogue import catalogue, declared
from tests.cli.conftest import Run

DOCUMENT = Path(__file__).parents[2] / "docs" / "maps.md"

CONNECTIONS = TableMap(
    "connections",
    label="Connections",
    version="1.0.0.0",
    finance=FinanceEntity(
        "", key=("dataAreaId", "Number"), entity="ConnectionEntity", match=("dataAreaId", "Id"), package="Connections"
    ),
    dataverse=DataverseTable(
        "connection",
        "connections",
        key=("number", "company.cdm_companycode"),
        company="company.cdm_companycode",
        lookups={
            "company": lookup("cdm_company"),
            "vendor": lookup("account", company="company.cdm_companycode", company_from="Buyer", brought_by="vendors"),
        },
        guard="Only plug-ins may write here.",
    ),
    dataverse_filter="skip eq false",
    rows=(
        Row("Number", "<", "number", text(20), "schema"),
        Row("Stage", "<", "statecode", values({0: "Open"}, unpaired=(7, "Lost")), "documented", owner=Side.DATAVERSE),
        Row("Vendor", "<", "vendor.accountnumber", text(), off="Nobody knows"),
        Row("Kind", "<", None, default("a|b")),
    ),
    writes={Side.FINANCE: ("create", "update")},
    waits_for="the columns are not published",
)


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(declared()), "run: python -m shared.cli maps document"


def test_the_same_declarations_in_another_order_make_the_same_document() -> None:
    assert document(reversed(list(declared()))) == document(declared())


def test_every_map_is_in_the_index_in_the_run_order_and_has_a_section() -> None:
    text_of_all = document(declared())
    for name, table_map in catalogue().maps.items():
        assert f"| [`{name}`](#{name}) | {table_map.label} |" in text_of_all
        assert f"{catalogue().run_order.index(name) + 1}. [`{name}`](#{name})\n" in text_of_all
        assert text_of_all.count(f"\n### `{name}`\n") == 1


def test_what_looks_like_html_is_shown_and_not_obeyed() -> None:
    module, units = next(each for each in declared() if each[1].id == "units")
    guarded = replace(units, dataverse=replace(units.dataverse, guard="Name it (units:<table>), `<b>` and all."))
    assert "| Name it (units:&lt;table>), `<b>` and all. |" in document([(module, guarded)])


def test_every_row_of_a_map_is_a_line_of_its_section() -> None:
    for name, table_map in catalogue().maps.items():
        lines = "\n".join(section(table_map, (), "", ())).splitlines()
        start = lines.index("| Finance | way | Dataverse | transform | from | remark |") + 2
        assert len([line for line in lines[start:] if line.startswith("|")]) == len(table_map.all_rows), name


@pytest.mark.parametrize(
    "line",
    [
        "**Connections**, version 1.0.0.0: `connections_to_finance`.",
        "> Does not run by itself: the columns are not published.",
        "| rows of | `Connections` by data package, entity `ConnectionEntity` | `connection`, set `connections` |",
        "| key | `dataAreaId`, `Number` | `number`, `company.cdm_companycode` |",
        "| found by | `dataAreaId`, `Id` |  |",
        "| only rows with |  | `skip eq false` |",
        "| the app may | create, update | read |",
        "| if refused |  | Only plug-ins may write here. |",
        "- Company: rows belong to the company in `company.cdm_companycode`.",
        "- Needs: [`legal_entities`](#legal_entities), [`vendors`](#vendors).",
        "- `vendor` points into the company in `Buyer`.",
        "- `vendor` points at `account`, whose rows [`vendors`](#vendors) brings.",
        "| `Number` | `<` | `number` | `text(20)` | schema |  |",
        "| `Stage` | `<` | `statecode` | `values(0 ↔ Open)` | documented | Dataverse wins. Without a counterpart: `7`, `Lost` |",
        "| `Vendor` | `<` | `vendor.accountnumber` | `text` | inferred | Off: Nobody knows |",
        "| `Kind` | `<` |  | `default(a\\|b)` | inferred |  |",
        "- `Stage`: a remark",
    ],
)
def test_a_section_says_all_that_is_declared(line: str) -> None:
    needs = {"vendors", "legal_entities"}
    assert line in list(section(CONNECTIONS, needs, "About it.", ["`Stage`: a remark"]))


SOURCE = """
#: As quoted in an error text,
#: to be edited.
TERMS = values({1: "Net 30"})

MAP = TableMap(
    # Work based.
    dataverse_filter="ordertype eq 1",
    rows=(
        #   Finance       way  Dataverse   transform
        Row("Name",       "<", "name",     text(60), "schema"),
        # Finance keeps six decimals.
        Row("Sequence",   "<", "sequence", decimal(6), "schema"),  # beside, so not a remark
        # A rate is kept.
        Row(None,         ">", "rate",     default(1), "schema"),
        # Not published, so not mapped: Status,
        # TimeType.
    ),
)
"""


def test_a_remark_is_told_with_the_row_or_name_it_speaks_of() -> None:
    assert list(remarks(SOURCE)) == [
        "`TERMS`: As quoted in an error text, to be edited.",
        "`dataverse_filter`: Work based.",
        "`Sequence`: Finance keeps six decimals.",
        "`rate`: A rate is kept.",
        "Not published, so not mapped: Status, TimeType.",
    ]


def test_the_command_writes_the_document_and_tells_whether_it_is_current(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "docs" / "maps.md"
    assert run("maps", "document", str(path), "--check").exit_code == 1
    assert run("maps", "document", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8") == DOCUMENT.read_text(encoding="utf-8")
    assert run("maps", "document", str(path), "--check").exit_code == 0
    path.write_text(path.read_text(encoding="utf-8") + "\nby hand\n", encoding="utf-8")
    stale = run("maps", "document", str(path), "--check")
    assert stale.exit_code == 1
    assert "is not current: python -m shared.cli maps document" in stale.stderr
