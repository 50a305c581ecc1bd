"""Subcontracts and their lines: what their maps carry, and what they leave alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.errors import Missing
from tests.sync.stage import Stage, id_of
from tests.sync.two_companies import in_company, missing, two_companies, vendor_arrives

SUBCONTRACTS, SUBCONTRACT_LINES = "subcontracts_to_finance", "subcontract_lines_to_finance"


@pytest.fixture
async def stage() -> Stage:
    return await two_companies()


@pytest.fixture
async def ordering() -> Stage:
    """The vendor of the subcontract is on both sides, and Finance knows what hours are ordered under."""
    stage = await two_companies()
    await vendor_arrives(stage)
    await categories_are_set_up(stage)
    return stage


async def categories_are_set_up(stage: Stage) -> None:
    hours = {"transaction_type": "Hour", "procurement_category": "Services", "project_category": "TCN-7-1"}
    stage.world.finance.set_up("usmf", {"subcontract_categories": [hours]})


async def subcontract(stage: Stage, **columns: Any) -> str:
    """Enter a subcontract with the vendor in Dataverse."""
    (vendor,) = (row["accountid"] for row in stage.world.dataverse.rows("account") if row["accountnumber"] == "V-1")
    named = {"msdyn_name": "Scaffolding", "msdyn_Vendor@odata.bind": f"/accounts({vendor})"}
    return await stage.enter("msdyn_subcontracts", "SUB-1", **{**named, **in_company("company"), **columns})


async def subcontract_line(stage: Stage, **columns: Any) -> str:
    """Enter a line of the subcontract: hours."""
    bound = {
        "msdyn_Subcontract@odata.bind": f"/msdyn_subcontracts({id_of('SUB-1')})",
        "msdyn_Unit@odata.bind": f"/uoms({id_of('hr')})",
        **in_company("company"),
    }
    numbers = {"msdyn_subcontractlinenumber": "SUBL-1", "msdyn_quantity": 120, "msdyn_price": 61.37}
    plain = {"msdyn_name": "Welder", "msdyn_transactionclassification": 192350000}
    return await stage.enter("msdyn_subcontractlines", "SUBL-1", **numbers, **plain, **bound, **columns)


async def test_a_subcontract_goes_to_finance_after_its_vendor_and_its_line_after_it(stage: Stage) -> None:
    await categories_are_set_up(stage)
    account = await stage.customer("V-1", customertypecode=11)
    header = await subcontract(stage, msdyn_subcontractnumber="SUB-1")
    line = await subcontract_line(stage)
    await stage.heard(SUBCONTRACT_LINES, line)
    assert await missing(stage, SUBCONTRACT_LINES, line) == Missing("subcontracts", "usmf|sub-1")
    await stage.heard(SUBCONTRACTS, header)
    assert await missing(stage, SUBCONTRACTS, header) == Missing("vendors", "usmf|v-1")
    assert await vendor_arrives(stage) == account
    order = stage.values("SubContractPurchaseOrderHeaders", "SUB-1")
    assert (order["OrderAccount"], order["SubConStatus"], order["SubConState"]) == ("V-1", "Draft", "Active")
    ordered = stage.values("ProjSubContractPurchaseOrderLines", "SUBL-1")
    assert (ordered["SubcontractNumber"], ordered["SubConTransClass"]) == ("SUB-1", "Time")
    assert (ordered["PurchQty"], ordered["PurchPrice"], ordered["PurchUnit"]) == (120, Decimal("61.37"), "hr")
    assert await stage.errors() == []


async def test_a_subcontract_without_a_number_is_given_one_that_finance_takes(ordering: Stage) -> None:
    row = await subcontract(ordering)
    await ordering.heard(SUBCONTRACTS, row)
    held = ordering.held("msdyn_subcontract", row)
    assert held is not None
    assert ordering.kept("SubContractPurchaseOrderHeaders", held["msdyn_subcontractnumber"]) is not None


async def test_a_subcontract_that_is_confirmed_in_dataverse_is_confirmed_in_finance(ordering: Stage) -> None:
    row = await subcontract(ordering, msdyn_subcontractnumber="SUB-1")
    await ordering.heard(SUBCONTRACTS, row)
    target = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_subcontract", "msdyn_subcontractid": row}
    await ordering.world.in_dataverse.does("POST", "msdyn_ConfirmSubcontract", {"Targets": [target]})
    await ordering.heard(SUBCONTRACTS, row)
    assert ordering.values("SubContractPurchaseOrderHeaders", "SUB-1")["SubConStatus"] == "Confirmed"


async def test_a_subcontract_line_of_a_class_that_nobody_buys_is_an_error_and_its_header_stays(ordering: Stage) -> None:
    await ordering.heard(SUBCONTRACTS, await subcontract(ordering, msdyn_subcontractnumber="SUB-1"))
    line = await subcontract_line(ordering, msdyn_linetype=192350001)
    await ordering.enter("msdyn_subcontractlines", "SUBL-1", msdyn_transactionclassification=192350004)
    await ordering.heard(SUBCONTRACT_LINES, line)
    assert "msdyn_transactionclassification holds 192350004" in (await ordering.error(SUBCONTRACT_LINES, line)).message
    assert ordering.kept("SubContractPurchaseOrderHeaders", "SUB-1") is not None
