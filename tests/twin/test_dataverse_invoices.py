"""Proformas are confirmed, edited or not: which actuals that makes, and what the customer invoice shows on them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.confirmation import (
    NOT_A_DRAFT,
)
from tests.twin.invoicing import (
    ADJUSTED,
    CANCELED,
    CHARGEABLE,
    CONFIRMED,
    CREATED,
    FEE,
    INVOICED,
    INVOICES,
    MILESTONE,
    MILESTONES,
    NON_CHARGEABLE,
    POSTED,
    RETAINER,
    RETAINERS,
    UNADJUSTABLE,
    InvoiceStage,
)
from tests.twin.projects import BILLED, UNBILLED, told, words

SHOWN = ("transactiontypecode", "quantity", "amount", "billingtype", "skipsync")


@pytest.fixture
async def stage() -> InvoiceStage:
    return await InvoiceStage(DataverseTwin(seed=8)).begin()


async def test_a_confirmed_detail_is_a_negative_that_stays_and_a_billed_sale(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    await stage.ready("work")
    invoice = await stage.drafted()
    assert (await stage.confirm(invoice)).status == 204
    _, sale, negative, billed = await stage.actuals()
    assert told(sale, "billingstatus", "adjustmentstatus") == (INVOICED, None)
    assert told(negative, *SHOWN, "adjustmentstatus") == (UNBILLED, -4, -1000, CHARGEABLE, True, UNADJUSTABLE)
    assert told(billed, *SHOWN, "adjustmentstatus") == (BILLED, 4, 1000, CHARGEABLE, False, None)
    assert billed["_msdyn_invoice_value"] == invoice["invoiceid"]
    assert (billed["msdyn_accountingdate"], billed["_msdyn_accountcustomer_value"]) == (
        "2026-08-27",
        stage["customer"],
    )
    assert len({row["msdyn_actualimportid"] for row in await stage.actuals()}) == 4
    connected = await stage.connected()
    assert ("Reversing", negative["msdyn_actualid"], "Original", sale["msdyn_actualid"]) in connected
    assert ("Billed Sales", billed["msdyn_actualid"], "Unbilled Sales", sale["msdyn_actualid"]) in connected
    assert len(connected) == 3  # with that of the cost
    assert (await stage.status_of(invoice)) == CONFIRMED
    assert words(await stage.confirm(invoice))[2] == NOT_A_DRAFT


async def test_what_a_confirmation_makes_says_all_that_its_sale_says(stage: InvoiceStage) -> None:
    await stage.enter("msdyn_projecttasks", "build", msdyn_subject="Build", msdyn_project__msdyn_projects="PRJ-1")
    await stage.enter("msdyn_transactioncategories", "hours", msdyn_name="Hours")
    columns = {"msdyn_projectTask__msdyn_projecttasks": "build"}
    await stage.worked("work", 4, **columns, msdyn_transactioncategory__msdyn_transactioncategories="hours")
    await stage.ready("work")
    await stage.confirm(await stage.drafted())
    _, sale, negative, billed = await stage.actuals()
    assert (sale["_msdyn_task_value"], sale["_msdyn_transactioncategory_value"]) == (stage["build"], stage["hours"])
    own = {"msdyn_actualid", "msdyn_actualimportid", "versionnumber", "@odata.etag"}
    of_confirmation = {
        "msdyn_skipsync",
        "msdyn_adjustmentstatus",
        "msdyn_quantity",
        "msdyn_amount",
        "msdyn_amount_base",
    }
    of_billing = {"msdyn_transactiontypecode", "_msdyn_invoice_value", "_msdyn_invoicelinetransaction_value"}
    for row, others in ((negative, of_confirmation), (billed, of_billing)):
        assert differing(row, sale) - own <= others


def differing(row: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """The columns in which two rows differ."""
    return {name for name in row.keys() | other.keys() if row.get(name) != other.get(name)}


async def test_the_invoices_accounting_date_is_that_of_its_billed_sales(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    await stage.ready("work")
    invoice = await stage.drafted()
    await stage.api.patch(f"{INVOICES}({invoice['invoiceid']})", {"msdyn_accountingdate": "2026-09-30"})
    await stage.confirm(invoice)
    [billed] = await stage.actuals(BILLED)
    assert told(billed, "documentdate", "accountingdate") == ("2026-08-27", "2026-09-30")


EDITS: tuple[tuple[dict[str, Any], list[tuple[Any, ...]]], ...] = (
    (
        {"msdyn_quantity": 6},
        [
            (UNBILLED, -8, -2000, CHARGEABLE, False),
            (UNBILLED, 6, 1500, CHARGEABLE, False),
            (UNBILLED, -6, -1500, CHARGEABLE, True),
            (BILLED, 6, 1500, CHARGEABLE, False),
            (UNBILLED, 2, 500, NON_CHARGEABLE, False),
            (UNBILLED, -2, -500, NON_CHARGEABLE, True),
            (BILLED, 2, 500, NON_CHARGEABLE, False),
        ],
    ),
    (
        {"msdyn_quantity": 10},
        [
            (UNBILLED, -8, -2000, CHARGEABLE, False),
            (UNBILLED, 10, 2500, CHARGEABLE, False),
            (UNBILLED, -10, -2500, CHARGEABLE, True),
            (BILLED, 10, 2500, CHARGEABLE, False),
        ],
    ),
    (
        {"msdyn_billingtype": NON_CHARGEABLE},
        [
            (UNBILLED, -8, -2000, CHARGEABLE, False),
            (UNBILLED, 8, 2000, NON_CHARGEABLE, False),
            (UNBILLED, -8, -2000, NON_CHARGEABLE, True),
            (BILLED, 8, 2000, NON_CHARGEABLE, False),
        ],
    ),
    (
        {"msdyn_quantity": 0},
        [
            (UNBILLED, -8, -2000, CHARGEABLE, False),
            (UNBILLED, 8, 2000, NON_CHARGEABLE, False),
            (UNBILLED, -8, -2000, NON_CHARGEABLE, True),
            (BILLED, 8, 2000, NON_CHARGEABLE, False),
        ],
    ),
    (
        {"msdyn_price": 200},
        [
            (UNBILLED, -8, -2000, CHARGEABLE, False),
            (UNBILLED, 8, 1600, CHARGEABLE, False),
            (UNBILLED, -8, -1600, CHARGEABLE, True),
            (BILLED, 8, 1600, CHARGEABLE, False),
        ],
    ),
)


@pytest.mark.parametrize(("edit", "made"), EDITS, ids=["less", "more", "not charged", "nothing", "cheaper"])
async def test_an_edited_detail_takes_the_place_of_its_sale(
    stage: InvoiceStage, edit: dict[str, Any], made: list[tuple[Any, ...]]
) -> None:
    await stage.worked("work", 8)
    await stage.ready("work")
    invoice = await stage.drafted()
    assert (await stage.edit_detail(**edit)).status == 204
    assert (await stage.confirm(invoice)).status == 204
    _, sale, *rows = await stage.actuals()
    assert [told(row, *SHOWN) for row in rows] == made
    assert told(sale, "billingstatus", "adjustmentstatus") == (CANCELED, ADJUSTED)
    assert told(rows[0], "billingstatus", "adjustmentstatus") == (CANCELED, UNADJUSTABLE)
    connected = await stage.connected()
    assert ("Reversing", rows[0]["msdyn_actualid"], "Original", sale["msdyn_actualid"]) in connected
    for new, negative, billed in zip(rows[1::3], rows[2::3], rows[3::3], strict=True):
        assert [told(row, "billingstatus", "adjustmentstatus") for row in (new, negative, billed)] == [
            (INVOICED, None),
            (INVOICED, UNADJUSTABLE),
            (INVOICED, None),
        ]
        assert ("Reversing", negative["msdyn_actualid"], "Original", new["msdyn_actualid"]) in connected
        assert ("Billed Sales", billed["msdyn_actualid"], "Unbilled Sales", new["msdyn_actualid"]) in connected


async def test_read_literally_no_negative_of_a_confirmation_is_synced(stage: InvoiceStage) -> None:
    stage.twin.settings.skip_all_negative_on_confirm = True
    await stage.worked("work", 8)
    await stage.ready("work")
    invoice = await stage.drafted()
    await stage.edit_detail(msdyn_quantity=6)
    await stage.confirm(invoice)
    rows = await stage.actuals(UNBILLED)
    assert {row["msdyn_quantity"] for row in rows if row["msdyn_skipsync"]} == {-8, -6, -2}


async def test_a_fee_is_billed_like_work(stage: InvoiceStage) -> None:
    await stage.fee("fee", 300)
    await stage.ready("fee")
    invoice = await stage.drafted()
    await stage.confirm(invoice)
    sale, negative, billed = await stage.actuals()
    assert {row["msdyn_transactionclassification"] for row in (sale, negative, billed)} == {FEE}
    assert told(negative, *SHOWN) == (UNBILLED, -1, -300, CHARGEABLE, True)
    assert told(billed, *SHOWN) == (BILLED, 1, 300, CHARGEABLE, False)
    assert sale["msdyn_billingstatus"] == INVOICED


async def test_a_milestone_is_billed_alone_and_named_by_its_billed_sale(stage: InvoiceStage) -> None:
    await stage.fixed_price()
    await stage.enter("msdyn_projecttasks", "design", msdyn_subject="Design", msdyn_project__msdyn_projects="PRJ-2")
    await stage.milestone("M1", 5000, msdyn_projecttask__msdyn_projecttasks="design")
    invoice = await stage.drafted("ORD-2")
    assert (await stage.confirm(invoice)).status == 204
    [billed] = await stage.actuals()
    lookups = ("project", "task", "salescontract", "salescontractlineid", "resourcingcompany")
    assert [billed[f"_msdyn_{name}_value"] for name in lookups] == [
        stage[name] for name in ("PRJ-2", "design", "ORD-2", "fixed", "USPM")
    ]
    assert told(billed, *SHOWN, "transactionclassification") == (BILLED, 1, 5000, CHARGEABLE, False, MILESTONE)
    assert billed["msdyn_externalreferenceid"] == stage["M1"]
    assert billed["_msdyn_contractcustomer_value"] == invoice["_msdyn_contractcustomer_value"] is not None
    assert (billed["_msdyn_accountcustomer_value"], billed["_msdyn_owningcompany_value"]) == (
        *(stage["customer"], stage["USPM"]),
    )
    assert told(billed, "documentdate", "accountingdate", "billingstatus") == ("2026-08-31", "2026-08-31", INVOICED)
    [milestone] = await stage.api.rows(MILESTONES)
    assert milestone["msdyn_invoicestatus"] == 192350003
    assert await stage.connected() == set()


async def test_a_retainer_is_billed_and_used_in_part_and_then_up(stage: InvoiceStage) -> None:
    await stage.enter(
        RETAINERS,
        "R1",
        msdyn_name="R1",
        msdyn_amount=1000,
        msdyn_invoicedate="2026-08-01",
        msdyn_Contract__salesorders="ORD-1",
        msdyn_ContractLineId__salesorderdetails="line",
        msdyn_Project__msdyn_projects="PRJ-1",
    )
    await stage.act("msdyn_MarkReadyToInvoice", "msdyn_contractlineretainer", "R1")
    await stage.confirm(await stage.drafted())
    billed, held = await stage.actuals()
    assert told(billed, *SHOWN, "transactionclassification") == (BILLED, 1, 1000, CHARGEABLE, False, RETAINER)
    assert told(held, *SHOWN, "billingstatus") == (UNBILLED, -1, -1000, CHARGEABLE, False, CREATED)
    billed_of_held = ("Billed Sales", billed["msdyn_actualid"], "Unbilled Sales", held["msdyn_actualid"])
    assert await stage.connected() == {billed_of_held}

    await stage.mark(held)
    invoice = await stage.drafted()
    assert invoice["totalamount"] == -1000
    await stage.edit_detail(msdyn_price=600)
    await stage.confirm(invoice)
    canceled, used, rest = (await stage.actuals())[2:]
    assert told(canceled, *SHOWN) == (UNBILLED, 1, 1000, CHARGEABLE, True)
    assert told(used, *SHOWN) == (BILLED, -1, -600, CHARGEABLE, False)
    assert told(rest, *SHOWN, "price", "billingstatus") == (UNBILLED, -1, -400, CHARGEABLE, False, 400, CREATED)
    assert {
        ("Reversing", canceled["msdyn_actualid"], "Original", held["msdyn_actualid"]),
        ("Billed Sales", used["msdyn_actualid"], "Unbilled Sales", held["msdyn_actualid"]),
    } <= await stage.connected()

    await stage.mark(rest)
    await stage.confirm(await stage.drafted())
    canceled, used = (await stage.actuals())[5:]
    assert told(canceled, *SHOWN) == (UNBILLED, 1, 400, CHARGEABLE, True)
    assert told(used, *SHOWN) == (BILLED, -1, -400, CHARGEABLE, False)


async def test_proformas_are_confirmed_in_another_order_than_they_are_numbered(stage: InvoiceStage) -> None:
    invoices = []
    for name in ("first", "second"):
        await stage.worked(name, 4)
        await stage.ready(name)
        invoices.append(await stage.drafted())
    for invoice in reversed(invoices):
        await stage.confirm(invoice)
    billed = await stage.actuals(BILLED)
    assert [row["_msdyn_invoice_value"] for row in billed] == [each["invoiceid"] for each in reversed(invoices)]
    assert [each["invoicenumber"] for each in invoices] == ["INV-01001", "INV-01002"]


# -- the customer invoice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("feature", "shown"), [(True, ("CI-55", "2026-09-15", 200, POSTED)), (False, (None,) * 3)])
async def test_a_proforma_shows_its_customer_invoice_if_the_feature_is_on(
    stage: InvoiceStage, feature: bool, shown: tuple[Any, ...]
) -> None:
    stage.twin.settings.enhanced_proforma_invoice = feature
    await stage.worked("work", 4)
    await stage.ready("work")
    invoice = await stage.drafted()
    await stage.confirm(invoice)
    columns = {
        "msdyn_invoicenumber": "CI-55",
        "msdyn_invoicedate": "2026-09-15T12:00:00Z",
        "msdyn_taxamount": 200,
        "msdyn_Invoice@odata.bind": f"/invoices({invoice['invoiceid']})",
    }
    await stage.app.create("msdyn_customerinvoices", columns)
    [proforma] = await stage.api.rows(INVOICES)
    names = ("customerinvoicenumber", "customerinvoicedate", "customerinvoicetax", "projectinvoicestatus")
    assert told(proforma, *names) == (shown if feature else (*shown, CONFIRMED))
