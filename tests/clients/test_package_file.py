"""A data package as bytes: what is in the zip, and that the twin reads back what was written."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clients.package_file import PackageFile
from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.packages.contents import read_package, read_rows

NS = "{http://schemas.microsoft.com/dynamics/2015/01/DataManagement}"
PROJECTS = ENTITIES["ProjectsV2"]
ROW: dict[str, Any] = {
    "ProjectId": "PRJ-1",
    "ProjectName": "Quai « Nord », 2ème tranche",
    "ProjectStage": "InProcess",
    "ProjectedStartDate": "2026-09-15T12:00:00Z",
    "ProjectedEndDate": "1900-01-01T12:00:00Z",
    "TotalPlannedEffortInHours": Decimal("12.50"),
}
MOMENTS = frozenset({"ProjectedStartDate", "ProjectedEndDate"})


def package(*rows: dict[str, Any], entity: str = PROJECTS.label) -> PackageFile:
    return PackageFile("Sync & co", entity, tuple(rows[0]), rows, MOMENTS)


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_package_holds_a_manifest_a_header_and_one_file() -> None:
    assert list(files(package(ROW).to_bytes())) == ["Manifest.xml", "PackageHeader.xml", "Projects.csv"]


def test_the_file_is_utf_8_with_names_in_capitals_en_us_numbers_and_utc_times() -> None:
    assert files(package(ROW).to_bytes())["Projects.csv"].decode() == (
        "PROJECTID,PROJECTNAME,PROJECTSTAGE,PROJECTEDSTARTDATE,PROJECTEDENDDATE,TOTALPLANNEDEFFORTINHOURS\r\n"
        'PRJ-1,"Quai « Nord », 2ème tranche",InProcess,2026-09-15 12:00:00,,12.50\r\n'
    )


def test_the_manifest_maps_every_column_and_escapes_names() -> None:
    root = ET.fromstring(files(package(ROW).to_bytes())["Manifest.xml"])  # noqa: S314 our own
    assert root.findtext(f"{NS}DefinitionGroupName") == "Sync & co"
    (entity,) = root.findall(f"{NS}PackageEntityList/{NS}DataManagementPackageEntityData")
    assert entity.findtext(f"{NS}EntityName") == "Projects"
    assert entity.findtext(f"{NS}InputFilePath") == "Projects.csv"
    maps = entity.findall(f"{NS}EntityMapList/{NS}EntityMap")
    assert [each.findtext(f"{NS}EntityField") for each in maps] == [name.upper() for name in ROW]
    assert [each.findtext(f"{NS}XMLField") for each in maps] == [name.upper() for name in ROW]


def test_the_same_rows_give_the_same_bytes() -> None:
    assert package(ROW).to_bytes() == package(dict(ROW)).to_bytes()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.000001"), "-0.000001"),
        (0, "0"),
        (None, '""'),
        ("", '""'),
        ("one\ntwo", '"one\r\ntwo"'),
        ("one\rtwo", '"one\r\ntwo"'),
        ('say "no"', '"say ""no"""'),
        ("2026-09-15T12:00:00Z", "2026-09-15T12:00:00Z"),
    ],
)
def test_a_value_is_written_as_data_management_reads_it(value: Any, written: str) -> None:
    """A text that looks like a moment stays as it is; a line of one empty value is quoted, or it would be no line."""
    text = files(PackageFile("p", "E", ("Column",), [{"Column": value}]).to_bytes())["E.csv"].decode()
    assert text == f"COLUMN\r\n{written}\r\n"


def test_a_file_has_a_name_that_any_archive_takes() -> None:
    assert list(files(package(ROW, entity="Sales/orders: all*").to_bytes()))[2] == "Salesorders all.csv"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=20)


@given(st.lists(st.tuples(TEXTS, st.decimals(-(10**9), 10**9, places=4)), min_size=1, max_size=5))
def test_what_is_written_is_read_back(rows: list[tuple[str, Decimal]]) -> None:
    written = [
        {"ProjectId": f"P-{n}", "ProjectName": text, "TotalPlannedEffortInHours": number}
        for n, (text, number) in enumerate(rows)
    ]
    contents = read_package(package(*written).to_bytes(), [PROJECTS])
    read = read_rows(contents)
    assert [row["ProjectName"] for row in read] == [text for text, _ in rows]
    assert [Decimal(row["TotalPlannedEffortInHours"]) for row in read] == [number for _, number in rows]


def test_lines_end_as_on_windows_whatever_is_in_them() -> None:
    text = files(package(ROW, {**ROW, "ProjectName": "a\nb"}).to_bytes())["Projects.csv"].decode()
    assert "\n" not in text.replace("\r\n", "")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 3
