"""The columns that the platform itself fills: times, users, owner, state and status, money in the base currency.

`modifiedon` and `createdon` have whole seconds. An amount is rounded to its currency's precision and divided by the
exchange rate for `<name>_base` (Microsoft Learn, "Transaction currency entity").
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.twin.dataverse import errors
from tests.twin.dataverse.operation import Operation, Run
from tests.twin.dataverse.schema import Table
from tests.twin.dataverse.values import Reference, Row, kept_decimal, kept_time, round_money

_DEFAULT_PRECISION = 2


def complete(run: Run, operation: Operation, base_currency: str | None) -> None:
    """Fill `target` from `sent`; raises Refusal for a state and status that do not go together."""
    creating = operation.message == "Create"
    target = {operation.table.primary_id: operation.row_id, **operation.sent}
    if creating:
        _fill_defaults(operation.table, target)
        _stamp_creation(run, operation.table, target)
    if target.get("ownerid") is not None:
        _follow_owner(run, target)
    _pair_status(operation, target)
    if operation.table.money:
        _complete_money(run, operation, target, base_currency)
    target["modifiedon"] = kept_time(run.now)
    target["modifiedby"] = Reference("systemuser", run.caller.user_id)
    target["modifiedonbehalfby"] = None
    operation.target = target


def _fill_defaults(table: Table, target: Row) -> None:
    for column in table.columns.values():
        if column.default is not None and target.get(column.name) is None:
            numeric = column.type in ("decimal", "money")
            target[column.name] = kept_decimal(Decimal(column.default)) if numeric else column.default


def _stamp_creation(run: Run, table: Table, target: Row) -> None:
    target["createdon"] = target.pop("overriddencreatedon", None) or kept_time(run.now)
    target["createdby"] = Reference("systemuser", run.caller.user_id)
    if not table.owned:
        return
    if target.get("ownerid") is None:
        target["ownerid"] = _owning_team(run, table, target) or Reference("systemuser", run.caller.user_id)


def _follow_owner(run: Run, target: Row) -> None:
    owner: Reference = target["ownerid"]
    target["owningbusinessunit"] = (run.transaction.referred(owner) or {}).get("businessunitid")
    target["owninguser"] = owner if owner.table == "systemuser" else None
    target["owningteam"] = owner if owner.table == "team" else None


def _owning_team(run: Run, table: Table, target: Row) -> Reference | None:
    """Rows of a company are owned by the company's team."""
    company = target.get(table.company) if table.company else None
    if company is None:
        return None
    teams = run.transaction.having("team", "msdyn_company", company)
    return next((Reference("team", team_id) for team_id, _ in teams), None)


def _pair_status(operation: Operation, target: Row) -> None:
    """A state takes its first status along; a status given must belong to the state."""
    statuses = operation.table.columns["statuscode"].states
    before: Row = operation.before or {}
    state = target.get("statecode", before.get("statecode"))
    status = operation.sent.get("statuscode")
    if status is not None:
        if operation.sent.get("statecode") is None and operation.message == "Create":
            target["statecode"] = state = statuses[status]
        if statuses[status] != state:
            raise errors.bad_status(operation.table.name, state, status)
    elif operation.message == "Create" or operation.changes("statecode"):
        target["statuscode"] = next(number for number, of in statuses.items() if of == state)


def _complete_money(run: Run, operation: Operation, target: Row, base_currency: str | None) -> None:
    before: Row = operation.before or {}
    amounts = [column.name for column in operation.table.money if column.name in target]
    if not amounts and "transactioncurrencyid" not in target:
        return
    reference = target.get("transactioncurrencyid", before.get("transactioncurrencyid"))
    if reference is None and base_currency is not None and any(target[name] is not None for name in amounts):
        reference = target["transactioncurrencyid"] = Reference("transactioncurrency", base_currency)
    currency: dict[str, Any] = run.transaction.referred(reference) or {}
    rate, precision = currency.get("exchangerate"), currency.get("currencyprecision", _DEFAULT_PRECISION)
    target["exchangerate"] = rate
    for column in operation.table.money:
        value = target.get(column.name, before.get(column.name))
        if column.name not in target and value is None:
            continue
        rounded = round_money(value, precision)
        target[column.name] = rounded
        target[f"{column.name}_base"] = None if rounded is None or not rate else round_money(rounded / rate, 4)
    _drop_unchanged(operation, target, amounts)


def _drop_unchanged(operation: Operation, target: Row, sent: list[str]) -> None:
    """An update carries only what was sent and what the platform had to change with it."""
    before = operation.before
    if before is None:
        return
    for column in operation.table.money:
        for name in (column.name, f"{column.name}_base"):
            if column.name not in sent and target.get(name) == before.get(name):
                target.pop(name, None)
