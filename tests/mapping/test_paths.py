"""Dataverse paths: dual-write's notation, and what is wrong with what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mapping import paths
from tests.mapping import strategies as raw

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True)


def test_a_column_of_the_row_itself() -> None:
    path = paths.parse("msdyn_subject")
    assert (path.lookup, path.lookups, path.column) == (None, (), "msdyn_subject")


def test_a_column_two_lookups_away() -> None:
    path = paths.parse("msdyn_project.msdyn_owningcompany.cdm_companycode")
    assert path.lookup == "msdyn_project"
    assert path.lookups == ("msdyn_project", "msdyn_owningcompany")
    assert path.column == "cdm_companycode"


def test_a_lookup_with_several_targets_has_a_column_for_each_in_lower_case() -> None:
    path = paths.parse("customerid.Account(accountnumber).Contact(msdyn_contactpersonid)")
    assert path.lookup == "customerid"
    assert path.alternatives == {"account": "accountnumber", "contact": "msdyn_contactpersonid"}


@pytest.mark.parametrize(
    "written",
    [
        "", ".", "a.", ".a", "a..b", "a b", "a/b", "a.b c", "customerid.Account(", "customerid.Account()",
        "customerid.Account(accountnumber)x", "customerid.Account(accountnumber).Contact", "Account(accountnumber)",
        "customerid.Account(a).Account(b)", "customerid.Account(a).ACCOUNT(b)", "a.b.Account(c)",
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused_and_quoted(written: str) -> None:
    with pytest.raises(ValueError, match=r"name of a column|expected lookup") as refusal:
        paths.parse(written)
    assert repr(written) in str(refusal.value)


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_segments_come_back_in_their_order(names: list[str]) -> None:
    path = paths.parse(".".join(names))
    assert [*path.lookups, path.column] == names


@given(st.lists(NAMES, min_size=1, max_size=4), raw.JSON)
def test_a_value_is_found_where_its_path_leads(names: list[str], value: Any) -> None:
    row: Any = value
    for name in reversed(names):
        row = {name: row}
    assert paths.getter(paths.parse(".".join(names)))(row) == value


@pytest.mark.parametrize(
    "row", [{}, {"a": None}, {"a": {}}, {"a": {"b": None}}, {"a": {"b": {}}}, {"a": {"b": {"c": None}}}]
)
def test_a_lookup_that_is_not_set_reads_as_nothing(row: dict[str, Any]) -> None:
    assert paths.getter(paths.parse("a.b.c"))(row) is None


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ({"@table": "account", "accountnumber": "C-1"}, "C-1"),
        ({"@table": "contact", "msdyn_contactpersonid": "P-1"}, "P-1"),
        ({"@table": "team", "name": "T"}, None),
        ({"accountnumber": "C-1"}, None),
        (None, None),
    ],
)
def test_the_column_of_the_table_that_is_pointed_at_is_read(target: Any, value: str | None) -> None:
    path = paths.parse("customerid.Account(accountnumber).Contact(msdyn_contactpersonid)")
    assert paths.getter(path)({"customerid": target}) == value
    assert paths.getter(path)({}) is None
