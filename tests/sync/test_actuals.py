"""Actuals: made in Dataverse, staged in Finance, and what accounting makes of them written back, four columns and no more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.store.message import Hint
from tests.sync.office import COMPANY, Office, Row
from tests.twin.dataverse.tables.actuals import ACCOUNTING_COLUMNS

TO_FINANCE, TO_DATAVERSE = "actuals_to_finance", "actuals_to_dataverse"


@pytest.fixture
async def office() -> Office:
    return await Office().open()


def key_of(actual: Row) -> str:
    """The key of an actual's staging row."""
    return f"{COMPANY}|{actual['msdyn_actualimportid']}"


async def test_an_actual_is_staged_once_although_told_of_twice(office: Office) -> None:
    actual = await office.worked()
    for _ in range(2):
        await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    (staged,) = await office.staged()
    assert (staged["ActualsImportId"], staged["ActualId"]) == (
        actual["msdyn_actualimportid"],
        actual["msdyn_actualid"],
    )
    assert (staged["TransactionType"], staged["ProjectId"], staged["TransactionCurrencyId"]) == ("Cost", "PRJ-1", "USD")
    assert (staged["Quantity"], staged["UnitPrice"], staged["Amount"]) == (8, 120, 960)
    assert await office.errors() == []


async def test_an_actual_that_skips_the_sync_is_never_staged(office: Office) -> None:
    await office.people.resource("Bea", "GBPM")
    cost = await office.worked(resource="Bea")
    assert cost["msdyn_skipsync"] is True
    await office.heard(TO_FINANCE, cost["msdyn_actualid"], seconds=60)
    assert await office.staged() == []
    assert await office.errors() == []


async def test_what_accounting_made_of_an_actual_comes_back_in_its_four_columns(office: Office) -> None:
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    before = office.held(actual)
    await office.post()
    await office.taxed(76.8)
    await office.heard(TO_DATAVERSE, key_of(actual))
    after = office.held(actual)
    (staged,) = await office.staged()
    assert after["msdyn_vouchernumber"] == staged["VoucherNumber"] != ""
    assert after["msdyn_accountingamount"] == Decimal(960)
    assert after["msdyn_accountingexchangerate"] == Decimal(staged["ExchangeRate"]) != 0
    assert after["msdyn_accountingsalestax"] == Decimal("76.8")
    changed = {name for name in after if after[name] != before[name]}
    stamps = {"@odata.etag", "modifiedon", "_modifiedby_value", "versionnumber"}
    bases = {f"{name}_base" for name in ACCOUNTING_COLUMNS}
    assert changed - stamps - bases == {*ACCOUNTING_COLUMNS}
    assert await office.errors() == []


async def test_what_was_written_back_is_not_sent_again(office: Office) -> None:
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    await office.post()
    await office.heard(TO_DATAVERSE, key_of(actual))
    version, staged = office.held(actual)["versionnumber"], await office.staged()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    await office.heard(TO_DATAVERSE, key_of(actual))
    assert (office.held(actual)["versionnumber"], await office.staged()) == (version, staged)


async def test_where_dataverse_lets_only_dual_write_write_a_table_of_our_own_takes_the_values(office: Office) -> None:
    office.world.dataverse.settings.actual_guard = "closed"
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    await office.post()
    await office.heard(TO_DATAVERSE, key_of(actual))
    (record,) = await office.errors()
    assert (record.error_class, record.direction) == ("Refused", TO_DATAVERSE)
    assert "SIDE_TABLES (actuals:<table>)" in record.remedy
    assert office.held(actual)["msdyn_vouchernumber"] is None
    services = replace(office.world.services, side_tables={"actuals": "contoso_actualaccounting"})
    office.world.services = services
    await office.heard(TO_DATAVERSE, key_of(actual))
    (beside,) = office.world.dataverse.rows("contoso_actualaccounting")
    assert beside["contoso_actualaccountingid"] == actual["msdyn_actualid"]
    assert beside["contoso_accountingamount"] == Decimal(960)
    assert await office.errors() == []


async def test_a_note_on_an_actual_that_finance_has_processed_is_reported_and_not_fought_over(office: Office) -> None:
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    await office.post()
    note = {"msdyn_description": "Monday, late shift"}
    await office.people.api.patch(f"msdyn_actuals({actual['msdyn_actualid']})", note)
    for _ in range(2):
        await office.heard(TO_FINANCE, actual["msdyn_actualid"], seconds=60)
    (record,) = await office.errors()
    assert (record.error_class, record.column) == ("Rejected", "Description")
    assert office.held(actual)["msdyn_vouchernumber"]
    assert [row["Description"] for row in await office.staged()] == ["Monday"]
    assert office.world.finance.counters["PATCH /data/ProjActualsImports"] == 2


async def test_an_actual_that_only_finance_has_is_an_error_and_no_row_in_dataverse(office: Office) -> None:
    body = {
        "dataAreaId": COMPANY,
        "ActualsImportId": "5d7f9b1c-3e5a-4c7e-9b0d-2f4a6c8e0b13",
        "ProjectId": "PRJ-1",
        "BillingType": "NotAvailable",
    }
    await office.world.in_finance.does("POST", "ProjActualsImports", body)
    await office.heard(TO_DATAVERSE, f"{COMPANY}|{body['ActualsImportId']}")
    (record,) = await office.errors()
    assert record.error_class == "Rejected"
    assert "rows of msdyn_actual are not created in Dataverse" in record.message
    assert office.world.dataverse.rows("msdyn_actual") == []


async def test_a_staging_row_that_somebody_deletes_is_an_error_and_the_actual_stays(office: Office) -> None:
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    address = f"ProjActualsImports(dataAreaId='{COMPANY}',ActualsImportId={actual['msdyn_actualimportid']})"
    await office.world.in_finance.does("DELETE", address)
    await office.heard(TO_DATAVERSE, key_of(actual), Hint.DELETE)
    (record,) = await office.errors()
    assert record.error_class == "Rejected"
    assert "rows of msdyn_actual are not deleted in Dataverse" in record.message
    assert office.held(actual)["msdyn_actualimportid"] == actual["msdyn_actualimportid"]


async def test_what_finance_refuses_of_an_actual_does_not_keep_its_posting_from_dataverse(office: Office) -> None:
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    await office.post()
    note = {"msdyn_description": "Monday, late shift"}
    await office.people.api.patch(f"msdyn_actuals({actual['msdyn_actualid']})", note)
    office.world.finance.faults.add(method="PATCH", path="ProjActualsImports", status=400)
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    (record,) = await office.errors()
    assert record.error_class == "Rejected"
    assert office.held(actual)["msdyn_vouchernumber"]


async def test_a_note_that_finance_sets_back_each_time_is_written_twice_and_then_reported(office: Office) -> None:
    actual = await office.worked()
    await office.heard(TO_FINANCE, actual["msdyn_actualid"])
    address = f"ProjActualsImports(dataAreaId='{COMPANY}',ActualsImportId={actual['msdyn_actualimportid']})"
    before = office.world.finance.counters["PATCH /data/ProjActualsImports"]
    for _ in range(4):
        await office.world.in_finance.does("PATCH", address, {"Description": "SET BY FINANCE"})
        await office.heard(TO_DATAVERSE, key_of(actual))
    (record,) = await office.errors()
    assert (record.error_class, record.column) == ("Rejected", "Description")
    assert office.world.finance.counters["PATCH /data/ProjActualsImports"] - before == 4 + 2
