"""Proformas and customer invoices: what their maps carry, and what they leave alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.errors import Missing
from shared.store.map_states import State
from tests.sync.stage import Stage, id_of
from tests.sync.two_companies import missing, only, two_companies

PROPOSALS = "invoice_proposals_to_finance"


@pytest.fixture
async def stage() -> Stage:
    return await two_companies()


async def proforma(stage: Stage, **columns: Any) -> str:
    """Enter a proforma of the contract, or change it."""
    bound = {
        "salesorderid@odata.bind": f"/salesorders({id_of('ORD-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
    }
    plain = {"invoicenumber": "INV-1", "msdyn_ordertype": 192350001, "msdyn_invoicedate": "2026-10-31"}
    return await stage.enter("invoices", "INV-1", **plain, **bound, **columns)


async def test_a_proforma_becomes_a_proposal_of_its_number_once_it_is_confirmed(stage: Stage) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    await stage.heard(PROPOSALS, await proforma(stage), seconds=120)
    assert len(stage.world.finance.database.tables["ProjectInvoiceProposalsV2"]) == 0
    await stage.heard(PROPOSALS, await proforma(stage, msdyn_projectinvoicestatus=192350002), seconds=120)
    proposal = stage.values("ProjectInvoiceProposalsV2", "INV-1")
    assert (proposal["PROJECTCONTRACTID"], proposal["SALESCURRENCY"]) == ("ORD-1", "USD")
    assert proposal["INVOICEDATE"] == "2026-10-31T12:00:00Z"
    assert await stage.errors() == []


async def test_a_proposal_waits_for_its_contract(stage: Stage) -> None:
    contract = await stage.contract()
    row = await proforma(stage, msdyn_projectinvoicestatus=192350002)
    await stage.heard(PROPOSALS, row, seconds=120)
    assert await missing(stage, PROPOSALS, row) == Missing("contracts", "usmf|ord-1")
    await stage.heard("contracts_to_finance", contract, seconds=120)
    assert stage.values("ProjectInvoiceProposalsV2", "INV-1")["PROJECTCONTRACTID"] == "ORD-1"
    assert await stage.errors() == []


async def test_customer_invoices_wait_until_a_tenant_runs_them_and_then_find_their_proforma(stage: Stage) -> None:
    await stage.contract()
    await proforma(stage)
    direction = "customer_invoices_to_dataverse"
    columns = {"InvoiceNumber": "USMF-17", "InvoiceDate": "2026-11-02T12:00:00Z", "TaxAmount": Decimal(20)}
    key = stage.posted("ProjInvoiceProposalsExport", dataAreaId="usmf", InvoiceProposalId="INV-1", **columns)
    await stage.heard(direction, key)
    assert stage.world.dataverse.rows("msdyn_customerinvoice") == []
    await stage.services.maps.set(await stage.services.maps.get("customer_invoices", fresh=True), state=State.RUNNING)
    await stage.heard(direction, key)
    row = only(stage, "msdyn_customerinvoice")
    assert (row["msdyn_invoicenumber"], row["msdyn_taxamount"]) == ("USMF-17", 20)
    assert row["_msdyn_invoice_value"] == id_of("INV-1")
