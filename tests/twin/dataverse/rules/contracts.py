"""Project contracts and their customers: the first is made with the contract, and goes only with it.

Source: Microsoft Learn, "Manage multiple customers on project-based contracts". Texts of guards are ours; that a
contract counts as won once it is confirmed is unconfirmed. That percentages must total 100 is only shown to people on
the contract's page, so nothing is refused for it here.
"""

from __future__ import annotations

from decimal import Decimal

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.choices import CONTRACT_COMPLETED, CONTRACT_CONFIRMED, PROJECT_CONTRACT
from tests.twin.dataverse.values import kept_decimal

PRIMARY_CUSTOMER_GUARD = "The primary customer of a project contract can't be deleted."
CUSTOMER_LOCKED = (
    "The account of a project contract customer can't be changed. Delete the customer and add another one."
)
CONTRACT_WON = "Customers of a project contract can't be added or deleted after the contract was won."

CUSTOMER = "msdyn_projectcontractsplitbillingrule"
_WON = (CONTRACT_CONFIRMED, CONTRACT_COMPLETED)


def guard_customer(act: Act) -> None:
    """Refuse what can't be done to a contract's customers."""
    if not act.from_outside:
        return
    if act.operation.message == "Update":
        _keep_account(act)
        return
    if act.operation.message == "Delete":
        _keep_primary(act)
    if act.read(act.row.get("msdyn_projectcontract")).get("msdyn_psastatusreason") in _WON:
        raise errors.plugin(CONTRACT_WON)


def _keep_account(act: Act) -> None:
    if act.operation.changes("msdyn_customer") and (act.operation.before or {}).get("msdyn_customer") is not None:
        raise errors.plugin(CUSTOMER_LOCKED)


def _keep_primary(act: Act) -> None:
    customer = act.row.get("msdyn_customer")
    if customer is not None and act.read(act.row.get("msdyn_projectcontract")).get("customerid") == customer:
        raise errors.plugin(PRIMARY_CUSTOMER_GUARD)


async def contract_saved(act: Act) -> None:
    """Saving a project contract makes its potential customer a contract customer; earlier ones stay."""
    customer = act.row.get("customerid")
    if (
        act.row.get("msdyn_ordertype") != PROJECT_CONTRACT
        or customer is None
        or not act.operation.changes("customerid")
    ):
        return
    known = list(act.having(CUSTOMER, "msdyn_projectcontract", act.reference))
    if any(row.get("msdyn_customer") == customer for _, row in known):
        return
    found = act.read(customer)
    name = found.get("accountnumber") or found.get("msdyn_contactpersonid")
    columns = {"msdyn_name": name, "msdyn_customer": customer, "msdyn_projectcontract": act.reference}
    # Only the first one gets everything: whoever adds a customer says how the sum is to be split.
    whole = {} if known else {"msdyn_percentage": kept_decimal(Decimal(100))}
    await act.create(CUSTOMER, {**columns, **whole})
