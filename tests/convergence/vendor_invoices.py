"""Scenarios of vendor invoices: Finance posts them, Dataverse reviews and confirms them, and only the status goes back.

They point at the account that Dataverse makes by itself when the vendor arrives.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.sync.pairing import dataverse_id_for
from tests.convergence.acts import DataverseTable, in_finance
from tests.convergence.scenarios import COMPANY, Scenario, company, seeded
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Script, Told
from tests.twin.dataverse.genesis import SYSTEM
from tests.twin.dataverse.operation import Caller
from tests.twin.dataverse.values import Reference
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
    """The product moves the invoice on, which nobody else may: what verifying its lines and confirming it come to."""

    async def does(world: World) -> None:
        pipeline = world.dataverse._pipeline
        user = world.dataverse.environment.users[SYSTEM]
        async with pipeline.run(Caller(user.user_id, user.object_id)) as run:
            act = pipeline.action(run, "moves on", {})
            await act.update(Reference("msdyn_projectvendorinvoice", INVOICE), {"statuscode": code})

    return Act(f"the invoice is {code}", does, (invoices.told(INVOICE),))


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
    "an invoice comes into review while Finance changes it": Scenario(
        _AGREED, Script(persons=((status(IN_REVIEW),), (posted("refit, late"),))), _MAPS, (2, 2)
    ),
    "an invoice comes into review and is confirmed": Scenario(
        _AGREED, Script(persons=((status(IN_REVIEW), status(CONFIRMED)),)), _MAPS, (1, 3)
    ),
}
