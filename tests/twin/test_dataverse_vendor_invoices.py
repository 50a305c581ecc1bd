"""Vendor invoices in Dataverse: what their lines become, and the job that confirms what nobody has to verify."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes import vendor_invoices
from tests.twin.dataverse.processes.terms import PROJECT_INACTIVE
from tests.twin.dataverse.rules import vendor_invoices as rules
from tests.twin.invoiced import (
    COMPLETE,
    CONFIRMED,
    DRAFT,
    INVOICES,
    LINES,
    NOT_STARTED,
    PLUGIN,
    REFUSED,
    Invoiced,
)
from tests.twin.projects import (
    COST,
    EXPENSE,
    FIXED_PRICE,
    INTER_ORG,
    MATERIAL,
    RESOURCING_COST,
    TIME,
    UNBILLED,
    told,
    words,
)


@pytest.fixture
async def stage() -> Invoiced:
    return await Invoiced(DataverseTwin(seed=9)).begin()


# -- what a line becomes --------------------------------------------------------------------------------------------------


async def test_each_line_becomes_a_cost_at_its_price_and_a_sale_at_the_list_price(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.licences("TX-1")
    await stage.charged("TX-2")
    await stage.tells_to_confirm()
    assert await stage.actuals() == []
    assert await stage.jobs() == {"succeeded": 1, "failed": 0}
    columns = ("transactiontypecode", "transactionclassification", "quantity", "price", "amount", "skipsync")
    rows = await stage.actuals()
    assert [told(row, *columns) for row in rows] == [
        (COST, MATERIAL, 5, 200, 1000, False),
        (UNBILLED, MATERIAL, 5, 250, 1250, False),
        (COST, TIME, 2, 90, 180, False),
        (UNBILLED, TIME, 2, 150, 300, False),
    ]
    licences, sold_licences, hours, sold_hours = (row["msdyn_actualid"] for row in rows)
    assert await stage.connected() == {
        ("Unbilled Sales", sold_licences, "Cost", licences),
        ("Unbilled Sales", sold_hours, "Cost", hours),
    }
    named = [(row["_msdyn_vendorinvoiceline_value"], row["_msdyn_accountvendor_value"]) for row in rows]
    assert named == [(stage["TX-1"], stage["vendor"])] * 2 + [(stage["TX-2"], stage["vendor"])] * 2
    assert told(rows[2], "documentdate", "description") == ("2026-09-10", "Consulting")
    assert rows[0]["_msdyn_product_value"] == stage["licence"]
    assert await stage.status() == CONFIRMED
    assert [await stage.verified(name) for name in ("TX-1", "TX-2")] == [COMPLETE, COMPLETE]


async def test_an_expense_of_a_vendor_is_an_expense(stage: Invoiced) -> None:
    category = {"msdyn_TransactionCategory__msdyn_transactioncategories": "dev"}
    await stage.arrives()
    await stage.charged("TX-1", msdyn_transactionclassification=EXPENSE, **category)
    await stage.tells_to_confirm()
    await stage.jobs()
    cost, sale = await stage.actuals()
    assert told(cost, "transactionclassification", "amount") == (EXPENSE, 180)
    assert cost["_msdyn_transactioncategory_value"] == stage["dev"]
    assert told(sale, "transactionclassification", "amount") == (EXPENSE, 0)


@pytest.mark.parametrize("method", [FIXED_PRICE, None])
async def test_what_no_contract_bills_by_time_and_material_is_a_cost_alone(stage: Invoiced, method: int | None) -> None:
    await stage.project("PRJ-2")
    of_project = {"msdyn_Project__msdyn_projects": "PRJ-2"}
    if method is not None:
        await stage.line("line of PRJ-2", method, **of_project)
    await stage.arrives()
    await stage.charged("TX-1", **of_project)
    await stage.tells_to_confirm()
    await stage.jobs()
    assert [told(row, "transactiontypecode", "amount") for row in await stage.actuals()] == [(COST, 180)]


async def test_a_line_that_is_not_billed_is_sold_as_that(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1", msdyn_billingtype=192350000)
    await stage.tells_to_confirm()
    await stage.jobs()
    assert [told(row, "billingtype") for row in await stage.actuals()] == [(192350000,)] * 2


async def test_an_invoice_for_another_company_s_project_lends_to_that_company_at_the_price_of_the_line(
    stage: Invoiced,
) -> None:
    await stage.arrives(msdyn_OwningCompany__cdm_companies="GBPM")
    await stage.charged("TX-1", msdyn_OwningCompany__cdm_companies="GBPM")
    await stage.tells_to_confirm()
    await stage.jobs()
    rows = await stage.actuals()
    companies = {stage[code]: code for code in ("USPM", "GBPM")}
    assert [
        (*told(row, "transactiontypecode", "amount", "skipsync"), companies[row["_msdyn_owningcompany_value"]])
        for row in rows
    ] == [
        (COST, 180, True, "USPM"),
        (UNBILLED, 300, False, "USPM"),
        (RESOURCING_COST, 180, False, "GBPM"),
        (INTER_ORG, 180, False, "GBPM"),
    ]
    assert {row["_msdyn_vendorinvoiceline_value"] for row in rows} == {stage["TX-1"]}
    cost, sale, resourcing, lent = (row["msdyn_actualid"] for row in rows)
    assert await stage.connected() == {
        ("Unbilled Sales", sale, "Cost", cost),
        ("Inter-Organizational Sales", lent, "Resourcing Unit Cost", resourcing),
        ("Resourcing Unit Cost", resourcing, "Cost", cost),
    }


# -- the job that confirms ------------------------------------------------------------------------------------------------


async def test_a_header_that_comes_before_its_lines_makes_the_job_look_at_nothing(stage: Invoiced) -> None:
    await stage.arrives(automatic=True)
    await stage.charged("TX-1")
    assert await stage.jobs() == {"succeeded": 0, "failed": 0}
    assert await stage.status() == DRAFT
    assert (await stage.app.patch(f"{INVOICES}({stage['VI-77']})", {"msdyn_description": "July"})).status == 204
    assert await stage.jobs() == {"succeeded": 0, "failed": 0}
    await stage.tells_to_confirm()
    assert await stage.jobs() == {"succeeded": 1, "failed": 0}
    assert await stage.status() == CONFIRMED


async def test_where_any_write_counts_the_job_refuses_an_invoice_without_lines_and_takes_one_with_some(
    stage: Invoiced,
) -> None:
    stage.twin.settings.auto_confirm_trigger = "any_write"
    await stage.arrives(automatic=True)
    assert await stage.jobs() == {"succeeded": 0, "failed": 1}
    [job] = await stage.api.rows("asyncoperations")
    assert job["message"] == vendor_invoices.NO_LINES
    assert await stage.status() == DRAFT
    await stage.charged("TX-1")
    assert await stage.jobs() == {"succeeded": 1, "failed": 0}
    assert await stage.status() == CONFIRMED
    second = await stage.app.post(LINES, {**stage.charge(), "msdyn_externalinvoiceline": "TX-2"})
    assert words(second) == (REFUSED, PLUGIN, rules.NEW_LINE_GUARD)


async def test_where_any_write_counts_lines_wait_for_the_flag_that_is_written_last(stage: Invoiced) -> None:
    stage.twin.settings.auto_confirm_trigger = "any_write"
    stage.twin.settings.jobs_at_once = True
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.charged("TX-2")
    assert await stage.status() == DRAFT
    await stage.tells_to_confirm()
    assert await stage.status() == CONFIRMED
    assert len(await stage.actuals(COST)) == 2


async def test_jobs_that_run_at_once_confirm_an_invoice_with_its_first_line(stage: Invoiced) -> None:
    stage.twin.settings.auto_confirm_trigger = "any_write"
    stage.twin.settings.jobs_at_once = True
    await stage.arrives(automatic=True)
    await stage.charged("TX-1")
    assert await stage.status() == CONFIRMED


async def test_the_job_of_an_invoice_that_lost_its_lines_fails(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.tells_to_confirm()
    assert (await stage.app.delete(f"{LINES}({stage['TX-1']})")).status == 204
    assert await stage.jobs() == {"succeeded": 0, "failed": 1}
    assert await stage.status() == DRAFT


async def test_a_job_that_fails_leaves_the_invoice_as_it_is_and_says_why(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.tells_to_confirm()
    await stage.changed("msdyn_projects", "PRJ-1", statecode=1)
    assert await stage.jobs() == {"succeeded": 0, "failed": 1}
    assert (await stage.api.rows("asyncoperations"))[0]["message"] == PROJECT_INACTIVE
    assert (await stage.status(), await stage.verified("TX-1")) == (DRAFT, NOT_STARTED)
    assert await stage.actuals() == []


async def test_the_same_invoice_written_again_changes_nothing(stage: Invoiced) -> None:
    stage.twin.settings.auto_confirm_trigger = "any_write"
    await stage.arrives(automatic=True)
    await stage.charged("TX-1")
    await stage.jobs()
    before = await stage.actuals()
    header = (await stage.api.get(f"{INVOICES}({stage['VI-77']})")).json()
    same = {name: header[name] for name in ("msdyn_name", "msdyn_invoicedate", "msdyn_enableautomaticconfirmation")}
    assert (await stage.app.patch(f"{INVOICES}({stage['VI-77']})", same)).status == 204
    assert (await stage.app.patch(f"{LINES}({stage['TX-1']})", stage.charge())).status == 204
    assert (await stage.jobs())["failed"] == 0
    assert await stage.actuals() == before
    assert await stage.status() == CONFIRMED


async def test_an_invoice_that_a_person_must_verify_is_left_alone(stage: Invoiced) -> None:
    stage.twin.settings.auto_confirm_trigger = "any_write"
    await stage.arrives()
    await stage.charged("TX-1")
    assert await stage.jobs() == {"succeeded": 0, "failed": 0}
    assert await stage.status() == DRAFT
