"""What accounting made of an actual, where Dataverse does not let the app write it; and actuals that Finance refuses."""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import accounted, actual, posted, sold_in_pounds
from tests.scenarios.consulting import COST, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.rehearsal import Rehearsal

BESIDE = "contoso_actualaccountings"
TO_FINANCE, TO_DATAVERSE = "actuals_to_finance", "actuals_to_dataverse"


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await sold_in_pounds(office)


async def guarded(office: Enterprise, guard: str) -> None:
    """Let Dataverse decide who may write what accounting made of an actual."""
    await office.dataverse_forms.does("POST", "settings", {"actual_guard": guard})


async def beside(office: Enterprise) -> dict[str, Row]:
    """The rows of the side table, by the id of the actual that they speak of."""
    return {row["contoso_actualaccountingid"]: row for row in await office.held(BESIDE)}


async def test_a6_a_write_back_that_dataverse_refuses_is_an_error_that_says_what_to_do(firm: Consulting) -> None:
    office = firm.office
    await guarded(office, "closed")
    await firm.approved(4)
    await posted(office)
    errors = await office.errors()
    staged = await office.kept("ProjActualsImports")
    assert {record.key for record in errors} == {f"uspm|{row['ActualsImportId']}" for row in staged}
    for record in errors:
        assert (record.direction, record.error_class) == (TO_DATAVERSE, "Refused")
        assert "Dual-write fields in actuals can only be updated via the dual-write process." in record.reason
        assert "SIDE_TABLES (actuals:<table>)" in record.remedy
    assert await accounted(office) == [(COST, None, None, None, None), (UNBILLED, None, None, None, None)]


async def test_a6_a_side_table_takes_what_dataverse_lets_nobody_write_and_the_errors_go(
    firm: Consulting, office: Rehearsal
) -> None:
    await guarded(office, "closed")
    await firm.approved(4)
    await posted(office)
    before = await office.held("msdyn_actuals")
    office.restart(SIDE_TABLES="actuals:contoso_actualaccounting")
    await office.catch_up(TO_DATAVERSE)
    rows = await beside(office)
    staged = {row["ActualId"]: row for row in await office.kept("ProjActualsImports")}
    assert rows.keys() == staged.keys()
    cost, sale = await actual(office, COST), await actual(office, UNBILLED)
    columns = ("contoso_accountingamount", "contoso_exchangerate", "contoso_salestaxamount", "contoso_vouchernumber")
    for row, amount, rate, tax in ((cost, 480, 1, None), (sale, 1250, 1.25, 200)):
        values = (amount, rate, tax, staged[row["msdyn_actualid"]]["VoucherNumber"])
        assert told([rows[row["msdyn_actualid"]]], *columns) == [values]
    assert await office.held("msdyn_actuals") == before
    assert await office.is_at_rest()


async def test_a6_with_a_side_table_from_the_start_nothing_is_refused(firm: Consulting, office: Rehearsal) -> None:
    office.restart(SIDE_TABLES="actuals:contoso_actualaccounting")
    await guarded(office, "closed")
    await firm.approved(4)
    await posted(office)
    assert sorted(row["contoso_accountingamount"] for row in (await beside(office)).values()) == [480, 1250]
    assert await accounted(office) == [(COST, None, None, None, None), (UNBILLED, None, None, None, None)]
    assert await office.is_at_rest()


async def test_a6_where_everybody_may_write_the_values_they_come_back_like_any_others(firm: Consulting) -> None:
    office = firm.office
    await guarded(office, "open")
    await firm.approved(4)
    await posted(office)
    assert [row[1:3] for row in await accounted(office)] == [(480, 1), (1250, 1.25)]
    assert await office.held(BESIDE) == []
    assert await office.is_at_rest()


async def test_a4_an_actual_that_finance_has_no_line_property_for_is_an_error_until_there_is_one(
    firm: Consulting,
) -> None:
    office = firm.office
    known = {"Chargeable": "CHARGE", "NonChargeable": "NOCHARGE"}
    await office.set_up("uspm", line_properties=known)
    await firm.project("PRJ-2")
    await firm.approved(4, project="PRJ-2")
    (cost,) = await office.held("msdyn_actuals")
    assert await office.kept("ProjActualsImports") == []
    (record,) = await office.errors()
    assert (record.direction, record.key, record.error_class) == (TO_FINANCE, cost["msdyn_actualid"], "Rejected")
    assert record.reason.endswith(
        "Line property Not available doesn't exist. "
        "validateWrite failed on data source 'ProjCDSActualsImport (ProjCDSActualsImport)'."
    )
    await office.set_up("uspm", line_properties={**known, "NotAvailable": "NA"})
    await office.act("msdyn_SyncActuals", Targets=[firm.target("msdyn_actual", cost["msdyn_actualid"])])
    await office.travel(seconds=120)
    assert told(await office.kept("ProjActualsImports"), "ProjectId", "Amount") == [("PRJ-2", 480)]
    assert await office.is_at_rest()
