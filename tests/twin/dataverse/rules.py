"""What the product's own plug-ins do, for the tables played here.

Guards refuse (0x80040265) before anything is written; reactions write further rows one level deeper, each with its own
events. Where the product's documentation is silent the simplest thing is done, in one small function each:

* the text of the company guard and of the primary contract customer's guard is ours;
* numbers of contracts and projects come from a sequence when none is given (unconfirmed for projects);
* the amount of a line is price times quantity unless the request names it (unconfirmed for project-based lines).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from tests.twin.dataverse import errors
from tests.twin.dataverse.operation import Operation, Run
from tests.twin.dataverse.tables.choices import PROJECT_CONTRACT
from tests.twin.dataverse.values import Reference, Row, round_money

CURRENCY_GUARD = (
    "Owning company currency does not match the contracting unit currency. "
    "Pick different owning company or contracting unit to continue"
)
COMPANY_GUARD = "The company can't be changed."
PRIMARY_CUSTOMER_GUARD = "The primary customer of a project contract can't be deleted."

_CONTRACT, _LINE, _CUSTOMER = "salesorder", "salesorderdetail", "msdyn_projectcontractsplitbillingrule"
_VENDOR_ACCOUNT = 11  # account.customertypecode


class Writer(Protocol):
    """Writes rows in reaction to an operation, one level deeper."""

    async def create(self, run: Run, table: str, columns: Row, *, parent: Operation) -> str: ...
    async def update(self, run: Run, table: str, row_id: str, columns: Row, *, parent: Operation) -> None: ...


@dataclass(frozen=True, slots=True)
class Act:
    """One operation as a rule sees it."""

    run: Run
    operation: Operation
    writer: Writer

    def read(self, reference: Reference | None) -> Row:
        """Read the row a lookup points at; empty if there is none."""
        return self.run.transaction.referred(reference) or {}

    @property
    def row(self) -> Row:
        """The row as the request wants it to be."""
        return {**(self.operation.before or {}), **self.operation.sent}

    async def create(self, table: str, columns: Row) -> str:
        return await self.writer.create(self.run, table, columns, parent=self.operation)

    async def update(self, reference: Reference, columns: Row) -> None:
        """Write the columns that differ, if any do."""
        row = self.read(reference)
        changed = {name: value for name, value in columns.items() if row.get(name) != value}
        if row and changed:
            await self.writer.update(self.run, reference.table, reference.id, changed, parent=self.operation)


def guard(act: Act) -> None:
    """Refuse what plug-ins refuse, and fill in what they number; raises Refusal."""
    operation = act.operation
    if operation.message == "Delete":
        _guard_primary_customer(act)
        return
    if operation.message == "Update":
        _guard_company(act)
    _guard_currency(act)
    fill = _FILL.get(operation.table.name)
    if fill:
        fill(act)


async def react(act: Act) -> None:
    """Do what plug-ins do after a row was written."""
    reaction = _REACTIONS.get((act.operation.table.name, act.operation.message))
    if reaction:
        await reaction(act)


def _guard_company(act: Act) -> None:
    company = act.operation.table.company
    if company and act.operation.changes(company) and (act.operation.before or {}).get(company) is not None:
        raise errors.plugin(COMPANY_GUARD)


def _guard_currency(act: Act) -> None:
    """Compare the contracting unit's currency with the accounting currency of the company's ledger."""
    unit = act.read(act.row.get("msdyn_contractorganizationalunitid"))
    company = act.row.get("msdyn_owningcompany")
    if not unit or company is None:
        return
    ledgers = act.run.transaction.having("msdyn_ledger", "msdyn_company", company)
    accounting = next((ledger.get("msdyn_accountingcurrency") for _, ledger in ledgers), None)
    if accounting is None or accounting != unit.get("msdyn_currency"):
        raise errors.plugin(CURRENCY_GUARD)


def _guard_primary_customer(act: Act) -> None:
    """A contract's own customer goes only with the contract."""
    row = act.operation.before or {}
    if act.operation.table.name != _CUSTOMER or act.operation.depth > 1 or row.get("msdyn_customer") is None:
        return
    if act.read(row.get("msdyn_projectcontract")).get("customerid") == row["msdyn_customer"]:
        raise errors.plugin(PRIMARY_CUSTOMER_GUARD)


def _number(column: str, pattern: str) -> Callable[[Act], None]:
    def fill(act: Act) -> None:
        if act.operation.message == "Create" and act.operation.sent.get(column) is None:
            act.operation.sent[column] = pattern.format(act.run.transaction.next_number(column))

    return fill


def _fill_line(act: Act) -> None:
    sent, transaction = act.operation.sent, act.run.transaction
    if act.operation.message == "Create" and sent.get("salesorderid") is not None:
        lines = transaction.having(_LINE, "salesorderid", sent["salesorderid"])
        last = max((line.get("sequencenumber") or 0 for _, line in lines), default=0)
        for column in ("sequencenumber", "lineitemnumber"):
            if sent.get(column) is None:
                sent[column] = last + 1
    price, quantity = act.row.get("priceperunit"), act.row.get("quantity")
    priced = not {"priceperunit", "quantity"}.isdisjoint(sent) and "extendedamount" not in sent
    if priced and price is not None and quantity is not None:
        sent["extendedamount"] = round_money(price * quantity, 4)


async def _company_arrives(act: Act) -> None:
    """A company brings a business unit and a team that owns the company's rows."""
    code, company = act.row.get("cdm_companycode"), Reference("cdm_company", act.operation.row_id)
    unit = await act.create("businessunit", {"name": code, "msdyn_company": company})
    team = {"name": code, "businessunitid": Reference("businessunit", unit), "msdyn_company": company}
    await act.create("team", team)


async def _contract_saved(act: Act) -> None:
    """Saving a project contract makes its potential customer a contract customer; earlier ones stay."""
    customer = act.row.get("customerid")
    if (
        act.row.get("msdyn_ordertype") != PROJECT_CONTRACT
        or customer is None
        or not act.operation.changes("customerid")
    ):
        return
    contract = Reference(_CONTRACT, act.operation.row_id)
    known = act.run.transaction.having(_CUSTOMER, "msdyn_projectcontract", contract)
    if any(row.get("msdyn_customer") == customer for _, row in known):
        return
    found = act.read(customer)
    name = found.get("accountnumber") or found.get("msdyn_contactpersonid")
    await act.create(_CUSTOMER, {"msdyn_name": name, "msdyn_customer": customer, "msdyn_projectcontract": contract})


async def _line_saved(act: Act) -> None:
    """Linking a project to a contract line gives the project the line's contract and its customer."""
    project, contract = act.row.get("msdyn_project"), act.row.get("salesorderid")
    if project is None or contract is None or not act.operation.changes("msdyn_project"):
        return
    customer = act.read(contract).get("customerid")
    columns: Row = {"msdyn_salesorderid": contract}
    if customer is not None and customer.table == "account":
        columns["msdyn_customer"] = customer
    await act.update(project, columns)


async def _vendor_arrives(act: Act) -> None:
    """The template workflow makes the account that project tables look up."""
    number, company = act.row.get("msdyn_vendoraccountnumber"), act.row.get("msdyn_company")
    accounts = act.run.transaction.having("account", "accountnumber", number) if number and company else ()
    if number is None or company is None or any(row.get("msdyn_company") == company for _, row in accounts):
        return
    vendor = Reference("msdyn_vendor", act.operation.row_id)
    columns = {"accountnumber": number, "name": act.row.get("msdyn_name"), "msdyn_company": company}
    await act.create("account", {**columns, "customertypecode": _VENDOR_ACCOUNT, "msdyn_vendor": vendor})


_FILL: dict[str, Callable[[Act], None]] = {
    "salesorder": _number("ordernumber", "ORD-{:05d}"),
    "msdyn_project": _number("msdyn_projectnumber", "PRJ-{:05d}"),
    "salesorderdetail": _fill_line,
}
_REACTIONS: dict[tuple[str, str], Callable[[Act], Awaitable[None]]] = {
    ("cdm_company", "Create"): _company_arrives,
    ("salesorder", "Create"): _contract_saved,
    ("salesorder", "Update"): _contract_saved,
    ("salesorderdetail", "Create"): _line_saved,
    ("salesorderdetail", "Update"): _line_saved,
    ("msdyn_vendor", "Create"): _vendor_arrives,
}
