"""Enters in Finance what the user's rows need there and no map brings: companies, groups, terms, units and the like.

An accountant has these in Finance long before anybody integrates it, under the same keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.local.demo.own_files import BadFiles, OwnRow
from tests.world import Person

_COMPANY_COLUMNS = ("_msdyn_company_value", "_msdyn_owningcompany_value")


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The Finance collection of a table: its key column, the Dataverse column it comes from, and what else it needs."""

    collection: str
    key: str
    source: str
    of_company: bool = True
    #: The column that gives the mandatory Name, where there is one besides the key.
    name: str = ""


_COUNTERPARTS = {
    "cdm_company": Counterpart("LegalEntities", "LegalEntityId", "cdm_companycode", of_company=False, name="cdm_name"),
    "uom": Counterpart("UnitsOfMeasure", "UnitSymbol", "msdyn_symbol", of_company=False),
    "msdyn_paymentday": Counterpart("PaymentDaysCds", "Name", "msdyn_name"),
    "msdyn_paymentschedule": Counterpart("PaymentSchedules", "Name", "msdyn_name"),
    "msdyn_paymentterm": Counterpart("PaymentTerms", "Name", "msdyn_name"),
    "msdyn_customergroup": Counterpart("CustomerGroups", "CustomerGroupId", "msdyn_groupid"),
}  # fmt: skip


async def enter_counterparts(finance: Person, rows: list[OwnRow]) -> int:
    """Enter what is not there yet, companies first; give how many rows were entered. Raises BadFiles."""
    companies = {
        row.id: str(row.content.get("cdm_companycode")).lower() for row in rows if row.table.name == "cdm_company"
    }
    entered = 0
    for table, counterpart in _COUNTERPARTS.items():
        for row, columns in _wanted(rows, table, counterpart, companies):
            entered += await _enter(finance, row, counterpart, columns)
    return entered


def _wanted(
    rows: list[OwnRow], table: str, counterpart: Counterpart, companies: dict[str, str]
) -> Iterator[tuple[OwnRow, dict[str, Any]]]:
    for row in rows:
        key = row.content.get(counterpart.source)
        if row.table.name != table or not key:
            continue
        columns = {counterpart.key: key.lower() if table == "cdm_company" else key}
        if counterpart.name:
            columns["Name"] = row.content.get(counterpart.name) or key
        if counterpart.of_company:
            columns["dataAreaId"] = _company_of(row, companies)
        yield row, columns


def _company_of(row: OwnRow, companies: dict[str, str]) -> str:
    company = next((row.content[name] for name in _COMPANY_COLUMNS if row.content.get(name)), None)
    code = companies.get(str(company).lower())
    if code is None:
        raise BadFiles(f"{row.place}: its company {company} is not in cdm_companies.json.")
    return code


async def _enter(finance: Person, row: OwnRow, counterpart: Counterpart, columns: dict[str, Any]) -> bool:
    key = {name: columns[name] for name in (counterpart.key, "dataAreaId") if name in columns}
    condition = " and ".join(f"{name} eq '{str(value).replace(chr(39), chr(39) * 2)}'" for name, value in key.items())
    if (await finance.does("GET", f"{counterpart.collection}?$filter={condition}&$top=1"))["value"]:
        return False
    answer = await finance.ask("POST", counterpart.collection, columns)
    if answer.is_error:
        words = answer.json()["error"]
        raise BadFiles(f"{row.place}: Finance does not take {columns}: {words.get('innererror', words)['message']}")
    return True
