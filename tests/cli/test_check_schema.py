"""`check --schema`: every kind of difference is planted in the twins' metadata, and found where it is."""

from __future__ import annotations

from typing import Any

import pytest

from shared.mapping.model import Side, TableMap
from shared.maps.catalogue import catalogue
from shared.schema.findings import Kind
from tests.cli.conftest import Run, reports
from tests.cli.planted import (
    Plant,
    attribute,
    csdl,
    no_attribute,
    no_relationship,
    no_table,
    options,
    public,
    public_property,
    table,
)

FINANCE, DATAVERSE = Side.FINANCE, Side.DATAVERSE

ON_HOLD = ("customers", "OnHoldStatus")
Found = tuple[str, str, str, str]

PLANTED: dict[str, tuple[Plant, set[Found]]] = {
    "a collection that is not there": (
        csdl('EntitySet Name="ProjectTasks"', 'EntitySet Name="ProjectTasksV2"'),
        {("tasks", "", FINANCE, Kind.ENTITY)},
    ),
    "a table that is not there": (no_table("msdyn_projecttask"), {("tasks", "", DATAVERSE, Kind.TABLE)}),
    "a table behind a lookup that is not there": (
        no_table("msdyn_paymentschedule"),
        {
            ("customers", "PaymentSchedule", DATAVERSE, Kind.TABLE),
            ("customers", "msdyn_paymentschedule", DATAVERSE, Kind.TABLE),
        },
    ),
    "a Finance column that is not there": (
        csdl('Name="TaskName"', 'Name="Name"', within="ProjectTask"),
        {("tasks", "TaskName", FINANCE, Kind.COLUMN)},
    ),
    "a Dataverse column that is not there": (
        no_attribute("msdyn_project", "msdyn_description"),
        {("projects", "Description", DATAVERSE, Kind.COLUMN)},
    ),
    "a column of a filter that is not there": (
        no_attribute("msdyn_project", "msdyn_istemplate"),
        {("projects", "filter", DATAVERSE, Kind.COLUMN)},
    ),
    "another set": (table("msdyn_project", EntitySetName="msdyn_projectset"), {("projects", "", DATAVERSE, Kind.NAME)}),
    "another primary key": (
        table("msdyn_project", PrimaryIdAttribute="activityid"),
        {("projects", "", DATAVERSE, Kind.NAME)},
    ),
    "another type in Finance": (
        csdl('Name="ProjectName" Type="Edm.String"', 'Name="ProjectName" Type="Edm.Int32"', within="ProjectV2"),
        {("projects", "ProjectName", FINANCE, Kind.TYPE)},
    ),
    "another enum where Finance should ask yes or no": (
        csdl('<Member Name="Yes"', '<Member Name="Maybe"', within="NoYes"),
        {
            ("contract_lines", "AreHourTransactionsIncluded", FINANCE, Kind.TYPE),
            ("contract_lines", "AreExpenseTransactionsIncluded", FINANCE, Kind.TYPE),
            ("contract_lines", "AreFeeTransactionsIncluded", FINANCE, Kind.TYPE),
            ("contract_lines", "AreItemTransactionsIncluded", FINANCE, Kind.TYPE),
            ("customers", "CreditLimitIsMandatory", FINANCE, Kind.TYPE),
            ("customers", "IsOneTimeCustomer", FINANCE, Kind.TYPE),
        },
    ),
    "another type in Dataverse": (
        attribute("msdyn_project", "msdyn_effort", AttributeType="String"),
        {("projects", "TotalPlannedEffortInHours", DATAVERSE, Kind.TYPE)},
    ),
    "a column that is no lookup any more": (
        attribute("msdyn_project", "msdyn_customer", AttributeType="String"),
        {("projects", "CustomerAccountNumber", DATAVERSE, Kind.TYPE)},
    ),
    "another type than a constant's": (
        attribute("transactioncurrency", "exchangerate", AttributeType="String"),
        {("currencies", "exchangerate", DATAVERSE, Kind.TYPE)},
    ),
    "a shorter column": (
        attribute("cdm_company", "cdm_companycode", MaxLength=3),
        {("legal_entities", "LegalEntityId", DATAVERSE, Kind.LENGTH)},
    ),
    "fewer decimals": (
        attribute("salesorderdetail", "quantity", Precision=2),
        {("contract_lines", "Quantity", DATAVERSE, Kind.PRECISION)},
    ),
    "more decimals": (
        attribute("msdyn_project", "msdyn_effort", Precision=4),
        {("projects", "TotalPlannedEffortInHours", DATAVERSE, Kind.PRECISION)},
    ),
    "an amount with fewer decimals": (
        attribute("account", "creditlimit", Precision=1),
        {("customers", "CreditLimit", DATAVERSE, Kind.PRECISION)},
    ),
    "a range without 0": (
        attribute("account", "numberofemployees", MinValue=1),
        {("customers", "OrganizationNumberOfEmployees", DATAVERSE, Kind.RANGE)},
    ),
    "a range without a constant": (
        attribute("transactioncurrency", "currencyprecision", MaxValue=1),
        {("currencies", "currencyprecision", DATAVERSE, Kind.RANGE)},
    ),
    "a read-only Dataverse column": (
        attribute("account", "msdyn_creditrating", IsValidForUpdate=False),
        {("customers", "CreditRating", DATAVERSE, Kind.READ_ONLY)},
    ),
    "a lookup that cannot be set": (
        attribute("account", "msdyn_paymentterm", IsValidForCreate=False, IsValidForUpdate=False),
        {("customers", "PaymentTerms", DATAVERSE, Kind.READ_ONLY)},
    ),
    "a read-only Finance column": (
        public_property("ProjectV2", "Description", AllowEdit=False),
        {("projects", "Description", FINANCE, Kind.READ_ONLY)},
    ),
    "a read-only entity": (public("ProjectV2", IsReadOnly=True), {("projects", "", FINANCE, Kind.READ_ONLY)}),
    "another key in Finance": (
        csdl('<PropertyRef Name="TaskId"/>', "", within="ProjectTask"),
        {("tasks", "", FINANCE, Kind.KEY)},
    ),
    "no alternate key": (table("account", Keys=[]), {("customers", "", DATAVERSE, Kind.ALTERNATE_KEY)}),
    "an alternate key whose index is not there yet": (
        table(
            "account",
            Keys=[{"KeyAttributes": ["accountnumber", "msdyn_company"], "EntityKeyIndexStatus": "InProgress"}],
        ),
        {("customers", "", DATAVERSE, Kind.ALTERNATE_KEY)},
    ),
    "an enum without a member that is paired": (
        csdl('<Member Name="Requisition" Value="4"/>', "", within="CustVendorBlocked"),
        {(*ON_HOLD, FINANCE, Kind.MEMBER)},
    ),
    "an enum that spells a member in another way": (
        csdl('<Member Name="InProcess"', '<Member Name="Inprocess"', within="ProjStatus"),
        {("projects", "ProjectStage", FINANCE, Kind.MEMBER)},
    ),
    "an enum with a member that nothing is paired with": (
        csdl('<Member Name="No"', '<Member Name="Insolvent" Value="99"/><Member Name="No"', within="CustVendorBlocked"),
        {(*ON_HOLD, FINANCE, Kind.UNPAIRED)},
    ),
    "a choice without an option that is paired": (
        options("account", "msdyn_onholdstatus", lambda told: {n: s for n, s in told.items() if n != 806380003}),
        {(*ON_HOLD, DATAVERSE, Kind.OPTION)},
    ),
    "a choice without the option of a constant": (
        options("account", "customertypecode", lambda told: {n: s for n, s in told.items() if n != 3}),
        {("customers", "customertypecode", DATAVERSE, Kind.OPTION)},
    ),
    "a choice with an option that nothing is paired with": (
        options("account", "msdyn_onholdstatus", lambda told: told | {806380099: "Insolvent"}),
        {(*ON_HOLD, DATAVERSE, Kind.UNPAIRED)},
    ),
    "an option of a shared set that nothing is paired with": (
        options("salesorderdetail", "msdyn_billingmethod", lambda told: told | {192350002: "Retainer"}),
        {
            ("contract_lines", "BillingMethod", DATAVERSE, Kind.UNPAIRED),
            ("contract_lines", "LineType", DATAVERSE, Kind.UNPAIRED),
        },
    ),
    "a lookup to another table": (
        attribute("msdyn_project", "msdyn_customer", Targets=["contact"]),
        {("projects", "CustomerAccountNumber", DATAVERSE, Kind.TARGET)},
    ),
    "a lookup without a relationship": (
        no_relationship("msdyn_project", "msdyn_salesorderid"),
        {("projects", "ProjectContractId", DATAVERSE, Kind.NAVIGATION)},
    ),
    "a table that does not track changes": (
        table("msdyn_project", ChangeTrackingEnabled=False),
        {("projects", "", DATAVERSE, Kind.TRACKING)},
    ),
}

#: The maps that this file plants in: others may come without being looked at here.
MAPS = sorted({name for _, expected in PLANTED.values() for name, *_ in expected})


def found(told: dict[str, Any], *, hints: bool = False) -> set[Found]:
    return {
        (name, finding["row"], finding["side"], finding["kind"])
        for name, report in told.items()
        for finding in report["findings"]
        if finding["hint"] == hints
    }


def check(run: Run, *plants: Plant) -> tuple[int, dict[str, Any]]:
    only = [word for name in MAPS for word in ("--map", name)]
    result = run("check", "--schema", "--json", *only, plants=plants)
    return result.exit_code, reports(result)


def test_the_twins_as_they_are_have_all_that_running_maps_say(run: Run) -> None:
    result = run("check", "--schema", "--json")
    assert found(reports(result)) == set()
    assert result.exit_code == 0
    assert reports(result).keys() == catalogue().maps.keys()


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_difference_is_found_where_it_is_and_nowhere_else(run: Run, what: str) -> None:
    plant, expected = PLANTED[what]
    status, told = check(run, plant)
    assert found(told) == expected
    assert status == 1


def test_every_kind_of_difference_is_planted() -> None:
    kinds = {kind for _, expected in PLANTED.values() for *_, kind in expected}
    assert kinds == set(Kind) - {Kind.LABEL}


def test_a_difference_says_what_is_there_and_what_to_do(run: Run) -> None:
    _, told = check(run, attribute("salesorderdetail", "quantity", Precision=2))
    (finding,) = [each for each in told["contract_lines"]["findings"] if not each["hint"]]
    assert finding["message"] == "salesorderdetail.quantity keeps 2 decimals, the row compares and sends 5."
    assert finding["remedy"] == "Give the row's transform the number of decimals that both sides keep."


def test_a_label_that_does_not_look_like_its_pair_is_a_hint(run: Run) -> None:
    renamed = options("account", "msdyn_onholdstatus", lambda told: told | {806380003: "Bankrupt"})
    status, told = check(run, renamed)
    assert status == 0, "on-hold statuses are documented, so their labels may be anything"
    billing = options("salesorderdetail", "msdyn_billingmethod", lambda told: told | {192350000: "Retainer"})
    status, told = check(run, billing)
    assert ("contract_lines", "BillingMethod", DATAVERSE, Kind.LABEL) in found(told, hints=True)
    assert ("contract_lines", "BillingMethod", DATAVERSE, Kind.LABEL) not in found(check(run)[1], hints=True)
    assert status == 0


def test_an_alternate_key_of_a_table_that_is_only_read_is_a_hint(run: Run) -> None:
    status, told = check(run, table("msdyn_project", Keys=[]))
    assert ("projects", "", DATAVERSE, Kind.ALTERNATE_KEY) in found(told, hints=True)
    assert status == 0


def test_hints_count_when_that_is_wanted(run: Run) -> None:
    plants = (table("msdyn_project", Keys=[]),)
    assert run("check", "--schema", "--map", "projects", plants=plants).exit_code == 0
    assert run("check", "--schema", "--map", "projects", "--strict", plants=plants).exit_code == 1


def test_a_row_that_is_off_is_reported_as_such_whatever_is_there(run: Run) -> None:
    status, told = check(run, no_attribute("account", "msdyn_invoiceaddress"))
    assert status == 0
    assert [each["row"] for each in told["customers"]["rows_off"]] == ["InvoiceAddress"]


def test_what_no_metadata_tells_is_said(run: Run) -> None:
    _, told = check(run)
    (unknown,) = told["currencies"]["unknown"]
    assert unknown.startswith(
        "Whether the texts of Finance fit (CurrencyCode, Name, Symbol): its metadata tells no len"
    )
    (unknown,) = told["customers"]["unknown"]
    assert "(CustomerAccount, InvoiceAddressCity, InvoiceAddressCountryRegionISOCode and " in unknown
    assert told["projects"]["unknown"] == []


def test_a_map_that_the_settings_leave_standing_is_off_unless_it_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNING_MAPS", "contracts,projects")
    plants = (no_attribute("msdyn_projecttask", "msdyn_subject"),)
    result = run("check", "--schema", "--json", plants=plants)
    assert (result.exit_code, reports(result)["tasks"]["off"]) == (0, "the setting RUNNING_MAPS does not name it")
    assert reports(result)["projects"]["off"] == ""
    assert run("check", "--schema", "--map", "tasks", plants=plants).exit_code == 1


WAITING = [each for each in catalogue().maps.values() if each.waits_for]


@pytest.mark.parametrize("table_map", WAITING, ids=lambda each: each.id)
def test_a_map_that_waits_for_a_tenants_own_fails_nothing_and_is_looked_at_where_it_is_named(
    run: Run, table_map: TableMap
) -> None:
    plants = (no_table(table_map.dataverse.table),)
    result = run("check", "--schema", "--json", "--map", table_map.id, plants=plants)
    report = reports(result)[table_map.id]
    assert (result.exit_code, report["off"], report["differences"]) == (0, table_map.waits_for, 0)
    assert Kind.TABLE in {finding["kind"] for finding in report["findings"]}


def check_actuals(run: Run, *plants: Plant) -> tuple[int, dict[str, Any]]:
    result = run("check", "--schema", "--json", "--map", "actuals", plants=plants)
    return result.exit_code, reports(result)


def test_a_side_table_is_looked_at_instead_of_the_columns_that_it_stands_in_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = no_attribute("msdyn_actual", "msdyn_accountingsalestax")
    lacking = no_attribute("contoso_actualaccounting", "contoso_salestaxamount")
    missing = (1, {("actuals", "SalesTaxAmount", DATAVERSE, Kind.COLUMN)})
    status, told = check_actuals(run, guarded, lacking)
    assert (status, found(told)) == missing
    assert told["actuals"]["findings"][0]["message"] == "msdyn_actual has no column msdyn_accountingsalestax."
    monkeypatch.setenv("SIDE_TABLES", "actuals:contoso_actualaccounting")
    assert check_actuals(run, guarded)[0] == 0
    status, told = check_actuals(run, guarded, lacking)
    assert (status, found(told)) == missing
    assert told["actuals"]["findings"][0]["message"] == "contoso_actualaccounting has no column contoso_salestaxamount."


def test_a_side_table_that_is_not_there_is_a_difference(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDE_TABLES", "actuals:contoso_nowhere")
    status, told = check_actuals(run)
    assert (status, found(told)) == (1, {("actuals", "", DATAVERSE, Kind.TABLE)})
    assert told["actuals"]["findings"][0]["message"] == "There is no table contoso_nowhere."
    assert "SIDE_TABLES" in told["actuals"]["findings"][0]["remedy"]


def test_only_the_maps_that_are_named_are_looked_at_in_run_order(run: Run) -> None:
    result = run("check", "--schema", "--json", "--map", "projects", "--map", "contracts")
    assert list(reports(result)) == ["contracts", "projects"]


def test_people_read_a_table_of_differences_and_how_it_stands(run: Run) -> None:
    plants = (no_attribute("msdyn_project", "msdyn_description"),)
    said = run("check", "--schema", "--map", "projects", "--map", "customers", plants=plants).stdout
    words = " ".join(said.replace("│", " ").split())
    for word in ("projects", "Description", "Dataverse", "missing column"):
        assert word in words
    assert "customers, row InvoiceAddress is off: Microsoft has not published" in words
    assert "2 maps checked, 0 off: 1 difference," in words
