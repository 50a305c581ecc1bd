"""The rows a new environment has before anybody writes: a business unit, users, messages, perhaps a base currency."""

from __future__ import annotations

from dataclasses import dataclass

from tests.twin.clock import Clock
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.tables.registration import REGISTRATION
from tests.twin.dataverse.values import Reference, Row, accept, kept_time

MESSAGES = ("Create", "Update", "Delete", "CreateMultiple", "UpdateMultiple", "UpsertMultiple")
SYSTEM, PERSON, APPLICATION = "SYSTEM", "Avery Howard", "# Dual writer"


@dataclass(frozen=True, slots=True)
class User:
    """A systemuser: its id and its Entra object id."""

    user_id: str
    object_id: str


@dataclass(frozen=True, slots=True)
class Environment:
    """What was made: users by full name, the root business unit, the base currency if one was asked for."""

    users: dict[str, User]
    business_unit_id: str
    base_currency_id: str | None


def create_environment(database: Database, clock: Clock, base_currency: str | None) -> Environment:
    """Write the first rows, committed, without events."""
    now = kept_time(clock.now())
    unit = _put(database, "businessunit", {"name": "contoso"}, now)
    users = {}
    for name in (SYSTEM, PERSON, APPLICATION):
        user = User(database.new_id(), database.new_id())
        users[name] = user
        row = {
            "fullname": name,
            "domainname": f"{name.strip('# ').lower().replace(' ', '.')}@contoso.example",
            "azureactivedirectoryobjectid": user.object_id,
            "businessunitid": Reference("businessunit", unit),
        }
        _put(database, "systemuser", row, now, user.user_id)
    _register_messages(database, now)
    currency = _put_currency(database, base_currency, now) if base_currency else None
    return Environment(users, unit, currency)


def _register_messages(database: Database, now: str) -> None:
    internal = {table.name for table in REGISTRATION}
    for message in MESSAGES:
        message_id = _put(database, "sdkmessage", {"name": message}, now)
        for table in database.schema.tables:
            if table not in internal:
                columns = {"sdkmessageid": Reference("sdkmessage", message_id), "primaryobjecttypecode": table}
                _put(database, "sdkmessagefilter", columns, now)


def _put_currency(database: Database, code: str, now: str) -> str:
    columns = {"isocurrencycode": code, "currencyname": code, "currencysymbol": code}
    return _put(database, "transactioncurrency", columns, now)


def _put(database: Database, table_name: str, columns: Row, now: str, row_id: str | None = None) -> str:
    table = database.schema.tables[table_name]
    row_id = row_id or database.new_id()
    database.version += 1
    defaults = {
        column.name: accept(table, column, column.default)
        for column in table.columns.values()
        if column.default is not None
    }
    stamps = {"createdon": now, "modifiedon": now, "statuscode": 1, "versionnumber": database.version}
    database.tables[table_name].put(row_id, {table.primary_id: row_id, **defaults, **stamps, **columns})
    return row_id
