"""Scenarios of documents: a header and its lines, none of which may be taken up without the others.

At every moment it is watched what the target holds, not only in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.convergence.acts import DataverseTable, unheard
from tests.convergence.scenarios import COMPANY, Scenario, project
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Broken, Script, Told
from tests.convergence.vendor_invoices import posted, vendor, with_vendor_group
from tests.twin.finance.books import Books
from tests.twin.finance.writing import Writer
from tests.world import World

ORDER = "00000000-0000-4000-8000-0000000000d1"
FIRST, SECOND = "00000000-0000-4000-8000-0000000000d2", "00000000-0000-4000-8000-0000000000d3"
DRAFT, CONFIRMED = 192350000, 192350001
_INVOICE_LINES = "vendor_invoice_lines_to_dataverse"
HEADER = Told("vendor_invoices_to_dataverse", "usmf|V-1|4711")

orders = DataverseTable("subcontracts_to_finance", "msdyn_subcontracts", "msdyn_subcontractid")
order_lines = DataverseTable("subcontract_lines_to_finance", "msdyn_subcontractlines", "msdyn_subcontractlineid")


# -- vendor invoices ---------------------------------------------------------------------------------------------------


def line_told(number: str) -> Told:
    """What is heard of a line of it."""
    return Told(_INVOICE_LINES, f"{number}|usmf")


def only_first_heard(act: Act) -> Act:
    """The same act, of which only the header and the first line are heard."""
    return replace(act, tells=act.tells[:2])


def posted_with_lines(*numbers: str) -> Act:
    """Finance posts an invoice with these lines, all of it at once."""
    header = posted("refit", verified_by_hand=False)

    def puts(books: Books, writer: Writer) -> None:
        del writer
        named = {"DAreaId": "usmf", "InvoiceAccount": "V-1", "VendorInvoiceNum": "4711"}
        for number in numbers:
            values = {"ProjTransId": number, "ProjDataAreaId": "usmf", "ProjId": "P1", "CategoryType": "Hour"}
            books.add(
                "ProjVendInvoiceLinesExportEntity", **values, **named, BillingType="Chargeable", currencyCode="USD"
            )

    async def does(world: World) -> None:
        await header.does(world)
        world.finance.run(puts)

    lines = (line_told(number) for number in numbers)
    return Act(f"posts an invoice with {', '.join(numbers)}", does, (*header.tells, *lines))


def none_is_confirmed_half(lines: int) -> Callable[[World], None]:
    """Watch that the invoice may be confirmed only with so many lines."""

    def watch(world: World) -> None:
        for invoice in world.dataverse.rows("msdyn_projectvendorinvoice"):
            found = len(world.dataverse.rows("msdyn_projectvendorinvoiceline"))
            if invoice["msdyn_enableautomaticconfirmation"] and found < lines:
                raise Broken(f"the invoice may be confirmed with {found} of {lines} lines")

    return watch


def _invoicing(lines: int, *acts: Act) -> Callable[[], Stage]:
    def build() -> Stage:
        stage = with_vendor_group(vendor(), project(), *acts, contested=_INVOICES)()
        stage.watch = none_is_confirmed_half(lines)
        return stage

    return build


# -- subcontracts ------------------------------------------------------------------------------------------------------


def order() -> Act:
    """Enter a subcontract of that vendor."""

    async def does(world: World) -> None:
        account = next(row for row in world.dataverse.rows("account") if row["accountnumber"] == "V-1")
        bound = {
            "msdyn_OwningCompany@odata.bind": f"/cdm_companies({COMPANY})",
            "msdyn_Vendor@odata.bind": f"/accounts({account['accountid']})",
        }
        columns = {"msdyn_subcontractid": ORDER, "msdyn_subcontractnumber": "SUB-1", "msdyn_name": "Quay"}
        await world.in_dataverse.does("POST", "msdyn_subcontracts", {**columns, **bound})

    return Act("enters SUB-1", does, (orders.told(ORDER),))


def order_line(row_id: str, quantity: int) -> Act:
    """Enter a line of it."""
    bound = {
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({COMPANY})",
        "msdyn_Subcontract@odata.bind": f"/msdyn_subcontracts({ORDER})",
    }
    columns = {"msdyn_subcontractlinenumber": row_id[-2:], "msdyn_transactionclassification": 192350000}
    return order_lines.create(row_id, msdyn_name="Crane hours", msdyn_quantity=quantity, **columns, **bound)


def status(code: int) -> Act:
    """Confirm the subcontract, or open it again."""
    button = {CONFIRMED: "Confirm", DRAFT: "Reopen"}[code]
    target = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_subcontract", "msdyn_subcontractid": ORDER}

    async def does(world: World) -> None:
        await world.in_dataverse.does("POST", f"msdyn_{button}Subcontract", {"Targets": [target]})

    return Act(f"presses {button}", does, (orders.told(ORDER),))


def none_is_ordered_half(*quantities: tuple[int, ...]) -> Callable[[World], None]:
    """Watch that the order in Finance is confirmed only with quantities that it was confirmed with in Dataverse."""

    def watch(world: World) -> None:
        tables = world.finance.database.tables
        if not any(row.values["SubConStatus"] == "Confirmed" for row in tables["SubContractPurchaseOrderHeaders"]):
            return
        ordered = [
            (row.values["ProjSubContractLineNumber"], row.values["PurchQty"])
            for row in tables["ProjSubContractPurchaseOrderLines"]
        ]
        found = tuple(int(str(quantity)) for _, quantity in sorted(ordered))
        if found not in quantities:
            raise Broken(f"confirmed with quantities {found}")

    return watch


def _hours_are_ordered() -> Act:
    """Finance knows what hours are ordered under."""
    hours = {"transaction_type": "Hour", "procurement_category": "Services", "project_category": "HOUR"}

    async def does(world: World) -> None:
        world.finance.set_up("usmf", {"subcontract_categories": [hours]})

    return Act("sets up a subcontract category", does, ())


def _ordering(*acts: Act, quantities: tuple[tuple[int, ...], ...]) -> Callable[[], Stage]:
    def build() -> Stage:
        stage = with_vendor_group(vendor(), _hours_are_ordered(), *acts, contested=_ORDERS)()
        stage.watch = none_is_ordered_half(*quantities)
        return stage

    return build


_INVOICES = (
    "VendInvoiceExportsV2",
    "msdyn_projectvendorinvoices(",
    "ProjVendInvoiceLines",
    "msdyn_projectvendorinvoicelines",
)
_ORDERS = ("SubContractPurchaseOrder", "msdyn_subcontract")
_INVOICE_MAPS = ("vendor_invoices", "vendor_invoice_lines")
_ORDER_MAPS = ("subcontracts", "subcontract_lines")
#: Confirmed on both sides with these lines, and since then opened, changed and confirmed in Dataverse, unheard.
_one_changed = _ordering(
    order(),
    order_line(FIRST, 1),
    status(CONFIRMED),
    unheard(status(DRAFT)),
    unheard(order_lines.edit(FIRST, msdyn_quantity=2)),
    unheard(status(CONFIRMED)),
    quantities=((1,), (2,)),
)
_two_changed = _ordering(
    order(),
    order_line(FIRST, 1),
    order_line(SECOND, 1),
    status(CONFIRMED),
    unheard(status(DRAFT)),
    unheard(order_lines.edit(FIRST, msdyn_quantity=2)),
    unheard(order_lines.edit(SECOND, msdyn_quantity=2)),
    unheard(status(CONFIRMED)),
    quantities=((1, 1), (2, 2)),
)
_first_line_arrived = _invoicing(2, only_first_heard(posted_with_lines("L1", "L2")))

DOCUMENTS: dict[str, Scenario] = {
    "the last line of an invoice arrives": Scenario(
        _first_line_arrived, Script(tells=(HEADER, line_told("L2"))), _INVOICE_MAPS, (2, 2)
    ),
    "an invoice with two lines is posted": Scenario(
        _invoicing(2), Script(persons=((posted_with_lines("L1", "L2"),),)), _INVOICE_MAPS, (5, 5)
    ),
    "a subcontract is confirmed while its line arrives": Scenario(
        _ordering(unheard(order()), unheard(order_line(FIRST, 1)), quantities=((1,),)),
        Script(persons=((status(CONFIRMED),),), tells=(order_lines.told(FIRST),)),
        _ORDER_MAPS,
        (3, 3),
    ),
    "a line of a confirmed subcontract was changed": Scenario(
        _one_changed, Script(tells=(orders.told(ORDER), order_lines.told(FIRST))), _ORDER_MAPS, (3, 5)
    ),
    "two lines of a confirmed subcontract were changed": Scenario(
        _two_changed,
        Script(tells=(orders.told(ORDER), order_lines.told(FIRST), order_lines.told(SECOND))),
        _ORDER_MAPS,
        (4, 8),
    ),
}
CRASHES: dict[str, Scenario] = {
    f"{name}, and a crash": DOCUMENTS[name].but(writes=writes, crashes=1)
    for name, writes in {
        "the last line of an invoice arrives": (2, 3),
        "a subcontract is confirmed while its line arrives": (3, 4),
        "a line of a confirmed subcontract was changed": (3, 6),
    }.items()
}
#: Minutes each.
HEAVY = frozenset(
    {
        "an invoice with two lines is posted",
        "two lines of a confirmed subcontract were changed",
        "a subcontract is confirmed while its line arrives, and a crash",
        "a line of a confirmed subcontract was changed, and a crash",
    }
)
