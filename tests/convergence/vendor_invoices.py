"""Scenarios of vendor invoices: Finance posts them, Dataverse confirms them, and only the status goes back.

They point at the account that Dataverse makes by itself when the vendor arrives.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.sync.pairing import dataverse_id_for
from tests.convergence.acts import DataverseTable, in_finance
from tests.convergence.scenarios import COMPANY, Scenario, company, seeded
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Script, Told
from tests.twin.finance.books import Books
from tests.twin.finance.writing import Writer
from tests.world import World

IN_REVIEW, CONFIRMED = 192350001, 192350002
_KEY = {"dataAreaId": "usmf", "InvoiceAccount": "V-1", "VendorInvoiceNum": "4711"}
_INVOICE = "usmf|V-1|4711"
INVOICE = dataverse_id_for("vendor_invoices", _INVOICE)
_CONTESTED = ("VendInvoiceExportsV2", "msdyn_projectvendorinvoices(")

invoices = DataverseTable("vendor_invoices_to_finance", "msdyn_projectvendorinvoices", "msdyn_projectvendorinvoiceid")


def vendor() -> Act:
    """Enter a vendor in Finance."""
    named = {"dataAreaId": "usmf", "VendorAccountNumber": "V-1", "VendorOrganizationName": "Quay Scaffolding"}

    async def does(world: World) -> None:
        await world.in_finance.does("POST", "VendorsV2", {**named, "VendorGroupId": "10", "CurrencyCode": "USD"})

    return Act("enters V-1", does, (Told("vendors_to_dataverse", "usmf|V-1"),))


def posted(description: str, *, verified_by_hand: bool = True) -> Act:
    """Finance posts the invoice, or what it shows of it changes: its own doing, over no interface."""
    manual = "Yes" if verified_by_hand else "No"

    def puts(books: Books, writer: Writer) -> None:
        del writer
        row = books.find("VendInvoiceExportsV2", *_KEY.values())
        if row is None:
            plain = {"CurrencyCode": "USD", "TransDate": "2026-10-20T12:00:00Z"}
            books.add("VendInvoiceExportsV2", **_KEY, **plain, SubcontractInvoice=manual, Description=description)
        else:
            books.put("VendInvoiceExportsV2", row, Description=description)

    async def does(world: World) -> None:
        world.finance.run(puts)

    return Act(f"posts {description}", does, (Told("vendor_invoices_to_dataverse", _INVOICE),))


def status(code: int) -> Act:
    """A project manager confirms the invoice, or takes that back."""
    return invoices.edit(INVOICE, statuscode=code)


def with_vendor_group(*acts: Act, contested: tuple[str, ...] = _CONTESTED) -> Callable[[], Stage]:
    """What vendors need, on both sides, and what these acts make."""

    def build() -> Stage:
        stage = Stage(contested=contested, forbids=True)
        company(stage)
        stage.loop.at_once(_vendor_group(stage.world))
        seeded(stage, in_finance.create("USD", Name="dollar", Symbol="$"))
        for act in acts:
            seeded(stage, act)
        return stage

    return build


async def _vendor_group(world: World) -> None:
    await world.in_finance.does("POST", "VendorGroups", {"dataAreaId": "usmf", "VendorGroupId": "10"})
    owner = {"msdyn_Company@odata.bind": f"/cdm_companies({COMPANY})"}
    await world.in_dataverse.does("POST", "msdyn_vendorgroups", {"msdyn_vendorgroup": "10", **owner})


_MAPS = ("vendors", "vendor_invoices")
_AGREED = with_vendor_group(vendor(), posted("refit"))

VENDOR_INVOICES: dict[str, Scenario] = {
    "an invoice is confirmed while Finance changes it": Scenario(
        _AGREED, Script(persons=((status(CONFIRMED),), (posted("refit, late"),))), _MAPS, (2, 2)
    ),
    "an invoice is confirmed, and that is taken back": Scenario(
        _AGREED, Script(persons=((status(CONFIRMED), status(IN_REVIEW)),)), _MAPS, (1, 3)
    ),
}
