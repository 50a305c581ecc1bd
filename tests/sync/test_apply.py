"""Apply, on what the other side holds afterwards: one-way maps from Dataverse to Finance, and legal entities back."""

from __future__ import annotations

from shared.store.error_records import ErrorStatus
from shared.store.message import Hint
from tests.sync.stage import Stage, id_of

PROJECTS, CONTRACTS, TASKS = "projects_to_finance", "contracts_to_finance", "tasks_to_finance"
FUNDING, LINES, COMPANIES = "funding_sources_to_finance", "contract_lines_to_finance", "legal_entities_to_dataverse"
RATE_TYPES = "exchange_rate_types_to_dataverse"


# -- creating and changing ---------------------------------------------------------------------------------------------


async def test_a_project_made_in_dataverse_is_made_in_finance(stage: Stage) -> None:
    row_id = await stage.project(msdyn_description="Phase one", msdyn_scheduledstart="2026-10-01T00:00:00Z")
    await stage.heard(PROJECTS, row_id)
    there = stage.values("ProjectsV2", "PRJ-1")
    assert (there["ProjectName"], there["Description"]) == ("Harbour crane refit", "Phase one")
    assert there["ProjectedStartDate"].startswith("2026-10-01")
    assert there["ProjectStage"] == "InProcess"
    assert there["IntegrationSourceDataId"] == "Project Operations"


async def test_an_edit_writes_the_changed_column_and_no_other(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    stage.forget()
    await stage.project(msdyn_subject="Harbour crane overhaul")
    await stage.heard(PROJECTS, row_id)
    (write,) = stage.to_finance.writes
    assert (write.method, write.body) == ("PATCH", {"ProjectName": "Harbour crane overhaul"})
    assert stage.to_dataverse.writes == []


async def test_a_message_about_a_row_that_agrees_already_writes_nothing(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    stage.forget()
    for hint in (Hint.UPSERT, Hint.DELETE, Hint.CATCH_UP, Hint.VERIFY, Hint.ABSENT):
        await stage.heard(PROJECTS, row_id, hint)
    assert stage.to_finance.writes == []
    assert await stage.errors() == []


async def test_a_cleared_column_is_cleared(stage: Stage) -> None:
    row_id = await stage.project(msdyn_description="Phase one", msdyn_scheduledstart="2026-10-01T00:00:00Z")
    await stage.heard(PROJECTS, row_id)
    await stage.project(msdyn_description=None, msdyn_scheduledstart=None)
    await stage.heard(PROJECTS, row_id)
    there = stage.values("ProjectsV2", "PRJ-1")
    assert there["Description"] == ""
    assert there["ProjectedStartDate"].startswith("1900-01-01")


async def test_what_finance_keeps_for_itself_survives_every_edit(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    own = {"ProjectGroupId": "FIXED", "DimensionDisplayValue": "-022-", "SalesTaxGroupId": "CA"}
    await stage.edit_finance("ProjectsV2", {"ProjectId": "PRJ-1"}, **own)
    await stage.project(msdyn_subject="Harbour crane overhaul", statecode=1)
    await stage.heard(PROJECTS, row_id)
    there = stage.values("ProjectsV2", "PRJ-1")
    assert own.items() <= there.items()
    assert (there["ProjectName"], there["ProjectStage"]) == ("Harbour crane overhaul", "Completed")


async def test_a_mapped_column_edited_in_finance_is_set_back_by_the_next_look(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.edit_finance("ProjectsV2", {"ProjectId": "PRJ-1"}, ProjectName="Typed in Finance")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_a_text_longer_than_finance_takes_is_cut_and_stays_in_agreement(stage: Stage) -> None:
    row_id = await stage.project(msdyn_subject="x" * 70)
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "x" * 60
    stage.forget()
    await stage.heard(PROJECTS, row_id)
    assert stage.to_finance.writes == []


async def test_a_constant_is_set_on_create_and_left_alone_afterwards(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.edit_finance("ProjectsV2", {"ProjectId": "PRJ-1"}, IntegrationSourceDataId="Imported")
    await stage.project(msdyn_subject="Harbour crane overhaul")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["IntegrationSourceDataId"] == "Imported"


# -- rows that the map does not carry ----------------------------------------------------------------------------------


async def test_a_row_outside_the_filter_is_left_alone(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project(msdyn_istemplate=True))
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    assert await stage.errors() == []


async def test_a_row_that_leaves_the_filter_is_left_as_it_is_on_the_target(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    before = stage.values("ProjectsV2", "PRJ-1")
    await stage.project(msdyn_istemplate=True, msdyn_subject="Template of cranes")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1") == before


async def test_a_row_that_comes_back_into_the_filter_is_brought_into_line(stage: Stage) -> None:
    row_id = await stage.project(msdyn_istemplate=True)
    await stage.heard(PROJECTS, row_id)
    await stage.project(msdyn_istemplate=False)
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_an_item_based_order_does_not_become_a_project_contract(stage: Stage) -> None:
    await stage.heard(CONTRACTS, await stage.contract(msdyn_ordertype=192350000))
    assert stage.kept("ProjectContractHeaders", "ORD-1") is None


# -- deleting ----------------------------------------------------------------------------------------------------------


async def test_a_delete_that_was_heard_of_is_done_at_once(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard(PROJECTS, row_id, Hint.DELETE)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_an_absence_nobody_spoke_of_needs_a_second_look_after_the_delay(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard(PROJECTS, row_id)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    ((message, delay),) = stage.waiting(PROJECTS)
    assert message.hint is Hint.ABSENT
    assert 30 <= delay <= 40
    await stage.world.run(seconds=60)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_a_row_that_is_back_at_the_second_look_is_kept(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard(PROJECTS, row_id)
    await stage.project(msdyn_subject="Restored")
    await stage.world.run(seconds=60)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Restored"


async def test_a_delete_of_a_row_that_never_went_over_does_nothing(stage: Stage) -> None:
    await stage.heard(PROJECTS, id_of("never seen"), Hint.DELETE)
    assert stage.to_finance.requests == []
    assert await stage.errors() == []


async def test_a_row_made_again_under_the_same_number_survives_the_late_delete_of_the_first(stage: Stage) -> None:
    first = await stage.project()
    await stage.heard(PROJECTS, first)
    await stage.remove("msdyn_projects", "PRJ-1")
    second = await stage.project("second", msdyn_projectnumber="PRJ-1", msdyn_subject="Begun again")
    await stage.heard(PROJECTS, second)
    await stage.heard(PROJECTS, first, Hint.DELETE)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Begun again"


async def test_a_delete_cut_short_after_it_hit_the_next_owner_brings_that_row_back(stage: Stage) -> None:
    """The number went to a new row while we deleted, and we ended before we could tell that row."""
    first = await stage.project()
    await stage.heard(PROJECTS, first)
    await stage.remove("msdyn_projects", "PRJ-1")
    second = await stage.project("second", msdyn_projectnumber="PRJ-1", msdyn_subject="Begun again")
    await stage.heard(PROJECTS, second)
    address = "ProjectsV2(dataAreaId='usmf',ProjectId='PRJ-1')"
    await stage.world.in_finance.does("DELETE", address)

    await stage.heard(PROJECTS, first, Hint.DELETE, seconds=1)

    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Begun again"


async def test_a_row_made_again_after_its_delete_is_made_again(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard(PROJECTS, row_id, Hint.DELETE)
    await stage.project(msdyn_subject="Begun again")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Begun again"


async def test_a_delete_that_finance_holds_back_is_done_once_nothing_refers_to_the_row(stage: Stage) -> None:
    contract = await stage.contract()
    await stage.heard(CONTRACTS, contract)
    bound = {"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"}
    project = await stage.project(**bound)
    await stage.heard(PROJECTS, project)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.remove("salesorders", "ORD-1")
    await stage.heard(CONTRACTS, contract, Hint.DELETE)
    assert stage.kept("ProjectContractHeaders", "ORD-1") is not None
    await stage.heard(PROJECTS, project, Hint.DELETE, seconds=60)
    assert stage.kept("ProjectContractHeaders", "ORD-1") is None
    assert await stage.errors() == []


# -- another number ----------------------------------------------------------------------------------------------------


async def test_a_renumbered_project_moves_with_its_tasks_and_the_old_row_goes(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    for task in ("Dig", "Pave"):
        await stage.heard(TASKS, await stage.task(task))
    await stage.project(msdyn_projectnumber="PRJ-9")
    await stage.heard(PROJECTS, row_id, seconds=60)
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    assert stage.values("ProjectsV2", "PRJ-9")["ProjectName"] == "Harbour crane refit"
    tasks = [row.values for row in stage.world.finance.database.tables["ProjectTasks"]]
    assert sorted((task["TaskName"], task["ProjectId"]) for task in tasks) == [("Dig", "PRJ-9"), ("Pave", "PRJ-9")]
    assert await stage.errors() == []


async def test_a_renumbered_contract_is_let_go_by_what_refers_to_it_before_the_old_row_goes(stage: Stage) -> None:
    contract = await stage.contract()
    await stage.heard(CONTRACTS, contract)
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    await stage.heard(LINES, await stage.line())
    await stage.contract(ordernumber="ORD-9")
    await stage.heard(CONTRACTS, contract, seconds=300)
    assert stage.kept("ProjectContractHeaders", "ORD-1") is None
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-9"
    assert stage.values("ProjectContractLines", "ORD-9", 1)["Description"] == "Dredging"
    assert stage.kept("ProjectContractLines", "ORD-1", 1) is None
    assert await stage.errors() == []


async def test_a_number_in_another_case_is_the_same_row(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.project(msdyn_projectnumber="prj-1", msdyn_subject="Harbour crane overhaul")
    await stage.heard(PROJECTS, row_id)
    there = stage.values("ProjectsV2", "PRJ-1")
    assert (there["ProjectId"], there["ProjectName"]) == ("PRJ-1", "Harbour crane overhaul")
    assert len(stage.world.finance.database.tables["ProjectsV2"]) == 1


async def test_two_rows_of_one_number_are_told_apart_by_an_error_that_names_both(stage: Stage) -> None:
    await stage.heard(CONTRACTS, await stage.contract())
    first, second = [await stage.funding_source(name, msdyn_name="FS-1") for name in ("one", "two")]
    await stage.heard(FUNDING, first)
    await stage.heard(FUNDING, second)
    record = await stage.error(FUNDING, second)
    assert record.error_class == "Rejected"
    assert first in record.message
    assert second in record.message
    assert "usmf|ORD-1|FS-1" in record.message
    assert record.remedy
    assert await stage.services.errors.get(FUNDING, first) is None


async def test_the_second_of_two_rows_goes_over_once_it_has_a_number_of_its_own(stage: Stage) -> None:
    await stage.heard(CONTRACTS, await stage.contract())
    for name in ("one", "two"):
        await stage.heard(FUNDING, await stage.funding_source(name, msdyn_name="FS-1"))
    await stage.heard(FUNDING, await stage.funding_source("two", msdyn_name="FS-2"))
    assert stage.kept("ProjectFundingSources", "ORD-1", "FS-2") is not None
    assert await stage.errors() == []


# -- rows that cannot go over ------------------------------------------------------------------------------------------


async def test_a_value_without_counterpart_is_named_with_row_column_and_remedy(stage: Stage) -> None:
    await stage.heard(CONTRACTS, await stage.contract())
    row_id = await stage.funding_source("FS-1", msdyn_name="FS-1", msdyn_paymentterms=192350001)
    await stage.heard(FUNDING, row_id)
    record = await stage.error(FUNDING, row_id)
    assert (record.error_class, record.status, record.column) == ("Rejected", ErrorStatus.OPEN, "msdyn_paymentterms")
    for part in (FUNDING, row_id, "msdyn_paymentterms", "192350001", "TermsOfPayment"):
        assert part in record.message
    assert "Net 30" in record.reason or "1, 2, 3" in record.reason
    assert "funding_sources" in record.remedy
    assert stage.kept("ProjectFundingSources", "ORD-1", "FS-1") is None


async def test_a_row_without_a_part_of_its_key_is_rejected_by_the_name_of_that_column(stage: Stage) -> None:
    await stage.heard(CONTRACTS, await stage.contract())
    row_id = await stage.funding_source("nameless")
    await stage.heard(FUNDING, row_id)
    record = await stage.error(FUNDING, row_id)
    assert (record.error_class, record.column) == ("Rejected", "msdyn_name")


async def test_what_finance_refuses_is_recorded_in_finances_own_words(stage: Stage) -> None:
    row_id = await stage.project(msdyn_description="x" * 1001)
    await stage.heard(PROJECTS, row_id)
    record = await stage.error(PROJECTS, row_id)
    assert (record.error_class, record.status) == ("Rejected", ErrorStatus.OPEN)
    assert "'Description' is too long: 1001 characters, 1000 are allowed" in record.reason
    assert record.correlation == "test"


async def test_a_corrected_row_goes_over_and_closes_its_record(stage: Stage) -> None:
    row_id = await stage.project(msdyn_description="x" * 1001)
    await stage.heard(PROJECTS, row_id)
    await stage.project(msdyn_description="shorter")
    await stage.heard(PROJECTS, row_id)
    assert stage.values("ProjectsV2", "PRJ-1")["Description"] == "shorter"
    assert (await stage.error(PROJECTS, row_id)).status is ErrorStatus.RESOLVED


# -- from Finance to Dataverse -----------------------------------------------------------------------------------------


async def test_a_legal_entity_of_finance_is_made_in_dataverse(stage: Stage) -> None:
    await stage.heard(COMPANIES, "gbpm")
    companies = {row["cdm_companycode"]: row for row in stage.world.dataverse.rows("cdm_company")}
    assert companies["gbpm"]["cdm_name"] == "Contoso Consulting UK"


async def test_a_legal_entity_that_dataverse_has_already_is_met_and_not_doubled(stage: Stage) -> None:
    await stage.heard(COMPANIES, "usmf")
    (company,) = stage.world.dataverse.rows("cdm_company")
    assert company["cdm_companyid"] == id_of("company")
    assert company["cdm_companycode"] == "USMF"
    assert company["cdm_name"] == "Contoso Entertainment System USA"


async def test_a_record_id_alone_tells_which_row_was_deleted(stage: Stage) -> None:
    for name in ("Spot", "Budget"):
        await stage.world.in_finance.does("POST", "ExchangeRateTypes", {"Name": name})
        await stage.heard(RATE_TYPES, name)
    there = stage.kept("ExchangeRateTypes", "Spot")
    assert there is not None
    await stage.world.in_finance.does("DELETE", "ExchangeRateTypes('Spot')")
    await stage.heard(RATE_TYPES, f"recid:{there.rec_id}", Hint.DELETE)
    assert [row["msdyn_name"] for row in stage.world.dataverse.rows("msdyn_exchangeratetype")] == ["Budget"]


async def test_a_record_id_that_nobody_knows_is_no_error(stage: Stage) -> None:
    await stage.heard(COMPANIES, "recid:42", Hint.DELETE)
    assert await stage.errors() == []
