"""GUID columns and keys of the Finance twin, and entities that OData does not know."""

from __future__ import annotations

import pytest

from tests.twin.finance.visitor import Visitor

RESOURCE = "7c0d4b5a-9e21-4b1f-8a44-0f6b1a2c3d4e"
NOTHING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def finance() -> Visitor:
    return Visitor()


async def test_a_guid_key_is_written_bare_and_compared_without_case(finance: Visitor) -> None:
    sent = {"ProjCDSResourceId": RESOURCE.upper(), "PersonnelNumber": "000123"}
    answer = await finance.ask("POST", "WorkerResourceImports", sent=sent)
    assert answer.headers["Location"].endswith(f"/WorkerResourceImports(ProjCDSResourceId={RESOURCE})")
    assert answer.json()["ProjCDSResourceId"] == RESOURCE
    for written in (RESOURCE, RESOURCE.upper(), f"ProjCDSResourceId={RESOURCE}"):
        assert (await finance.row(f"WorkerResourceImports({written})"))["PersonnelNumber"] == "000123"
    _, text = await finance.refusal("POST", "WorkerResourceImports", sent=sent)
    assert "already exists" in text


@pytest.mark.parametrize("key", [f"'{RESOURCE}'", "7", "7c0d4b5a-9e21"])
async def test_a_guid_key_takes_no_other_literal(finance: Visitor, key: str) -> None:
    status, _ = await finance.refusal("GET", f"WorkerResourceImports({key})")
    assert status == 400


async def test_a_guid_is_filtered_by_a_bare_literal(finance: Visitor) -> None:
    await finance.create("WorkerResourceImports", ProjCDSResourceId=RESOURCE)
    assert len(await finance.rows("WorkerResourceImports", filter=f"ProjCDSResourceId eq {RESOURCE.upper()}")) == 1
    assert await finance.rows("WorkerResourceImports", filter=f"ProjCDSResourceId ne {RESOURCE}") == []
    options = {"filter": f"ProjCDSResourceId eq '{RESOURCE}'"}
    status, _ = await finance.refusal("GET", "WorkerResourceImports", options=options)
    assert status == 400


@pytest.mark.parametrize("value", ["", "none", 7, f"{{{RESOURCE}}}"])
async def test_what_is_no_guid_is_refused(finance: Visitor, value: object) -> None:
    status, text = await finance.refusal("POST", "WorkerResourceImports", sent={"ProjCDSResourceId": value})
    assert (status, "Edm.Guid" in text) == (400, True)


async def test_a_guid_without_value_is_zeros_and_a_key_needs_a_value(finance: Visitor) -> None:
    await finance.create("ProjectContractHeaders", dataAreaId="uspm", ProjectContractId="K1", SalesCurrencyCode="USD")
    header = await finance.create("ProjectContractLineMilestoneHeaders", dataAreaId="uspm", ProjectContractId="K1")
    assert header["ProjectContractLineMilestoneHeaderGuid"] == NOTHING
    _, text = await finance.refusal("POST", "WorkerResourceImports", sent={"ProjCDSResourceId": NOTHING})
    assert "must be filled in" in text


async def test_entities_for_data_management_alone_are_not_in_odata(finance: Visitor) -> None:
    assert "ProjectTransactionRelationships" in finance.twin.database.tables
    answer = await finance.ask("GET", "ProjectTransactionRelationships")
    assert answer.status == 404
    csdl = (await finance.ask("GET", "$metadata")).body.decode()
    assert "ProjectTransactionRelationship" not in csdl
    assert 'Name="ProjCDSResourceId" Type="Edm.Guid" Nullable="false"' in csdl
    listed = (await finance.ask("GET", "/metadata/DataEntities", across=False)).json()["value"]
    known = {each["Name"]: each["DataServiceEnabled"] for each in listed}
    assert (known["ProjCDSTransactionRelationshipImportEntity"], known["ProjInvoiceProposalV2Entity"]) == (False, False)
    assert known["CustCustomerV3Entity"]
