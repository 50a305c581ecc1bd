"""Error records as live sync and packages leave them: owner, cause and remedy, known or by their class."""

from __future__ import annotations

import pytest

from shared.errors import Owner
from shared.store.error_records import ErrorStatus
from shared.sync.sweep import sweep
from tests.sync.office import Office
from tests.sync.packed import CONTRACTS, pack
from tests.sync.stage import Stage

ACTUALS_OUT, ACTUALS_BACK = "actuals_to_finance", "actuals_to_dataverse"
PROJECTS, CATEGORIES = "projects_to_finance", "expense_categories_to_dataverse"


async def test_a_refusal_that_is_known_is_recorded_with_its_owner_and_remedy() -> None:
    office = await Office().open()
    await office.forms.does("POST", "setup", {"company": "uspm", "line_properties": {"Chargeable": "CHARGE"}})
    actual = await office.worked()
    await office.heard(ACTUALS_OUT, actual["msdyn_actualid"])
    (record,) = await office.errors()
    assert (record.error_class, record.status) == ("Rejected", ErrorStatus.OPEN)
    assert "Line property Not available doesn't exist." in record.reason
    assert record.owner is Owner.CONSULTANT
    assert record.cause == "Finance has no line property for the billing type of the actual."
    assert "Billing type defaults" in record.remedy


async def test_what_a_map_says_of_its_guard_is_kept_beside_the_known_cause() -> None:
    office = await Office().open()
    office.world.dataverse.settings.actual_guard = "closed"
    actual = await office.worked()
    await office.heard(ACTUALS_OUT, actual["msdyn_actualid"])
    await office.post()
    await office.heard(ACTUALS_BACK, f"uspm|{actual['msdyn_actualimportid']}")
    (record,) = await office.errors()
    assert (record.error_class, record.owner) == ("Refused", Owner.ADMINISTRATOR)
    assert record.cause == "Dataverse lets only dual-write write what accounting made of an actual."
    assert "the values are kept there, under the actual's id" in record.remedy


async def test_a_refusal_that_nobody_knows_has_the_owner_of_its_class(stage: Stage) -> None:
    stage.world.finance.faults.add(method="POST", path="ProjectsV2", status=403)
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    record = await stage.error(PROJECTS, row_id)
    assert (record.error_class, record.owner) == ("Refused", Owner.ADMINISTRATOR)
    assert record.cause == "The app's identity may not do this."
    assert record.remedy.startswith("Check that the client id is listed"), "the client's own remedy is more specific"


async def test_trouble_that_may_pass_is_the_administrators_and_is_tried_on(stage: Stage) -> None:
    stage.world.finance.faults.add(path="ProjectsV2", status=503)
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id, seconds=2000)
    record = await stage.error(PROJECTS, row_id)
    assert (record.error_class, record.status) == ("Transient", ErrorStatus.RETRYING)
    assert (record.owner, record.cause) == (Owner.ADMINISTRATOR, "It failed at every try, in ways that may pass.")
    assert record.remedy.startswith("Nothing by hand: it is tried on.")


async def test_a_value_without_a_counterpart_is_a_matter_of_set_up(stage: Stage) -> None:
    named = {"CostType": "TCN-7-4", "TransactionCategoryId": "TCN-7", "ExpType": "Personal"}
    key = stage.posted("ProjExpenseCategoriesExport", dataAreaId="usmf", **named)
    await stage.heard(CATEGORIES, key)
    record = await stage.error(CATEGORIES, key)
    assert (record.error_class, record.owner) == ("Rejected", Owner.CONSULTANT)
    assert record.cause == "The row as it stands cannot go over."
    assert record.remedy


@pytest.mark.parametrize("by_package", [False, True])
async def test_a_value_that_finance_misses_is_explained_alike_by_row_and_by_package(
    stage: Stage, *, by_package: bool
) -> None:
    if by_package:
        pack(stage, "contracts", "projects")
    await stage.remove_finance("PaymentTerms", Name="Net 60")
    row_id = await stage.contract("ORD-2", paymenttermscode=4)
    await stage.heard(CONTRACTS, row_id, seconds=240)
    record = await stage.error(CONTRACTS, row_id)
    assert "is not found in the related table 'Terms of payment'" in record.reason
    assert record.owner is Owner.CONSULTANT
    assert record.cause == "The row names a value that Finance does not hold, and no map brings it."
    assert record.remedy.startswith("Create the value in Finance, in the table that is named")


async def test_a_package_that_finance_will_not_begin_is_recorded_with_an_owner(stage: Stage) -> None:
    pack(stage, "contracts", "projects", package="An entity that is not there")
    await stage.heard(CONTRACTS, await stage.contract(), seconds=90)
    record = await stage.error(CONTRACTS, "package:usmf")
    assert (record.owner, record.status, record.is_of_a_row) == (Owner.CONSULTANT, ErrorStatus.RETRYING, False)
    assert "Check the entity in Finance's data management" in record.remedy
    assert "PACKAGE_COMPANY" in record.remedy


async def test_a_packed_row_that_waits_on_after_the_sweep_is_a_record_too(stage: Stage) -> None:
    pack(stage, "contracts", "projects")
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project, seconds=90)
    assert await stage.errors() == []
    stage.world.clock.advance(901)
    await sweep(stage.services)
    await stage.world.run(seconds=90)
    record = await stage.error(PROJECTS, project)
    assert (record.error_class, record.status, record.owner) == ("Parked", ErrorStatus.PARKED, Owner.CONSULTANT)
    assert "contracts usmf|ord-1" in record.message
    await stage.heard(CONTRACTS, contract, seconds=240)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.RESOLVED
