"""Units and products: what the platform demands of them, and what dual-write's own logic fills in.

A unit needs a unit group; Supply Chain's units name their class instead, and dual-write makes one group per class, with
a base unit. A product needs its own unique number, a default unit and that unit's group; dual-write makes the number of
company and product number (Learn, "Unified product experience"). That this logic runs for a plain create of the Web API
is unconfirmed; so is the text of the default unit's guard. The price list that dual-write puts products on is not played.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.values import Reference

UNIT_GUARD = "The default unit is missing."

_DRAFT = 2  # product.statecode


def guard_unit(act: Act) -> None:
    """Refuse a unit without a group, and without a class that one could be made of."""
    if act.row.get("uomscheduleid") is None and act.row.get("msdyn_externalunitclassname") is None:
        raise errors.no_unit_group()


async def unit_arrives(act: Act) -> None:
    """Put a unit into the group of its class."""
    name = act.row.get("msdyn_externalunitclassname")
    if act.row.get("uomscheduleid") is not None or name is None:
        return
    group, base = _group(act, name) or await _make_group(act, name)
    await act.update(act.reference, {"uomscheduleid": group, "baseuom": base})


def _group(act: Act, name: str) -> tuple[Reference, Reference] | None:
    for group_id, _ in act.run.transaction.having("uomschedule", "name", name):
        group = Reference("uomschedule", group_id)
        return group, next(unit for unit, row in act.having("uom", "uomscheduleid", group) if row["isschedulebaseuom"])
    return None


async def _make_group(act: Act, name: str) -> tuple[Reference, Reference]:
    group = await act.create("uomschedule", {"name": name})
    columns = {"name": f"{name} base unit", "uomscheduleid": group, "isschedulebaseuom": True}
    return group, await act.create("uom", columns)


def guard_product(act: Act) -> None:
    """Refuse a product without a default unit; give a new one its group, its own number and its first state."""
    unit = act.row.get("defaultuomid")
    if unit is None:
        raise errors.plugin(UNIT_GUARD)
    sent = act.operation.sent
    if act.operation.message == "Update":
        return
    sent.setdefault("defaultuomscheduleid", act.read(unit).get("uomscheduleid"))
    company = act.read(act.row.get("msdyn_companyid")).get("cdm_companycode")
    sent.setdefault("productnumber", f"{company or ''}{act.row.get('msdyn_productnumber') or ''}" or None)
    if not act.settings.active_products:
        sent.setdefault("statecode", _DRAFT)
