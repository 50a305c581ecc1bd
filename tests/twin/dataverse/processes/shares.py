"""How work is split between the customers of a contract line: by percentage of the quantity.

Source: Microsoft Learn, "Manage multiple customers on project-based contracts"; that the primary customer takes what
rounding leaves, and shares are rounded to hundredths of a unit, is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.values import Reference, Row, kept_decimal

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Share:
    """One contract customer's part; what the others leave is the part of the one without a percentage."""

    customer: Reference | None
    account: Reference | None
    percentage: Decimal | None
    others: tuple[Decimal, ...] = ()

    def of(self, line: Row) -> Row:
        """Return a line with this part of its quantity."""
        whole: Decimal = line["msdyn_quantity"]
        if self.percentage is not None:
            return {**line, "msdyn_quantity": _part(whole, self.percentage)}
        return {**line, "msdyn_quantity": whole - sum((_part(whole, other) for other in self.others), Decimal(0))}

    def columns(self) -> Row:
        return {"msdyn_contractcustomer": self.customer, "msdyn_accountcustomer": self.account}


def shares_of(act: Act, line: Row) -> list[Share]:
    """Return the shares of a line's customers, the primary one's first; one share of all if there is no contract."""
    contract_line = line.get("msdyn_salescontractlineid")
    if contract_line is None:
        return [Share(None, None, None)]
    rows = [row for _, row in act.having("msdyn_contractlinesplitbillingrule", "msdyn_contractlineid", contract_line)]
    primary_customer = act.read(line.get("msdyn_salescontract")).get("customerid")
    rest: Reference | None = None
    others: list[tuple[Reference, Decimal]] = []
    for row in rows:
        customer: Reference = row["msdyn_contractcustomer"]
        if act.read(customer).get("msdyn_customer") == primary_customer:
            rest = customer
        elif row.get("msdyn_percentage"):
            others.append((customer, row["msdyn_percentage"]))
    percentages = tuple(percentage for _, percentage in others)
    shares = [Share(rest, _account(act, rest), None, percentages)] if sum(percentages) < 100 else []
    return [*shares, *(Share(customer, _account(act, customer), part) for customer, part in others)]


def _part(whole: Decimal, percentage: Decimal) -> Decimal:
    return kept_decimal((whole * percentage / 100).quantize(_HUNDREDTH, ROUND_HALF_EVEN))


def _account(act: Act, customer: Reference | None) -> Reference | None:
    found: Reference | None = act.read(customer).get("msdyn_customer")
    return found if found is not None and found.table == "account" else None
