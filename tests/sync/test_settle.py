"""Settle, on what both sides hold afterwards: customers, which people change in Dataverse and in Finance."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.store.error_records import ErrorStatus
from shared.store.message import Hint
from tests.sync.stage import Stage, id_of

TO_FINANCE, TO_DATAVERSE = "customers_to_finance", "customers_to_dataverse"
KEY = "usmf|C-1"


async def edit_there(stage: Stage, number: str = "C-1", **columns: object) -> None:
    await stage.edit_finance("CustomersV3", {"CustomerAccount": number}, **columns)


# -- creating ----------------------------------------------------------------------------------------------------------


async def test_a_customer_made_in_dataverse_is_made_in_finance(stage: Stage) -> None:
    row_id = await stage.customer(creditlimit=1500.5, telephone1="+1 555 0100", msdyn_onholdstatus=806380001)
    await stage.heard(TO_FINANCE, row_id)
    there = stage.values("CustomersV3", "C-1")
    assert (there["OrganizationName"], there["CustomerGroupId"]) == ("Harbour Authority", "10")
    assert (there["SalesCurrencyCode"], there["OnHoldStatus"]) == ("USD", "Invoice")
    assert there["CreditLimit"] == Decimal("1500.5")
    assert there["PartyType"] == "Organization"


async def test_a_customer_made_in_finance_is_made_in_dataverse(stage: Stage) -> None:
    key = await stage.finance_customer(CreditLimit=250.25, PaymentTerms="Net30", OnHoldStatus="All")
    await stage.heard(TO_DATAVERSE, key)
    (account,) = stage.world.dataverse.rows("account")
    assert (account["accountnumber"], account["name"]) == ("F-1", "Northwind Rail")
    assert account["_msdyn_company_value"] == id_of("company")
    assert account["_msdyn_paymentterm_value"] == id_of("Net30")
    assert account["_transactioncurrencyid_value"] == id_of("USD")
    assert account["creditlimit"] == Decimal("250.25")
    assert (account["customertypecode"], account["msdyn_onholdstatus"]) == (3, 806380002)


async def test_the_number_that_finance_gives_a_party_travels_back(stage: Stage) -> None:
    row_id = await stage.customer()
    await stage.heard(TO_FINANCE, row_id)
    number = stage.values("CustomersV3", "C-1")["PartyNumber"]
    held = stage.held("account", "C-1")
    assert held is not None
    assert number
    assert held["msdyn_partynumber"] == number


async def test_a_settled_pair_makes_no_further_requests_to_write(settled: Stage) -> None:
    await settled.heard(TO_FINANCE, id_of("C-1"))
    await settled.heard(TO_DATAVERSE, KEY)
    assert settled.to_finance.writes == []
    assert settled.to_dataverse.writes == []


async def test_rows_that_both_sides_have_already_meet_by_their_key(stage: Stage) -> None:
    await stage.finance_customer("C-1", PrimaryContactPhone="+1 555 0199", OrganizationName="Harbour Authority Ltd")
    row_id = await stage.customer(emailaddress1="office@harbour.example")
    await stage.heard(TO_FINANCE, row_id)
    there, held = stage.values("CustomersV3", "C-1"), stage.held("account", "C-1")
    assert held is not None
    # Finance owns the name; where one side says nothing the other side's word stands.
    assert there["OrganizationName"] == held["name"] == "Harbour Authority Ltd"
    assert there["PrimaryContactPhone"] == held["telephone1"] == "+1 555 0199"
    assert there["PrimaryContactEmail"] == held["emailaddress1"] == "office@harbour.example"
    (record,) = await stage.lost()
    assert record.columns["OrganizationName"].lost == "Harbour Authority"
    assert len(stage.world.dataverse.rows("account")) == 1


async def test_a_person_of_finance_is_no_customer_of_this_map(stage: Stage) -> None:
    await stage.heard(TO_DATAVERSE, await stage.finance_customer(PartyType="Person"))
    assert stage.world.dataverse.rows("account") == []
    assert await stage.errors() == []


async def test_a_supplier_in_dataverse_is_no_customer_of_this_map(stage: Stage) -> None:
    await stage.heard(TO_FINANCE, await stage.customer(customertypecode=10))
    assert stage.kept("CustomersV3", "C-1") is None


async def test_a_constant_is_set_on_create_only(stage: Stage) -> None:
    await stage.heard(TO_DATAVERSE, await stage.finance_customer())
    (account,) = stage.world.dataverse.rows("account")
    assert account["address1_addresstypecode"] == 2
    await stage.world.in_dataverse.does("PATCH", f"accounts({account['accountid']})", {"address1_addresstypecode": 4})
    await edit_there(stage, "F-1", SalesMemo="changed")
    await stage.heard(TO_DATAVERSE, "usmf|F-1")
    (account,) = stage.world.dataverse.rows("account")
    assert (account["address1_addresstypecode"], account["description"]) == (4, "changed")


async def test_a_customer_that_is_invoiced_itself_points_at_itself_on_both_sides(stage: Stage) -> None:
    row_id = await stage.customer()
    await stage.customer(**{"msdyn_BillingAccount@odata.bind": f"/accounts({row_id})"})
    await stage.heard(TO_FINANCE, row_id)
    assert stage.values("CustomersV3", "C-1")["InvoiceAccount"] == "C-1"
    key = await stage.finance_customer("F-2")
    await edit_there(stage, "F-2", InvoiceAccount="F-2")
    await stage.heard(TO_DATAVERSE, key)
    held = next(row for row in stage.world.dataverse.rows("account") if row["accountnumber"] == "F-2")
    assert held["_msdyn_billingaccount_value"] == held["accountid"]
    assert await stage.errors() == []


# -- editing -----------------------------------------------------------------------------------------------------------


async def test_an_edit_in_dataverse_goes_to_finance_alone(settled: Stage) -> None:
    await settled.customer(telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    (write,) = settled.to_finance.writes
    assert write.body == {"PrimaryContactPhone": "+1 555 0100"}
    assert settled.to_dataverse.writes == []


async def test_an_edit_in_finance_goes_to_dataverse_alone(settled: Stage) -> None:
    await edit_there(settled, PrimaryContactPhone="+1 555 0100")
    await settled.heard(TO_DATAVERSE, KEY)
    (write,) = settled.to_dataverse.writes
    assert write.body == {"telephone1": "+1 555 0100"}
    assert settled.to_finance.writes == []


async def test_edits_of_different_columns_on_both_sides_both_stay(settled: Stage) -> None:
    await settled.customer(telephone1="+1 555 0100")
    await edit_there(settled, SalesMemo="Invoices in French.")
    await settled.heard(TO_DATAVERSE, KEY)
    held = settled.held("account", "C-1")
    assert held is not None
    assert (held["telephone1"], held["description"]) == ("+1 555 0100", "Invoices in French.")
    there = settled.values("CustomersV3", "C-1")
    assert (there["PrimaryContactPhone"], there["SalesMemo"]) == ("+1 555 0100", "Invoices in French.")
    assert await settled.lost() == []


@pytest.mark.parametrize("heard_of", [TO_FINANCE, TO_DATAVERSE])
async def test_edits_of_one_column_on_both_sides_end_in_the_owners_value_and_keep_the_other(
    settled: Stage, heard_of: str
) -> None:
    await settled.customer(name="Typed in Dataverse")
    await edit_there(settled, OrganizationName="Typed in Finance")
    await settled.heard(heard_of, id_of("C-1") if heard_of == TO_FINANCE else KEY)
    held = settled.held("account", "C-1")
    assert held is not None
    assert held["name"] == settled.values("CustomersV3", "C-1")["OrganizationName"] == "Typed in Finance"
    (record,) = await settled.lost()
    lost = record.columns["OrganizationName"]
    assert (lost.kept, lost.lost, lost.base) == ("Typed in Finance", "Typed in Dataverse", "Harbour Authority")
    assert (record.winner, record.pair, record.correlation) == ("finance", id_of("C-1"), "test")


async def test_the_same_edit_on_both_sides_is_an_agreement(settled: Stage) -> None:
    await settled.customer(name="The same")
    await edit_there(settled, OrganizationName="The same")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.to_finance.writes == []
    assert settled.to_dataverse.writes == []
    assert await settled.lost() == []


async def test_an_edit_and_its_undo_in_between_leave_nothing_to_do(settled: Stage) -> None:
    await settled.customer(telephone1="+1 555 0100")
    await settled.customer(telephone1=None)
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.to_finance.writes == []


async def test_a_column_that_only_finance_fills_never_goes_back(settled: Stage) -> None:
    await edit_there(settled, DeliveryAddressLatitude=47.25)
    await settled.heard(TO_DATAVERSE, KEY)
    held = settled.held("account", "C-1")
    assert held is not None
    assert held["address1_latitude"] == Decimal("47.25")
    await settled.customer(address1_latitude=1.5)
    await settled.heard(TO_FINANCE, id_of("C-1"))
    held = settled.held("account", "C-1")
    assert held is not None
    assert settled.values("CustomersV3", "C-1")["DeliveryAddressLatitude"] == Decimal("47.25")
    assert held["address1_latitude"] == Decimal("47.25")


async def test_a_value_that_finance_refuses_is_recorded_and_the_base_stays(settled: Stage) -> None:
    await settled.customer(telephone1="0" * 21)
    await settled.heard(TO_FINANCE, id_of("C-1"))
    record = await settled.error(TO_FINANCE, id_of("C-1"))
    assert record.error_class == "Rejected"
    assert "too long" in record.reason
    await settled.customer(telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == "+1 555 0100"
    assert (await settled.error(TO_FINANCE, id_of("C-1"))).status is ErrorStatus.RESOLVED
    assert await settled.lost() == []


# -- keys --------------------------------------------------------------------------------------------------------------


async def test_a_rename_in_finance_travels_to_the_same_row(settled: Stage) -> None:
    key = {"dataAreaId": "usmf", "CustomerAccount": "C-1"}
    settled.world.finance.rename("CustomersV3", key, {"CustomerAccount": "C-77"})
    await settled.heard(TO_DATAVERSE, "usmf|C-77")
    (account,) = settled.world.dataverse.rows("account")
    assert (account["accountid"], account["accountnumber"]) == (id_of("C-1"), "C-77")
    await settled.customer(accountnumber="C-77", telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.values("CustomersV3", "C-77")["PrimaryContactPhone"] == "+1 555 0100"
    assert settled.kept("CustomersV3", "C-1") is None
    assert await settled.errors() == []


async def test_an_old_event_under_the_former_key_does_not_undo_a_rename(settled: Stage) -> None:
    key = {"dataAreaId": "usmf", "CustomerAccount": "C-1"}
    settled.world.finance.rename("CustomersV3", key, {"CustomerAccount": "C-77"})
    await settled.heard(TO_DATAVERSE, "usmf|C-77")
    await settled.heard(TO_DATAVERSE, KEY, Hint.DELETE, seconds=60)
    (account,) = settled.world.dataverse.rows("account")
    assert account["accountnumber"] == "C-77"
    assert settled.kept("CustomersV3", "C-77") is not None


async def test_another_number_typed_in_dataverse_is_refused_with_what_to_do(settled: Stage) -> None:
    await settled.customer(accountnumber="C-99", telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    record = await settled.error(TO_FINANCE, id_of("C-1"))
    assert (record.error_class, record.column) == ("Rejected", "CustomerAccount")
    assert "C-99" in record.message
    assert "C-1" in record.remedy
    assert settled.kept("CustomersV3", "C-99") is None
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == ""


async def test_another_spelling_of_the_number_is_let_be(settled: Stage) -> None:
    await settled.customer(accountnumber="c-1", telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    there = settled.values("CustomersV3", "C-1")
    assert (there["CustomerAccount"], there["PrimaryContactPhone"]) == ("C-1", "+1 555 0100")
    assert await settled.errors() == []


# -- deleting ----------------------------------------------------------------------------------------------------------


async def test_a_delete_in_dataverse_deletes_in_finance(settled: Stage) -> None:
    await settled.remove("accounts", "C-1")
    await settled.heard(TO_FINANCE, id_of("C-1"), Hint.DELETE)
    assert settled.kept("CustomersV3", "C-1") is None


async def test_a_delete_in_finance_deletes_in_dataverse(settled: Stage) -> None:
    row = settled.kept("CustomersV3", "C-1")
    assert row is not None
    await settled.remove_finance("CustomersV3", CustomerAccount="C-1")
    await settled.heard(TO_DATAVERSE, f"recid:{row.rec_id}", Hint.DELETE)
    assert settled.held("account", "C-1") is None


async def test_an_absence_nobody_spoke_of_is_looked_at_twice(settled: Stage) -> None:
    await settled.remove_finance("CustomersV3", CustomerAccount="C-1")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.held("account", "C-1") is not None
    await settled.world.run(seconds=60)
    assert settled.held("account", "C-1") is None


async def test_a_delete_against_an_edit_deletes_and_keeps_what_was_typed(settled: Stage) -> None:
    await settled.customer(telephone1="+1 555 0100")
    await settled.remove_finance("CustomersV3", CustomerAccount="C-1")
    await settled.heard(TO_DATAVERSE, KEY, Hint.DELETE)
    assert settled.held("account", "C-1") is None
    (record,) = await settled.lost()
    assert record.columns["PrimaryContactPhone"].lost == "+1 555 0100"
    # And the rest of the row, so that it can be brought back whole.
    assert record.columns["CustomerAccount"].lost == "C-1"


async def test_a_customer_made_again_after_its_delete_goes_over_again(settled: Stage) -> None:
    await settled.remove("accounts", "C-1")
    await settled.heard(TO_FINANCE, id_of("C-1"), Hint.DELETE)
    await settled.customer(name="Begun again")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.values("CustomersV3", "C-1")["OrganizationName"] == "Begun again"


async def test_a_customer_made_again_as_another_row_goes_over_again(settled: Stage) -> None:
    await settled.remove("accounts", "C-1")
    await settled.heard(TO_FINANCE, id_of("C-1"), Hint.DELETE)
    row_id = await settled.customer("second", accountnumber="C-1", name="Begun again")
    await settled.heard(TO_FINANCE, row_id)
    assert settled.values("CustomersV3", "C-1")["OrganizationName"] == "Begun again"
    assert await settled.errors() == []


async def test_a_pair_that_is_gone_on_both_sides_is_at_rest(settled: Stage) -> None:
    await settled.remove("accounts", "C-1")
    await settled.remove_finance("CustomersV3", CustomerAccount="C-1")
    settled.forget()
    await settled.heard(TO_FINANCE, id_of("C-1"), Hint.DELETE)
    await settled.heard(TO_DATAVERSE, KEY, Hint.DELETE)
    assert settled.to_finance.writes == []
    assert settled.to_dataverse.writes == []
    assert await settled.errors() == []


async def test_a_customer_that_leaves_the_filter_is_left_as_it_is_in_finance(settled: Stage) -> None:
    await settled.customer(customertypecode=10, telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == ""
    assert await settled.errors() == []
