"""Vendor invoices in Dataverse: what may be done to them, how they are verified and confirmed, and what they become."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import named_rows
from tests.twin.dataverse.processes import vendor_invoices, verification
from tests.twin.dataverse.processes.reversal import REPLACED
from tests.twin.dataverse.processes.terms import PROJECT_INACTIVE
from tests.twin.dataverse.rules import vendor_invoices as rules
from tests.twin.http import Response
from tests.twin.projects import (
    COST,
    EXPENSE,
    FIXED_PRICE,
    INTER_ORG,
    MATERIAL,
    RESOURCING_COST,
    TIME,
    UNBILLED,
    ProjectStage,
    told,
    words,
)

DRAFT, IN_REVIEW, CONFIRMED = 192350000, 192350001, 192350002
NOT_STARTED, IN_PROGRESS, COMPLETE = 192350000, 192350001, 192350002
ADJUSTED, UNADJUSTABLE = 192350001, 192350002
INVOICES, LINES = "msdyn_projectvendorinvoices", "msdyn_projectvendorinvoicelines"
INVOICE, LINE = "msdyn_projectvendorinvoice", "msdyn_projectvendorinvoiceline"
REFUSED, PLUGIN = 400, "0x80040265"


class Invoiced(ProjectStage):
    """Knows vendor V-200, product and categories, and writes invoices as the maps do."""

    async def begin(self) -> Invoiced:
        await super().begin()
        await self.enter("accounts", "vendor", accountnumber="V-200", msdyn_Company__cdm_companies="USPM")
        await self.enter("products", "licence", name="Licence", msdyn_productnumber="LIC", defaultuomid__uoms="hour")
        await self.enter("msdyn_transactioncategories", "dev", msdyn_name="Development")
        await self.line("line")
        for price_list, amount in (("cost USPM", 120), ("sales ORD-1", 150)):
            await self.role_price(price_list, "developer", amount, "USD")
        await self.enter(
            "productpricelevels",
            "licence in sales ORD-1",
            amount=250,
            pricelevelid__pricelevels="sales ORD-1",
            productid__products="licence",
            transactioncurrencyid__transactioncurrencies="USD",
        )
        return self

    async def arrives(self, name: str = "VI-77", *, automatic: bool = False, **columns: Any) -> None:
        """Write the header of an invoice."""
        told_by_finance = {
            "msdyn_name": name,
            "msdyn_vendorinvoicenumber": name,
            "msdyn_hasexternalorigin": True,
            "msdyn_enableautomaticconfirmation": automatic,
            "msdyn_invoicedate": "2026-09-10T00:00:00Z",
            "msdyn_Vendor__accounts": "vendor",
            "msdyn_OwningCompany__cdm_companies": "USPM",
            "transactioncurrencyid__transactioncurrencies": "USD",
        }
        self._ids[name] = await self.app.create(INVOICES, self.body({**told_by_finance, **columns}))

    def charge(self, **columns: Any) -> dict[str, Any]:
        """What a line of two hours at 90 says."""
        told_by_finance = {
            "msdyn_description": "Consulting",
            "msdyn_transactionclassification": TIME,
            "msdyn_quantity": 2,
            "msdyn_price": 90,
            "msdyn_transactiondate": "2026-09-10T00:00:00Z",
            "msdyn_VendorInvoice__msdyn_projectvendorinvoices": "VI-77",
            "msdyn_Project__msdyn_projects": "PRJ-1",
            "msdyn_ResourceCategory__bookableresourcecategories": "developer",
            "msdyn_Unit__uoms": "hour",
            "msdyn_OwningCompany__cdm_companies": "USPM",
            "transactioncurrencyid__transactioncurrencies": "USD",
        }
        return self.body({**told_by_finance, **columns})

    async def charged(self, name: str, **columns: Any) -> None:
        """Write a line."""
        body = {**self.charge(**columns), "msdyn_externalinvoiceline": name}
        self._ids[name] = await self.app.create(LINES, body)

    async def licences(self, name: str = "TX-1", **columns: Any) -> None:
        """Write a line of five licences at 200."""
        material = {"msdyn_transactionclassification": MATERIAL, "msdyn_quantity": 5, "msdyn_price": 200}
        await self.charged(name, **{**material, "msdyn_Product__products": "licence", **columns})

    async def tells_to_confirm(self, name: str = "VI-77") -> None:
        """Write the header's flag last."""
        flag = {"msdyn_enableautomaticconfirmation": True}
        assert (await self.app.patch(f"{INVOICES}({self[name]})", flag)).status == 204

    async def jobs(self) -> dict[str, int]:
        ended: dict[str, int] = (await self.api.post("/twin/jobs", {})).json()
        return ended

    async def status(self, name: str = "VI-77") -> int:
        return int((await self.api.get(f"{INVOICES}({self[name]})")).json()["statuscode"])

    async def verified(self, name: str) -> int:
        return int((await self.api.get(f"{LINES}({self[name]})")).json()["msdyn_verificationstatus"])

    async def verify(self, *names: str, status: int = COMPLETE) -> None:
        """Let the project manager verify lines."""
        for name in names:
            assert (await self.changed(LINES, name, msdyn_verificationstatus=status)).status == 204

    async def confirm(self, name: str = "VI-77") -> Response:
        return await self.act("msdyn_ConfirmVendorInvoices", INVOICE, name)

    async def match(self, line: str, *actuals: str, action: str = "msdyn_MatchActuals") -> Response:
        parameters = {"Targets": named_rows(LINE, self[line]), "Actuals": named_rows("msdyn_actual", *actuals)}
        return await self.api.post(action, parameters)

    async def subcontract(self) -> None:
        """Enter a subcontract with a line of a developer's hours, and let ten hours be worked on it."""
        await self.enter("msdyn_subcontracts", "SC-1", msdyn_Vendor__accounts="vendor", **self.of_uspm())
        await self.enter(
            "msdyn_subcontractlines",
            "SL-1",
            msdyn_Subcontract__msdyn_subcontracts="SC-1",
            msdyn_transactionclassification=TIME,
            msdyn_price=100,
            **self.of_uspm(),
        )

    def of_uspm(self) -> dict[str, str]:
        return {"msdyn_OwningCompany__cdm_companies": "USPM"}

    async def subcontracted(self, name: str, hours: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Approve hours on the subcontract; give cost and sale."""
        before = len(await self.actuals())
        await self.time(name, hours, msdyn_SubcontractLine__msdyn_subcontractlines="SL-1")
        await self.approved(name)
        cost, sale = (await self.actuals())[before:]
        return cost, sale


@pytest.fixture
async def stage() -> Invoiced:
    return await Invoiced(DataverseTwin(seed=9)).begin()


#: A line of the subcontract that `subcontracted` hours are matched to.
OF_SUBCONTRACT = {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-1", "msdyn_quantity": 10, "msdyn_price": 102}


# -- what a line becomes -------------------------------------------------------------------------------------------------


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


# -- the job that confirms -----------------------------------------------------------------------------------------------


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


# -- verification by a person --------------------------------------------------------------------------------------------


async def test_an_invoice_is_confirmed_only_when_every_line_is_verified(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.charged("TX-2")
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NOT_VERIFIED)
    await stage.verify("TX-1")
    assert await stage.status() == IN_REVIEW
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NOT_VERIFIED)
    await stage.verify("TX-2", status=IN_PROGRESS)
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NOT_VERIFIED)
    await stage.verify("TX-2")
    assert (await stage.confirm()).status == 204
    assert await stage.status() == CONFIRMED
    assert len(await stage.actuals(COST)) == 2
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.ALREADY_CONFIRMED)
    assert len(await stage.actuals(COST)) == 2


async def test_an_invoice_without_lines_is_not_confirmed_by_a_person_either(stage: Invoiced) -> None:
    await stage.arrives()
    assert words(await stage.confirm()) == (REFUSED, PLUGIN, vendor_invoices.NO_LINES)


async def test_a_matched_cost_is_reversed_and_replaced_and_its_sale_goes_with_the_new_cost(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, sale = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    assert (await stage.match("TX-1", cost["msdyn_actualid"])).status == 204
    assert (await stage.verified("TX-1"), await stage.status()) == (IN_PROGRESS, IN_REVIEW)
    await stage.verify("TX-1")
    assert (await stage.confirm()).status == 204
    columns = ("transactiontypecode", "quantity", "price", "amount", "adjustmentstatus")
    rows = await stage.actuals()
    assert [told(row, *columns) for row in rows] == [
        (COST, 10, 100, 1000, ADJUSTED),
        (UNBILLED, 10, 150, 1500, None),
        (COST, 10, 102, 1020, None),
        (COST, -10, 100, -1000, UNADJUSTABLE),
    ]
    _, _, replacement, reversal = rows
    ids = {row["msdyn_actualid"] for row in rows}
    assert {each for each in await stage.connected() if each[1] in ids} == {
        ("Unbilled Sales", sale["msdyn_actualid"], "Cost", cost["msdyn_actualid"]),
        ("Unbilled Sales", sale["msdyn_actualid"], "Cost", replacement["msdyn_actualid"]),
        ("Reversing", reversal["msdyn_actualid"], "Original", cost["msdyn_actualid"]),
    }
    assert reversal["_msdyn_vendorinvoiceline_value"] is None
    assert replacement["_msdyn_subcontractline_value"] == stage["SL-1"]


async def test_the_job_matches_the_costs_of_a_subcontract_s_line_by_itself(stage: Invoiced) -> None:
    await stage.subcontract()
    await stage.subcontracted("four hours", 4)
    await stage.subcontracted("six hours", 6)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.tells_to_confirm()
    assert await stage.jobs() == {"succeeded": 1, "failed": 0}
    costs = [told(row, "quantity", "amount", "adjustmentstatus") for row in await stage.actuals(COST)]
    assert costs == [
        (4, 400, ADJUSTED),
        (6, 600, ADJUSTED),
        (10, 1020, None),
        (-4, -400, UNADJUSTABLE),
        (-6, -600, UNADJUSTABLE),
    ]
    assert len(await stage.actuals(UNBILLED)) == 2


async def test_a_second_invoice_of_the_same_subcontract_line_does_not_replace_the_first(stage: Invoiced) -> None:
    await stage.subcontract()
    await stage.subcontracted("ten hours", 10)
    for invoice, line in (("VI-77", "TX-1"), ("VI-78", "TX-2")):
        of_invoice = {"msdyn_VendorInvoice__msdyn_projectvendorinvoices": invoice}
        await stage.arrives(invoice)
        await stage.charged(line, **{**OF_SUBCONTRACT, **of_invoice})
        await stage.tells_to_confirm(invoice)
        await stage.jobs()
    amounts = [told(row, "amount", "adjustmentstatus") for row in await stage.actuals(COST)]
    assert amounts == [(1000, ADJUSTED), (1020, None), (-1000, UNADJUSTABLE), (1020, None)]
    assert [row["msdyn_amount"] for row in await stage.actuals(UNBILLED)] == [1500, 1500]


async def test_only_costs_that_say_what_the_line_says_are_matched(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, sale = await stage.subcontracted("ten hours", 10)
    other, _ = await stage.subcontracted("three hours", 3)
    await stage.enter("bookableresourcecategories", "tester", name="Tester")
    await stage.arrives()
    await stage.charged("tests", **{**OF_SUBCONTRACT, "msdyn_ResourceCategory__bookableresourcecategories": "tester"})
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.charged("own")
    unlike = await stage.match("tests", cost["msdyn_actualid"])
    assert words(unlike) == (REFUSED, PLUGIN, verification.NOT_FITTING)
    sold = await stage.match("TX-1", cost["msdyn_actualid"], sale["msdyn_actualid"])
    assert words(sold) == (REFUSED, PLUGIN, verification.NOT_FITTING)
    direct = await stage.match("own", cost["msdyn_actualid"])
    assert words(direct) == (REFUSED, PLUGIN, verification.NO_SUBCONTRACT)
    assert await stage.verified("TX-1") == NOT_STARTED
    assert (await stage.match("TX-1", cost["msdyn_actualid"], other["msdyn_actualid"])).status == 204
    twice = await stage.match("TX-1", cost["msdyn_actualid"])
    assert words(twice) == (REFUSED, PLUGIN, verification.NOT_FITTING)


async def test_what_is_unmatched_again_stays_as_it_was(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    undo = "msdyn_UnmatchActuals"
    early = await stage.match("TX-1", cost["msdyn_actualid"], action=undo)
    assert words(early) == (REFUSED, PLUGIN, verification.NOT_MATCHED)
    await stage.match("TX-1", cost["msdyn_actualid"])
    assert (await stage.match("TX-1", cost["msdyn_actualid"], action=undo)).status == 204
    assert await stage.verified("TX-1") == NOT_STARTED
    await stage.verify("TX-1")
    late = await stage.match("TX-1", cost["msdyn_actualid"])
    assert words(late) == (REFUSED, PLUGIN, verification.VERIFIED)
    await stage.confirm()
    assert [row["msdyn_amount"] for row in await stage.actuals(COST)] == [1000, 1020]
    assert [row["msdyn_amount"] for row in await stage.actuals(UNBILLED)] == [1500, 1500]
    confirmed = await stage.match("TX-1", cost["msdyn_actualid"])
    assert words(confirmed) == (REFUSED, PLUGIN, rules.CONFIRMED_GUARD)


async def test_a_matched_cost_that_was_recalled_meanwhile_is_not_replaced(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.match("TX-1", cost["msdyn_actualid"])
    assert (await stage.act("msdyn_CancelApproval", "msdyn_timeentry", "ten hours")).status == 204
    await stage.verify("TX-1")
    await stage.confirm()
    assert [row["msdyn_amount"] for row in await stage.actuals(COST)] == [1000, -1000, 1020]
    assert [row["msdyn_amount"] for row in await stage.actuals(UNBILLED)] == [1500, -1500, 1500]


# -- guards --------------------------------------------------------------------------------------------------------------


async def test_nobody_edits_an_invoice_in_dataverse_but_for_its_verification(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    header = await stage.changed(INVOICES, "VI-77", msdyn_description="by hand")
    line = await stage.changed(LINES, "TX-1", msdyn_price=1, msdyn_verificationstatus=COMPLETE)
    for refused in (header, line):
        assert words(refused) == (REFUSED, PLUGIN, rules.NOT_EDITABLE)
    assert await stage.verified("TX-1") == NOT_STARTED
    assert (await stage.changed(LINES, "TX-1", msdyn_price=90)).status == 204


@pytest.mark.parametrize("user", ["person", "app"])
async def test_a_status_is_not_written_but_comes_of_verifying_and_confirming(stage: Invoiced, user: str) -> None:
    await stage.arrives()
    api = stage.app if user == "app" else stage.api
    answer = await api.patch(f"{INVOICES}({stage['VI-77']})", {"statuscode": CONFIRMED})
    assert words(answer) == (REFUSED, PLUGIN, rules.STATUS_GUARD)
    made = await api.post(INVOICES, {"msdyn_name": "VI-9", "statuscode": CONFIRMED})
    assert words(made) == (REFUSED, PLUGIN, rules.STATUS_GUARD)


async def test_the_app_changes_a_line_only_before_its_verification(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    assert (await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_quantity": 3})).status == 204
    await stage.verify("TX-1", status=IN_PROGRESS)
    started = await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_quantity": 4})
    assert words(started) == (REFUSED, PLUGIN, rules.STARTED_GUARD)
    assert (await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_quantity": 3})).status == 204


async def test_a_confirmed_invoice_is_neither_changed_nor_deleted_by_anybody(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.arrives("VI-78")
    await stage.charged("TX-1")
    await stage.charged("TX-2", msdyn_VendorInvoice__msdyn_projectvendorinvoices="VI-78")
    await stage.tells_to_confirm()
    await stage.jobs()
    invoice, line = f"{INVOICES}({stage['VI-77']})", f"{LINES}({stage['TX-1']})"
    moved = stage.body({"msdyn_VendorInvoice__msdyn_projectvendorinvoices": "VI-77"})
    for api in (stage.api, stage.app):
        for answer in (
            await api.patch(invoice, {"msdyn_description": "other"}),
            await api.patch(invoice, {"msdyn_enableautomaticconfirmation": False}),
            await api.patch(line, {"msdyn_quantity": 3}),
            await api.patch(line, {"msdyn_verificationstatus": NOT_STARTED}),
            await api.patch(f"{LINES}({stage['TX-2']})", moved),
            await api.delete(line),
            await api.delete(invoice),
        ):
            assert words(answer) == (REFUSED, PLUGIN, rules.CONFIRMED_GUARD)
        new = await api.post(LINES, {**stage.charge(), "msdyn_externalinvoiceline": "TX-3"})
        assert words(new) == (REFUSED, PLUGIN, rules.NEW_LINE_GUARD)


async def test_an_invoice_made_in_dataverse_is_its_maker_s_to_edit(stage: Invoiced) -> None:
    await stage.enter(INVOICES, "own", msdyn_name="own")
    assert (await stage.changed(INVOICES, "own", msdyn_description="mine")).status == 204


async def test_what_an_invoice_has_replaced_is_neither_recalled_nor_canceled_nor_corrected(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.tells_to_confirm()
    await stage.jobs()
    before = await stage.actuals()
    for action in ("msdyn_CancelApproval", "msdyn_RecallEntries"):
        answer = await stage.act(action, "msdyn_timeentry", "ten hours")
        assert words(answer) == (REFUSED, PLUGIN, REPLACED)
    answer = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", cost["msdyn_actualid"])
    assert words(answer) == (REFUSED, PLUGIN, REPLACED)
    assert await stage.actuals() == before


async def test_a_correction_of_what_an_invoice_made_is_still_the_invoice_s(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.tells_to_confirm()
    await stage.jobs()
    cost, _ = await stage.actuals()
    answer = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", cost["msdyn_actualid"])
    journal = answer.json()["JournalId"]
    assert (await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)).status == 204
    rows = await stage.actuals(COST)
    assert [row["msdyn_amount"] for row in rows] == [180, -180, 180]
    assert {row["_msdyn_vendorinvoiceline_value"] for row in rows} == {stage["TX-1"]}


async def test_material_needs_a_product(stage: Invoiced) -> None:
    await stage.arrives()
    material = {"msdyn_transactionclassification": MATERIAL}
    refused = await stage.app.post(LINES, stage.charge(**material))
    text = "Product id is mandatory. Select a product from the catalog."
    assert words(refused) == (REFUSED, PLUGIN, text)
    assert await stage.api.rows(LINES) == []
    await stage.charged("TX-1")
    becomes = await stage.app.patch(f"{LINES}({stage['TX-1']})", material)
    assert words(becomes) == (REFUSED, PLUGIN, text)


async def test_a_category_must_be_active_and_an_expense_must_have_one(stage: Invoiced) -> None:
    await stage.arrives()
    text = (
        "The Transaction Category linked to this vendor invoice line is invalid. "
        "Please select an Active, Expense Transaction Category."
    )
    expense = {"msdyn_transactionclassification": EXPENSE}
    category = {"msdyn_TransactionCategory__msdyn_transactioncategories": "dev"}
    assert words(await stage.app.post(LINES, stage.charge(**expense))) == (REFUSED, PLUGIN, text)
    await stage.changed("msdyn_transactioncategories", "dev", statecode=1)
    for columns in (category, {**expense, **category}):
        assert words(await stage.app.post(LINES, stage.charge(**columns))) == (REFUSED, PLUGIN, text)
    await stage.changed("msdyn_transactioncategories", "dev", statecode=0)
    assert (await stage.app.post(LINES, stage.charge(**expense, **category))).status == 204


async def test_an_action_on_a_line_wants_costs_that_are_there(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    answer = await stage.api.act("msdyn_MatchActuals", LINE, stage["TX-1"])
    assert "'Actuals' must be a list of rows." in words(answer)[2]


async def test_a_long_text_of_a_line_is_cut_to_what_an_actual_holds(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1", msdyn_description="x" * 300)
    await stage.tells_to_confirm()
    await stage.jobs()
    assert {row["msdyn_description"] for row in await stage.actuals()} == {"x" * 100}
