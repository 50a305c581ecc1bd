"""What a map does not let the app do ends as an error record that says so, and nothing is written."""

from __future__ import annotations

from dataclasses import replace

from shared.mapping.catalogue import Catalogue
from shared.mapping.model import Operation, Side
from shared.maps.catalogue import catalogue
from shared.store.message import Hint
from tests.sync.stage import Stage, id_of


def let(stage: Stage, map_id: str, side: Side, *operations: Operation) -> None:
    """From now on the map lets the app do only this to rows of a side."""
    maps = (
        replace(each, writes={side: operations}) if each.id == map_id else each for each in catalogue().maps.values()
    )
    stage.services = stage.world.services = replace(stage.services, catalogue=Catalogue(maps))


async def test_a_row_that_may_not_be_created_is_an_error_and_goes_over_once_it_is_there(stage: Stage) -> None:
    let(stage, "projects", Side.FINANCE, "update")
    row_id = await stage.project()
    await stage.heard("projects_to_finance", row_id)
    record = await stage.error("projects_to_finance", row_id)
    assert record.error_class == "Rejected"
    assert record.message == (
        f"projects_to_finance, row {row_id}: rows of ProjectsV2 are not created in Finance by the integration."
    )
    assert "Make the row in Finance itself" in record.remedy
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    body = {"dataAreaId": "usmf", "ProjectId": "PRJ-1", "ProjectName": "Made by hand"}
    await stage.world.in_finance.does("POST", "ProjectsV2", body)
    await stage.heard("projects_to_finance", row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"
    assert await stage.errors() == []


async def test_a_row_that_may_not_be_changed_is_an_error_and_stays_as_it_is(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard("projects_to_finance", row_id)
    let(stage, "projects", Side.FINANCE, "create")
    await stage.project(msdyn_subject="Another crane")
    await stage.heard("projects_to_finance", row_id)
    assert "are not changed in Finance" in (await stage.error("projects_to_finance", row_id)).message
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"
    await stage.project(msdyn_subject="Harbour crane refit")
    await stage.heard("projects_to_finance", row_id)
    assert await stage.errors() == []


async def test_a_row_that_may_not_be_deleted_is_an_error_and_stays(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard("projects_to_finance", row_id)
    let(stage, "projects", Side.FINANCE, "create", "update")
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard("projects_to_finance", row_id, Hint.DELETE)
    record = await stage.error("projects_to_finance", row_id)
    assert "are not deleted in Finance" in record.message
    assert "Delete it in Finance itself" in record.remedy
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    await stage.remove_finance("ProjectsV2", ProjectId="PRJ-1")
    await stage.heard("projects_to_finance", row_id, Hint.DELETE)
    assert await stage.errors() == []


async def test_of_a_two_way_pair_no_half_is_made_or_deleted_that_the_map_does_not_let_us(settled: Stage) -> None:
    let(settled, "customers", Side.DATAVERSE, "update")
    key = await settled.finance_customer("F-1")
    await settled.heard("customers_to_dataverse", key)
    assert (
        "rows of account are not created in Dataverse" in (await settled.error("customers_to_dataverse", key)).message
    )
    await settled.remove_finance("CustomersV3", CustomerAccount="C-1")
    await settled.heard("customers_to_dataverse", "usmf|C-1", Hint.DELETE)
    assert "are not deleted in Dataverse" in (await settled.error("customers_to_dataverse", "usmf|C-1")).message
    assert settled.held("account", "C-1") is not None
    assert settled.held("account", id_of("F-1")) is None


async def test_of_a_two_way_pair_one_side_takes_its_due_although_the_other_may_not_be_changed(settled: Stage) -> None:
    let(settled, "customers", Side.FINANCE, "create")
    await settled.edit_finance("CustomersV3", {"CustomerAccount": "C-1"}, PrimaryContactPhone="1")
    row_id = await settled.customer(emailaddress1="ap@harbour.example")
    await settled.heard("customers_to_finance", row_id)
    assert (
        "rows of CustomersV3 are not changed in Finance"
        in (await settled.error("customers_to_finance", row_id)).message
    )
    held = settled.held("account", "C-1")
    assert held is not None
    assert held["telephone1"] == "1"
    assert settled.values("CustomersV3", "C-1")["PrimaryContactEmail"] == ""
