"""Transaction connections: two rows, the part each plays, and the table each is in.

Roles are the labels that Microsoft Learn prints in "Connect actuals"; that the text columns hold labels, and the roles
of intercompany actuals, are unconfirmed.
"""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.choices import (
    BILLED_SALES,
    COST,
    INTER_ORGANIZATIONAL_SALES,
    RESOURCING_UNIT_COST,
    TRANSACTION_TYPES,
    UNBILLED_SALES,
)
from tests.twin.dataverse.values import Reference

CONNECTIONS = "msdyn_transactionconnection"
COST_ROLE, UNBILLED_ROLE = TRANSACTION_TYPES[COST], TRANSACTION_TYPES[UNBILLED_SALES]
RESOURCING_ROLE, INTER_ORGANIZATIONAL_ROLE = (
    TRANSACTION_TYPES[RESOURCING_UNIT_COST],
    TRANSACTION_TYPES[INTER_ORGANIZATIONAL_SALES],
)
BILLED_ROLE = TRANSACTION_TYPES[BILLED_SALES]
REVERSING, REPLACING, ORIGINAL = "Reversing", "Replacing", "Original"


async def connect(act: Act, first: Reference, first_role: str, second: Reference, second_role: str) -> None:
    """Connect two transactions."""
    columns = {
        "msdyn_name": f"{first_role} - {second_role}",
        "msdyn_transaction1": first.id,
        "msdyn_transaction1role": first_role,
        "msdyn_transaction1type": first.table,
        "msdyn_transaction2": second.id,
        "msdyn_transaction2role": second_role,
        "msdyn_transaction2type": second.table,
    }
    await act.create(CONNECTIONS, columns)


def connected(act: Act, first: Reference, role: str) -> Reference | None:
    """Return what plays a role beside a transaction that comes first in the connection."""
    for _, row in act.run.transaction.having(CONNECTIONS, "msdyn_transaction1", first.id):
        if row["msdyn_transaction2role"] == role:
            return Reference(row["msdyn_transaction2type"], row["msdyn_transaction2"])
    return None
