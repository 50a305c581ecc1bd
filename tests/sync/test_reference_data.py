"""Reference data between both systems: what must come first, keys with days, three lookups in a row; workers and vendors two-way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.store.message import Hint
from tests.sync.stage import Stage, id_of

VENDOR, WORKER = "usmf|V-1", "000417"


async def in_finance(stage: Stage, collection: str, **columns: Any) -> None:
    """Somebody enters a row there."""
    await stage.world.in_finance.does("POST", collection, columns)


async def edit_global(stage: Stage, address: str, **columns: Any) -> None:
    """Somebody changes a row there that belongs to no company."""
    await stage.world.in_finance.does("PATCH", address, columns)


def only(stage: Stage, table: str) -> dict[str, Any]:
    """The one row that Dataverse holds of a table."""
    (row,) = stage.world.dataverse.rows(table)
    return row


# -- what ledgers and rates need ---------------------------------------------------------------------------------------


@pytest.fixture
async def rates(stage: Stage) -> Stage:
    """Finance quotes euros in dollars, by one type of rate, since New Year."""
    await in_finance(stage, "ExchangeRateTypes", Name="Spot", Description="By the bank")
    pair = {"FromCurrencyCode": "EUR", "ToCurrencyCode": "USD", "ExchangeRateTypeName": "Spot"}
    await in_finance(stage, "ExchangeRateCurrencyPairs", **pair, ExchangeRateDisplayFactor="Hundred")
    days = {"ValidFrom": "2026-01-01T12:00:00Z", "ValidTo": "2154-12-31T12:00:00Z"}
    await in_finance(stage, "ExchangeRatesCDSEntity", **pair, **days, Rate=Decimal("108.273512"))
    return stage


async def test_a_rate_waits_for_its_pair_and_the_pair_for_its_type(rates: Stage) -> None:
    await rates.heard("exchange_rates_to_dataverse", "Spot|EUR|USD|2026-01-01")
    await rates.heard("exchange_rate_pairs_to_dataverse", "EUR|USD|Spot")
    assert rates.world.dataverse.rows("msdyn_currencyexchangerate") == []
    await rates.heard("exchange_rate_types_to_dataverse", "Spot", seconds=60)
    kind, pair = only(rates, "msdyn_exchangeratetype"), only(rates, "msdyn_currencyexchangeratepair")
    rate = only(rates, "msdyn_currencyexchangerate")
    assert pair["_msdyn_currencyexchangeratetypeid_value"] == kind["msdyn_exchangeratetypeid"]
    assert pair["_msdyn_fromtransactioncurrencyid_value"] == id_of("EUR")
    assert pair["msdyn_displayfactor"] == 192350002
    assert rate["_msdyn_currencyexchangeratepair_value"] == pair["msdyn_currencyexchangeratepairid"]
    assert rate["msdyn_exchangerate"] == Decimal("108.273512")
    assert rate["msdyn_validfrom"] == "2026-01-01T00:00:00Z"
    assert await rates.errors() == []


@pytest.fixture
async def rated(rates: Stage) -> Stage:
    """The same, and Dataverse knows."""
    await rates.heard("exchange_rate_types_to_dataverse", "Spot")
    await rates.heard("exchange_rate_pairs_to_dataverse", "EUR|USD|Spot")
    await rates.heard("exchange_rates_to_dataverse", "Spot|EUR|USD|2026-01-01")
    rates.forget()
    return rates


async def test_a_rate_is_found_changed_and_deleted_by_a_key_with_a_day(rated: Stage) -> None:
    key = "ExchangeRateTypeName='Spot',FromCurrencyCode='EUR',ToCurrencyCode='USD',ValidFrom=2026-01-01T12:00:00Z"
    await edit_global(rated, f"ExchangeRatesCDSEntity({key})", Rate=Decimal(110))
    await rated.heard("exchange_rates_to_dataverse", "spot|eur|usd|2026-01-01")
    assert only(rated, "msdyn_currencyexchangerate")["msdyn_exchangerate"] == 110
    await rated.world.in_finance.does("DELETE", f"ExchangeRatesCDSEntity({key})")
    await rated.heard("exchange_rates_to_dataverse", "Spot|EUR|USD|2026-01-01", Hint.DELETE)
    assert rated.world.dataverse.rows("msdyn_currencyexchangerate") == []


async def test_a_rate_of_another_day_is_another_row(rated: Stage) -> None:
    pair = {"FromCurrencyCode": "EUR", "ToCurrencyCode": "USD", "ExchangeRateTypeName": "Spot"}
    await in_finance(rated, "ExchangeRatesCDSEntity", **pair, ValidFrom="2026-02-01T12:00:00Z", Rate=111)
    await rated.heard("exchange_rates_to_dataverse", "Spot|EUR|USD|2026-02-01")
    rows = {row["msdyn_validfrom"][:10]: row["msdyn_exchangerate"] for row in held_rates(rated)}
    assert rows == {"2026-01-01": Decimal("108.273512"), "2026-02-01": 111}


async def test_a_rate_that_dataverse_has_already_is_met_by_pair_and_day(rated: Stage) -> None:
    pair = only(rated, "msdyn_currencyexchangeratepair")["msdyn_currencyexchangeratepairid"]
    bound = {"msdyn_CurrencyExchangeRatePair@odata.bind": f"/msdyn_currencyexchangeratepairs({pair})"}
    await rated.enter("msdyn_currencyexchangerates", "by hand", msdyn_validfrom="2026-03-01", **bound)
    keys = {"FromCurrencyCode": "EUR", "ToCurrencyCode": "USD", "ExchangeRateTypeName": "Spot"}
    await in_finance(rated, "ExchangeRatesCDSEntity", **keys, ValidFrom="2026-03-01T12:00:00Z", Rate=112)
    await rated.heard("exchange_rates_to_dataverse", "Spot|EUR|USD|2026-03-01")
    assert len(held_rates(rated)) == 2
    held = rated.held("msdyn_currencyexchangerate", "by hand")
    assert held is not None
    assert held["msdyn_exchangerate"] == 112


def held_rates(stage: Stage) -> list[dict[str, Any]]:
    """The rates that Dataverse holds."""
    return list(stage.world.dataverse.rows("msdyn_currencyexchangerate"))


async def test_a_ledger_brings_the_currency_that_contracts_are_checked_against(stage: Stage) -> None:
    await stage.heard("ledgers_to_dataverse", "usmf")
    ledger = only(stage, "msdyn_ledger")
    assert ledger["_msdyn_company_value"] == id_of("company")
    assert ledger["_msdyn_accountingcurrency_value"] == id_of("USD")


async def test_the_ledger_of_a_company_is_not_deleted_but_recorded(stage: Stage) -> None:
    await stage.heard("ledgers_to_dataverse", "usmf")
    await stage.world.in_finance.does("DELETE", "Ledgers('usmf')")
    await stage.heard("ledgers_to_dataverse", "usmf", Hint.DELETE, seconds=60)
    assert only(stage, "msdyn_ledger")
    assert "not deleted in Dataverse" in (await stage.error("ledgers_to_dataverse", "usmf")).message


# -- units and products ------------------------------------------------------------------------------------------------


async def test_a_product_waits_for_its_unit_and_gets_what_dataverse_demands(stage: Stage) -> None:
    product = {"ProductNumber": "S0017", "ProductName": "Inspection", "CurrencyCode": "USD", "SalesUnitSymbol": "hr"}
    await in_finance(
        stage, "CDSReleasedDistinctProducts", dataAreaId="usmf", **product, SalesPrice=185, ProductType="Service"
    )
    await stage.heard("products_to_dataverse", "usmf|S0017")
    assert stage.world.dataverse.rows("product") == []
    await stage.heard("units_to_dataverse", "hr", seconds=60)
    held = only(stage, "product")
    unit = next(row for row in stage.world.dataverse.rows("uom") if row["msdyn_symbol"] == "hr")
    assert (unit["name"], unit["msdyn_externalunitclassname"]) == ("hr", "Time")
    assert held["_defaultuomid_value"] == unit["uomid"]
    assert held["_defaultuomscheduleid_value"] == unit["_uomscheduleid_value"]
    assert (held["producttypecode"], held["productstructure"], held["price"]) == (3, 1, 185)


async def test_a_product_without_a_sales_unit_is_reported_in_dataverses_words(stage: Stage) -> None:
    await in_finance(stage, "CDSReleasedDistinctProducts", dataAreaId="usmf", ProductNumber="P1", ProductName="Crane")
    await stage.heard("products_to_dataverse", "usmf|P1")
    assert "default unit" in (await stage.error("products_to_dataverse", "usmf|P1")).reason


# -- vendors -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def vendor(stage: Stage) -> Stage:
    """A vendor that both sides hold and agree on; the logs begin after it."""
    await in_finance(stage, "VendorGroups", dataAreaId="usmf", VendorGroupId="40", Description="Subcontractors")
    await stage.heard("vendor_groups_to_dataverse", "usmf|40")
    columns = {"VendorOrganizationName": "Tailspin Rigging", "VendorGroupId": "40", "CurrencyCode": "USD"}
    await in_finance(stage, "VendorsV2", dataAreaId="usmf", VendorAccountNumber="V-1", **columns)
    await stage.heard("vendors_to_dataverse", VENDOR)
    stage.forget()
    return stage


async def edit_vendor_there(stage: Stage, **columns: Any) -> None:
    await stage.edit_finance("VendorsV2", {"VendorAccountNumber": "V-1"}, **columns)


async def edit_vendor_here(stage: Stage, **columns: Any) -> str:
    vendor: str = only(stage, "msdyn_vendor")["msdyn_vendorid"]
    await stage.world.in_dataverse.does("PATCH", f"msdyn_vendors({vendor})", columns)
    return vendor


async def test_a_vendor_comes_with_the_account_that_project_tables_point_at(vendor: Stage) -> None:
    account = only(vendor, "account")
    assert (account["accountnumber"], account["customertypecode"]) == ("V-1", 11)
    # An account of a vendor is no customer.
    await vendor.heard("customers_to_finance", account["accountid"])
    assert vendor.kept("CustomersV3", "V-1") is None


async def test_edits_of_a_vendor_on_both_sides_at_once_both_stay(vendor: Stage) -> None:
    await edit_vendor_there(vendor, OnHoldStatus="Payment", VendorHoldReleaseDate="2026-12-31T12:00:00Z")
    row_id = await edit_vendor_here(vendor, msdyn_pimaryphonenumber="+1 555 0100", msdyn_womanowner=True)
    await vendor.heard("vendors_to_finance", row_id)
    held, there = only(vendor, "msdyn_vendor"), vendor.values("VendorsV2", "V-1")
    assert (held["msdyn_onholdstatus"], held["msdyn_vendoronholdreleasedate"]) == (806380003, "2026-12-31")
    assert (held["msdyn_pimaryphonenumber"], held["msdyn_womanowner"]) == ("+1 555 0100", True)
    assert (there["OnHoldStatus"], there["PrimaryPhoneNumber"]) == ("Payment", "+1 555 0100")
    assert (there["IsWomanOwner"], there["VendorHoldReleaseDate"]) == ("Yes", "2026-12-31T12:00:00Z")
    assert await vendor.services.conflicts.list("vendors") == []


async def test_finance_wins_a_column_of_a_vendor_that_both_sides_changed(vendor: Stage) -> None:
    await edit_vendor_there(vendor, VendorOrganizationName="Tailspin Rigging Inc.")
    row_id = await edit_vendor_here(vendor, msdyn_name="Tailspin")
    await vendor.heard("vendors_to_finance", row_id)
    assert only(vendor, "msdyn_vendor")["msdyn_name"] == "Tailspin Rigging Inc."
    (record,) = await vendor.services.conflicts.list("vendors")
    assert record.columns["VendorOrganizationName"].lost == "Tailspin"


async def test_a_vendor_made_in_dataverse_is_made_in_finance(vendor: Stage) -> None:
    group = only(vendor, "msdyn_vendorgroup")["msdyn_vendorgroupid"]
    row_id = await vendor.enter(
        "msdyn_vendors",
        "V-2",
        msdyn_vendoraccountnumber="V-2",
        msdyn_firstname="Jörg",
        msdyn_lastname="Söhne",
        msdyn_isperson=True,
        **{
            "msdyn_Company@odata.bind": f"/cdm_companies({id_of('company')})",
            "msdyn_CurrencyCode@odata.bind": f"/transactioncurrencies({id_of('USD')})",
            "msdyn_VendorGroupId@odata.bind": f"/msdyn_vendorgroups({group})",
        },
    )
    await vendor.heard("vendors_to_finance", row_id)
    there = vendor.values("VendorsV2", "V-2")
    assert (there["VendorPartyType"], there["PersonFirstName"], there["VendorGroupId"]) == ("Person", "Jörg", "40")
    held = vendor.held("msdyn_vendor", "V-2")
    assert held is not None
    # The number that Finance gave the party came back.
    assert held["msdyn_vendorpartynumber"] == there["VendorPartyNumber"] != ""


async def test_a_vendor_that_is_a_company_of_ones_own_does_not_travel(stage: Stage) -> None:
    await in_finance(stage, "VendorGroups", dataAreaId="usmf", VendorGroupId="40")
    await stage.heard("vendor_groups_to_dataverse", "usmf|40")
    columns = {"VendorPartyType": "LegalEntity", "VendorGroupId": "40", "CurrencyCode": "USD"}
    await in_finance(stage, "VendorsV2", dataAreaId="usmf", VendorAccountNumber="V-9", **columns)
    await stage.heard("vendors_to_dataverse", "usmf|V-9")
    assert stage.world.dataverse.rows("msdyn_vendor") == []


# -- workers -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def worker(stage: Stage) -> Stage:
    """A worker that both sides hold and agree on; the logs begin after it."""
    columns = {"FirstName": "Zoë", "LastName": "D'Angelo", "BirthDate": "1991-02-28T12:00:00Z"}
    await in_finance(stage, "Workers", PersonnelNumber=WORKER, **columns)
    await stage.heard("workers_to_dataverse", WORKER)
    stage.forget()
    return stage


async def edit_worker_here(stage: Stage, **columns: Any) -> str:
    worker: str = only(stage, "cdm_worker")["cdm_workerid"]
    await stage.world.in_dataverse.does("PATCH", f"cdm_workers({worker})", columns)
    return worker


async def test_a_worker_goes_over_with_a_name_that_finance_puts_together(worker: Stage) -> None:
    held = only(worker, "cdm_worker")
    assert (held["cdm_fullname"], held["cdm_birthdate"]) == ("Zoë D'Angelo", "1991-02-28")
    assert (held["cdm_type"], held["cdm_status"], held["cdm_gender"]) == (754400000, 754400000, 754400002)


async def test_a_new_surname_goes_to_finance_and_comes_back_in_the_full_name(worker: Stage) -> None:
    row_id = await edit_worker_here(worker, cdm_lastname="Rossi", cdm_fullname="typed over")
    await worker.heard("workers_to_finance", row_id)
    assert worker.values("Workers", WORKER)["LastName"] == "Rossi"
    await worker.heard("workers_to_dataverse", WORKER)
    assert only(worker, "cdm_worker")["cdm_fullname"] == "Zoë Rossi"


async def test_edits_of_a_worker_on_both_sides_at_once_both_stay(worker: Stage) -> None:
    await edit_global(worker, f"Workers('{WORKER}')", WorkerStatus="Terminated", PrimaryContactPhone="+1 555 0100")
    row_id = await edit_worker_here(worker, cdm_primaryemailaddress="zoe@contoso.example", cdm_gender=754400001)
    await worker.heard("workers_to_finance", row_id)
    held, there = only(worker, "cdm_worker"), worker.values("Workers", WORKER)
    assert (held["cdm_status"], held["cdm_primarytelephone"]) == (754400001, "+1 555 0100")
    assert (there["PrimaryContactEmail"], there["Gender"]) == ("zoe@contoso.example", "Female")
    assert await worker.services.conflicts.list("workers") == []


async def test_finance_wins_a_column_of_a_worker_that_both_sides_changed(worker: Stage) -> None:
    await edit_global(worker, f"Workers('{WORKER}')", PrimaryContactPhone="+1 555 0100")
    row_id = await edit_worker_here(worker, cdm_primarytelephone="+1 555 0199")
    await worker.heard("workers_to_finance", row_id)
    assert only(worker, "cdm_worker")["cdm_primarytelephone"] == "+1 555 0100"
    (record,) = await worker.services.conflicts.list("workers")
    assert record.columns["PrimaryContactPhone"].lost == "+1 555 0199"


async def test_a_status_that_dataverse_changed_by_itself_never_reaches_finance(worker: Stage) -> None:
    row_id = await edit_worker_here(worker, cdm_status=754400001)
    await worker.heard("workers_to_finance", row_id)
    assert worker.values("Workers", WORKER)["WorkerStatus"] == "Employed"


async def test_a_worker_deleted_on_one_side_stays_on_the_other_and_is_reported(worker: Stage) -> None:
    row_id = only(worker, "cdm_worker")["cdm_workerid"]
    await worker.world.in_dataverse.does("DELETE", f"cdm_workers({row_id})")
    await worker.heard("workers_to_finance", row_id, Hint.DELETE, seconds=60)
    assert worker.kept("Workers", WORKER) is not None
    assert "not deleted in Finance" in (await worker.error("workers_to_finance", row_id)).message
