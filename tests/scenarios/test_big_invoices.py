"""An invoice of more lines than a synchronous confirmation takes (I8), while imports run at any moment of its way."""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import imported, staged
from tests.scenarios.consulting import CATEGORY, CHARGEABLE, DAY, TIME, UNBILLED, Consulting
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.invoicing import (
    BILLED,
    INVOICES,
    NOT_POSTED,
    drafted,
    lines,
    not_imported,
    post_drafts,
    post_proposal,
    proposal,
    ready,
)

_LIMIT_REACHED = "The proforma has more than {} lines and can't be confirmed."


async def test_i8_an_invoice_with_more_lines_than_a_lowered_limit_arrives_as_a_whole(office: Enterprise) -> None:
    await office.dataverse_forms.does("POST", "settings", {"max_invoice_lines": 50})
    await invoiced(office, 60, limit=50)


@pytest.mark.long
async def test_i8_an_invoice_of_1200_lines_arrives_as_a_whole(office: Enterprise) -> None:
    await invoiced(office, 1200, limit=1000)


async def invoiced(office: Enterprise, count: int, *, limit: int) -> None:
    """Bill many hours at once: refused where a limit holds, and confirmed where actuals are tracked asynchronously."""
    firm = await Consulting(office).begin()
    await firm.sold(developer=100)
    await typed(firm, count)
    await office.travel(seconds=60)
    await imported(office)
    await post_drafts(office)
    await ready(firm)
    invoice = await drafted(firm)
    targets = [firm.target("invoice", invoice["invoiceid"])]
    words = await office.refused("POST", "msdyn_ConfirmInvoice", Targets=targets)
    assert words == _LIMIT_REACHED.format(limit)
    assert await office.held("msdyn_actuals", f"msdyn_transactiontypecode eq {BILLED}") == []

    await office.dataverse_forms.does("POST", "settings", {"max_invoice_lines": None})
    await office.act("msdyn_ConfirmInvoice", Targets=targets)
    seen = set()
    for _ in range(6):
        # Each actual has two connections, which a package writes in half a second each.
        await office.travel(seconds=60 + count / 4)
        assert set(await not_imported(office)) <= {NOT_POSTED}
        made = len(await lines(office, invoice)) if await office.kept("ProjectProposals") else 0
        seen.add(made)
        assert made in (0, count), "all lines or none"
    assert count in seen
    of_billed = [row for row in await staged(office, "InvoiceId") if row[0] == "BilledSales"]
    assert of_billed == [("BilledSales", 100, invoice["invoicenumber"])] * count
    assert (await proposal(office, invoice))["InvoiceAmount"] == 100 * count
    done = await post_proposal(office, invoice)
    back = await office.held("msdyn_actuals", f"msdyn_vouchernumber eq '{done['voucher']}'", "msdyn_accountingamount")
    assert [row["msdyn_accountingamount"] for row in back] == [100] * count
    assert len(await office.held(INVOICES)) == 1
    assert await office.is_at_rest()


async def typed(firm: Consulting, count: int) -> None:
    """Enter many hours by an entry journal, and confirm it."""
    journal = await firm.enter("msdyn_journals", "journal", msdyn_description="Many hours")
    for number in range(count):
        await firm.enter(
            "msdyn_journallines",
            f"line {number}",
            msdyn_description=f"Hour {number}",
            msdyn_transactiontypecode=UNBILLED,
            msdyn_transactionclassification=TIME,
            msdyn_billingtype=CHARGEABLE,
            msdyn_documentdate=DAY,
            msdyn_quantity=1,
            msdyn_price=100,
            msdyn_Journal__msdyn_journals="journal",
            msdyn_Project__msdyn_projects="PRJ-1",
            msdyn_TransactionCategory__msdyn_transactioncategories=CATEGORY,
            transactioncurrencyid__transactioncurrencies="USD",
        )
    await firm.office.act("msdyn_ConfirmJournal", Targets=[firm.target("msdyn_journal", journal)])
