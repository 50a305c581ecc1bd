"""What a map lets the app do: an operation that it forbids is an error for a person, never a write.

Most tables of the integration are made and deleted on one side only. Whoever does it on the other side all the same,
or deletes a row that the other side may not lose, must hear of it; nothing is made, changed or lost meanwhile.
"""

from __future__ import annotations

from shared.errors import Rejected
from shared.mapping.model import Operation, Side, TableMap

_SAID: dict[Operation, str] = {"create": "created", "update": "changed", "delete": "deleted"}
_TO_DO: dict[Operation, str] = {
    "create": "Make the row in {target} itself and it is paired by its key, or take it away in {source}.",
    "update": "Change it in {target} itself, or undo the change in {source}.",
    "delete": "Delete it in {target} itself, or bring it back in {source}; if both may stay as they are, dismiss this record.",
}


def require(table_map: TableMap, operation: Operation, side: Side, *, where: str) -> None:
    """Rejected if the map does not let the app do this to a row of `side`; `where` names direction and key."""
    if table_map.allows(operation, side):
        return
    table = table_map.finance.collection or table_map.finance.package
    raise Rejected(
        f"{where}: rows of {table if side is Side.FINANCE else table_map.dataverse.table} are not {_SAID[operation]} "
        f"in {side.capitalize()} by the integration.",
        remedy=_TO_DO[operation].format(target=side.capitalize(), source=side.other.capitalize()),
    )
