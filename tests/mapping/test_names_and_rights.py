"""Rows that read one Finance column twice, keys that Dataverse keeps nowhere, and what a map lets the app do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import Missing, Rejected
from shared.mapping import keys
from shared.mapping.catalogue import Catalogue
from shared.mapping.direction import direction_of
from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import guid
from shared.mapping.values import Unmatched
from shared.sync.permission import require
from tests.mapping.declared import OWNERS, to_dataverse

MOORINGS = TableMap(
    "moorings",
    label="Moorings",
    version="1",
    finance=FinanceEntity("Moorings", key=("MooringId", "Harbour")),
    dataverse=DataverseTable(
        "mooring",
        "moorings",
        key=("code",),
        lookups={
            "tenant": lookup("account", company="company.cdm_companycode", company_from="Harbour", brought_by="owners")
        },
    ),
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        Row("Code", ">", "name"),
        Row("Code", ">", "code"),
        Row("TenantId", ">", "tenant.accountnumber"),
        Row("Harbour", ">", "harbour"),
    ),
)
SOURCE = {"MooringId": "m 1", "Harbour": "usmf", "Code": "A-7", "TenantId": "O-1"}


def test_of_two_rows_that_read_one_finance_column_the_keys_row_keeps_its_name() -> None:
    direction = direction_of(MOORINGS, Side.DATAVERSE)
    values = direction.translate(SOURCE)
    assert values == {"Code (name)": "A-7", "Code": "A-7", "TenantId": "O-1", "Harbour": "usmf"}
    assert direction.encode({"Code (name)": "A-7", "Code": "A-7"}, "m 1").plain == {"name": "A-7", "code": "A-7"}
    assert direction.integration_key == ("Code",)


def test_a_map_whose_rows_read_each_column_once_keeps_the_rows_it_declares() -> None:
    assert OWNERS.all_rows[1:] == OWNERS.rows


def test_where_a_column_is_empty_another_speaks_for_it() -> None:
    direction = direction_of(
        replace(MOORINGS, rows=(*MOORINGS.rows, Row("Port", ">", "port", otherwise="Harbour"))), Side.DATAVERSE
    )
    assert "Port" in direction.finance_columns
    assert direction.translate({**SOURCE, "Port": ""})["Port"] == "usmf"
    assert direction.translate({**SOURCE, "Port": "gbpm"})["Port"] == "gbpm"
    assert isinstance(direction.translate({**SOURCE, "Port": 7})["Port"], Unmatched)


def test_a_key_column_that_dataverse_keeps_nowhere_is_a_text() -> None:
    key = keys.of_row(MOORINGS, SOURCE)
    assert key == "m 1|usmf"
    assert keys.parse(MOORINGS, key) == {"MooringId": "m 1", "Harbour": "usmf"}


def test_a_row_that_another_map_brings_is_named_by_that_maps_key_in_the_company_it_is_in() -> None:
    maps = Catalogue((MOORINGS, OWNERS))
    (tenant,) = maps.references(maps.direction("moorings_to_dataverse"))
    assert tenant.parent is OWNERS
    assert tenant.missing(direction_of(MOORINGS, Side.DATAVERSE).translate(SOURCE)) == Missing("owners", "usmf|o-1")
    assert maps.run_order == ("owners", "moorings")
    assert list(maps.dependants(OWNERS)) == []


def test_a_guid_key_is_compared_without_case_and_written_bare() -> None:
    entity = FinanceEntity("Moorings", key=("MooringId",))
    table_map = replace(MOORINGS, finance=entity, rows=(Row("MooringId", "=", "code", guid()),))
    key = keys.of_row(table_map, {"MooringId": "{7E2F0000-0000-4000-8000-00000000000A}"})
    assert key == "7e2f0000-0000-4000-8000-00000000000a"
    assert keys.parse(table_map, key.upper()) == {"MooringId": key}
    with pytest.raises(Rejected, match="is not a GUID"):
        keys.parse(table_map, "7e2f")


def test_what_a_map_does_not_let_the_app_do_is_refused_with_what_to_do_instead() -> None:
    require(MOORINGS, "update", Side.DATAVERSE, where="moorings_to_dataverse, row m 1")
    require(OWNERS, "delete", Side.FINANCE, where=to_dataverse(OWNERS).name)
    with pytest.raises(Rejected) as refused:
        require(MOORINGS, "delete", Side.DATAVERSE, where="moorings_to_dataverse, row m 1")
    assert "moorings_to_dataverse, row m 1: rows of mooring are not deleted in Dataverse" in refused.value.message
    assert "bring it back in Finance" in refused.value.remedy
