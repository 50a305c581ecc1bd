"""Rows that Finance refuses, or fills in by itself, at the very moment when it matters."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Parked, Rejected, Transient
from shared.sync import lookups
from tests.sync.stage import Stage
from tests.world import COMPANY

PROJECTS, CONTRACTS = "projects_to_finance", "contracts_to_finance"

_explain = lookups.explain


@pytest.fixture
async def project(stage: Stage) -> str:
    """A project of a contract that Finance does not hold."""
    contract = await stage.contract()
    return await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})


async def _contract_arrives(stage: Stage) -> None:
    await stage.world.in_finance.does(
        "POST", "ProjectContractHeaders", {"dataAreaId": COMPANY, "ProjectContractId": "ORD-1"}
    )


async def test_a_parent_that_arrives_between_the_refusal_and_the_question_why_makes_no_error_record(
    stage: Stage, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def explain(*given: Any) -> Parked | None:
        if stage.kept("ProjectContractHeaders", "ORD-1") is None:
            await _contract_arrives(stage)
        return await _explain(*given)

    monkeypatch.setattr(lookups, "explain", explain)
    await stage.heard(PROJECTS, project)
    assert await stage.errors() == []
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"


@pytest.mark.parametrize("failure", [Transient("Finance was reset."), Rejected("Finance does not like it.")])
async def test_what_the_look_after_parking_meets_is_handled_as_at_the_first_look(
    stage: Stage, project: str, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    asked = 0

    async def explain(*given: Any) -> Parked | None:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise failure
        return await _explain(*given)

    monkeypatch.setattr(lookups, "explain", explain)
    await stage.heard(PROJECTS, project)
    records = await stage.errors()
    assert [record.message for record in records] == ([failure.args[0]] if isinstance(failure, Rejected) else [])
    assert len(stage.waiting(PROJECTS)) == isinstance(failure, Transient)


async def test_what_finance_fills_in_on_create_is_taken_back(stage: Stage) -> None:
    await stage.world.in_finance.does(
        "PATCH", f"CustomersV3(dataAreaId='{COMPANY}',CustomerAccount='C-1001')", {"PaymentTerms": "Net30"}
    )
    account = await stage.customer("C-1001")
    contract = await stage.contract(**{"customerid_account@odata.bind": f"/accounts({account})"})
    await stage.heard(CONTRACTS, contract)
    assert stage.values("ProjectContractHeaders", "ORD-1")["TermsOfPayment"] == ""
