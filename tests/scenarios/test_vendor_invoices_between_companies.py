"""A vendor invoices USPM for a project of GBPM: V7."""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import (
    accounted,
    balances,
    connected,
    entries,
    lending_connections,
    posted,
    posted_vouchers,
    related,
    written_back,
)
from tests.scenarios.consulting import (
    COST,
    INTER_ORG,
    RESOURCING_COST,
    UNBILLED,
    Consulting,
    told,
)
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.payables import (
    CONSULTING,
    EXPORT_LINES,
    FIRST,
    INVOICES,
    LINES,
    SETTLED,
    buys,
    invoiced,
    jobs_run,
    trigger,
)


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buys(office)


async def sold_by_gbpm(firm: Consulting) -> None:
    """Sell PRJ-7 of GBPM at 100 GBP an hour, and let USPM know GBPM as whom it lends to. A GBP is 1.25 USD."""
    of_gbpm = {
        "msdyn_OwningCompany__cdm_companies": "gbpm",
        "msdyn_contractorganizationalunitId__msdyn_organizationalunits": "unit gbpm",
    }
    in_gbpm = f"_msdyn_company_value eq {firm['gbpm']}"
    await firm.knows("customer of gbpm", "accounts", "accountid", f"accountnumber eq 'C-1001' and {in_gbpm}")
    await firm.price_list("sales ORD-7", "GBP", developer=100)
    await firm.enter(
        "salesorders",
        "ORD-7",
        ordernumber="ORD-7",
        name="ORD-7",
        msdyn_ordertype=192350001,
        customerid_account__accounts="customer of gbpm",
        msdyn_ProjectPriceList__pricelevels="sales ORD-7",
        transactioncurrencyid__transactioncurrencies="GBP",
        **of_gbpm,
    )
    await firm.enter("msdyn_projects", "PRJ-7", msdyn_projectnumber="PRJ-7", msdyn_subject="PRJ-7", **of_gbpm)
    await firm.line("ORD-7", "PRJ-7")
    await firm.office.travel()
    relation = {"customer_account": "C-1001", "vendor_account": "V-1001", "timesheet_category": "HOUR"}
    await firm.office.set_up("uspm", intercompany={"gbpm": relation})
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": 1.25}
    await firm.office.set_up("gbpm", exchange_rates=[rate])


@trigger
async def test_v7_an_invoice_for_another_company_s_project_is_a_cost_that_stays_and_three_actuals_that_go(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await sold_by_gbpm(firm)
    await jobs_run(office, trigger)
    await invoiced(office, {**CONSULTING, "project": "PRJ-7", "project_company": "gbpm"})
    await office.travel(seconds=SETTLED)
    line = await office.the_finance(EXPORT_LINES, ProjTransId=FIRST)
    assert (line["DAreaId"], line["ProjDataAreaId"]) == ("uspm", "gbpm")
    held = await office.the(LINES, f"msdyn_externalinvoiceline eq '{FIRST}'")
    assert (held["_msdyn_owningcompany_value"], held["_msdyn_project_value"]) == (firm["uspm"], firm["PRJ-7"])
    codes = {firm[code]: code for code in ("uspm", "gbpm", "USD", "GBP")}
    actuals = await office.held("msdyn_actuals")
    for row in actuals:
        row["company"] = codes[row["_msdyn_owningcompany_value"]]
        row["currency"] = codes[row["_transactioncurrencyid_value"]]
    columns = ("msdyn_transactiontypecode", "msdyn_amount", "currency", "company", "msdyn_skipsync")
    assert told(actuals, *columns) == [
        (COST, 180, "USD", "gbpm", True),
        (UNBILLED, 200, "GBP", "gbpm", False),
        (RESOURCING_COST, 180, "USD", "uspm", False),
        (INTER_ORG, 180, "USD", "uspm", False),
    ]
    staged = await office.kept("ProjActualsImports")
    columns = ("dataAreaId", "TransactionType", "ProjectDataAreaId", "Amount", "TransactionCurrencyId")
    assert told(staged, *columns, "VendInvoiceLineProjTransId") == [
        ("gbpm", "Sales", "gbpm", 200, "GBP", FIRST),
        ("uspm", "InterOrgSales", "gbpm", 180, "USD", FIRST),
        ("uspm", "ResourcingUnitCost", "gbpm", 180, "USD", FIRST),
    ]
    ids = {row["msdyn_transactiontypecode"]: row["msdyn_actualid"] for row in actuals}
    assert await connected(office) == lending_connections(ids)
    assert await related(office) == await connected(office)
    assert await office.is_at_rest()


async def test_v7_the_procurement_account_clears_in_one_company_and_the_cost_arrives_in_the_other_by_invoice(
    firm: Consulting,
) -> None:
    office = firm.office
    await sold_by_gbpm(firm)
    await jobs_run(office)
    await invoiced(office, {**CONSULTING, "project": "PRJ-7", "project_company": "gbpm"})
    await office.travel(seconds=SETTLED)
    for company in ("uspm", "gbpm"):
        await posted(office, company)
    assert await balances(office) == {"AP": -180, "COST": 180, "WIP-SALES": 180, "ACCRUED-REV": -180}
    assert [row[:3] for row in await accounted(office)] == [
        (COST, None, None),
        (UNBILLED, 200, 1),
        (RESOURCING_COST, 180, 1),
        (INTER_ORG, 180, 1),
    ]
    assert len(await written_back(office)) == 3
    assert await written_back(office) == await posted_vouchers(office)
    sent = await office.run("intercompany-invoice", company="uspm", borrowing="gbpm", project="PRJ-7")
    assert await balances(office) == {"AP": -180, "COST": 180, "AR": 180, "IC-REV": -180}
    (number,) = sent["invoices"]
    rate = {"from_currency": "USD", "to_currency": "GBP", "rate": 0.8}
    await office.set_up("gbpm", exchange_rates=[rate])
    await office.run("post-intercompany-vendor-invoice", company="gbpm", invoice=number)
    await office.travel(seconds=SETTLED)
    assert await entries(office, dataAreaId="gbpm") == [
        ("ACCRUED-REV", 0, 200),
        ("AP", 0, 144),
        ("COST", 144, 0),
        ("WIP-SALES", 200, 0),
    ]
    transactions = await office.kept("ProjectPostedTransactions")
    columns = ("dataAreaId", "Part", "ProjId", "Qty", "Amount", "CurrencyId", "AccountingAmount")
    assert told(transactions, *columns) == [
        ("gbpm", "Cost", "PRJ-7", 2, 180, "USD", 144),
        ("gbpm", "Sale", "PRJ-7", 2, 200, "GBP", 200),
    ]
    assert len(await office.held(INVOICES)) == 1
    assert await office.is_at_rest()
