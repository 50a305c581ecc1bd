"""Targets that keep changing what was written: reported per column, and not fought for ever."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.errors import Rejected
from shared.mapping.direction import direction_of
from shared.mapping.model import Side
from shared.maps.setup.projects import PROJECTS as MAP
from shared.sync.stubborn import refuse_to_fight, remember
from tests.sync.stage import Stage

PROJECTS = "projects_to_finance"
DIRECTION = direction_of(MAP, Side.FINANCE)


async def spoil(stage: Stage, row_id: str) -> None:
    """Something in Finance sets the name again, after each of our writes."""
    await stage.edit_finance("ProjectsV2", {"ProjectId": "PRJ-1"}, ProjectName="SET BY FINANCE")
    await stage.heard(PROJECTS, row_id)


async def test_a_column_that_finance_sets_back_each_time_is_written_twice_and_then_reported(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    stage.forget()
    for _ in range(4):
        await spoil(stage, row_id)
    assert len(stage.to_finance.writes) == 1
    record = await stage.error(PROJECTS, row_id)
    assert (record.error_class, record.column) == ("Rejected", "ProjectName")
    assert "keeps changing ProjectName" in record.message
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "SET BY FINANCE"


async def test_a_new_value_is_tried_again(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    for _ in range(3):
        await spoil(stage, row_id)
    await stage.project(msdyn_subject="Another name")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Another name"
    assert await stage.errors() == []


async def test_other_columns_still_go_over(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    for _ in range(3):
        await spoil(stage, row_id)
    await stage.project(msdyn_description="Phase two")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["Description"] == "Phase two"


def test_how_often_a_value_was_written_is_counted_per_column_and_value() -> None:
    once = remember({"ProjectName": "Crane", "TotalPlannedEffortInHours": Decimal("8.00")}, None)
    assert once == {"ProjectName": "1:Crane", "TotalPlannedEffortInHours": "1:8"}
    twice = remember({"ProjectName": "Crane"}, once)
    assert twice == {"ProjectName": "2:Crane", "TotalPlannedEffortInHours": "1:8"}
    assert remember({"ProjectName": "Bridge"}, twice)["ProjectName"] == "1:Bridge"


def test_only_when_all_that_differs_was_written_often_enough_is_it_refused() -> None:
    written = {"ProjectName": "2:Crane", "Description": "1:Refit"}
    refuse_to_fight(DIRECTION, "key", {}, written)
    refuse_to_fight(DIRECTION, "key", {"ProjectName": "Crane", "Description": "Refit"}, written)
    refuse_to_fight(DIRECTION, "key", {"ProjectName": "Bridge"}, written)
    with pytest.raises(Rejected, match="keeps changing ProjectName") as refused:
        refuse_to_fight(DIRECTION, "key", {"ProjectName": "Crane"}, written)
    assert refused.value.column == "ProjectName"


def test_a_value_with_a_colon_and_an_empty_one_are_counted_right() -> None:
    written = remember({"ProjectName": "12:30"}, remember({"ProjectName": "12:30"}, None))
    assert written == {"ProjectName": "2:12:30"}
    empty = remember({"Description": None}, None)
    assert remember({"Description": None}, empty) == {"Description": "2:"}
