"""POST, PATCH and DELETE, in the order in which X++ does things.

Create: defaults, the columns sent, number sequences, `defaultRow`, `validateField`, `validateWrite`, insert. Update:
the columns sent, `validateField` of those, `validateWrite`, update. Columns that a write does not name stay as they
are, which is what keeps Finance's own columns Finance's own. The Infolog collects all messages of a write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.twin.finance.books import Books
from tests.twin.finance.processes import Process, processes
from tests.twin.finance.references import Dependents, unresolved
from tests.twin.finance.refusals import Refusal, WriteRefused
from tests.twin.finance.rows import Row, folded
from tests.twin.finance.schema import Entity, Kind, OnDelete, Value
from tests.twin.finance.values import NAMESPACE, read_value

Values = dict[str, Value]


class Writer:
    """Writes rows with all that business logic does on the way; raises Refusal and leaves undoing to the caller."""

    def __init__(self, books: Books) -> None:
        self._database = books.database
        self._settings = books.settings
        self._processes: Mapping[str, Process] = processes(books)
        self._dependents = Dependents(books.database)

    def create(self, entity: Entity, sent: Mapping[str, Any]) -> Row:
        """Insert a row; what is not sent gets the entity's defaults and number sequences."""
        self._refuse_read_only(entity)
        named = self._read(entity, sent)
        draft = {**entity.initial, **named}
        if entity.per_company and not draft["dataAreaId"]:
            draft["dataAreaId"] = self._settings.default_company.lower()
        process = self._processes[entity.collection]
        process.default_row(draft, named.keys())
        self._number(entity, draft)
        self._refuse_invalid(entity, draft, entity.columns.keys(), process.problems(None, draft))
        self._refuse_duplicate(entity, draft)
        row = self._database.insert(entity.collection, draft)
        process.written(None, row)
        return row

    def update(self, entity: Entity, row: Row, sent: Mapping[str, Any]) -> None:
        """Write the columns sent. It is a write even if they hold what was there: the version moves."""
        self._refuse_read_only(entity)
        named = self._read(entity, sent)
        self._refuse_key_change(entity, row, named)
        process = self._processes[entity.collection]
        wanted = {name: value for name, value in named.items() if name not in entity.key}
        changes = process.accepted(row, wanted)
        draft = {**row.values, **changes}
        self._refuse_invalid(entity, draft, changes.keys(), process.problems(row, draft))
        process.written(row, self._database.update(entity.collection, row, changes))

    def delete(self, entity: Entity, row: Row) -> None:
        """Delete a row and what goes with it."""
        self._refuse_read_only(entity)
        problems = [*self._processes[entity.collection].delete_problems(row)]
        problems += self._dependents.restricting(entity, row)
        if problems:
            raise self._refused(entity, *problems, action="Delete")
        self._delete(entity, row)

    def set_based(self, entity: Entity, rows: Collection[Row], sent: Mapping[str, Any]) -> None:
        """Write as `update_recordset` does: no validation, no process, no event."""
        changes = self._read(entity, sent)
        for row in rows:
            self._database.update(entity.collection, row, changes, silent=True)

    def rename(self, entity: Entity, row: Row, new_key: Mapping[str, Any]) -> Row:
        """Rename the key as Finance's forms do: same RecId, and whoever referred to the row still does.

        That the referring rows change without an event of their own is an assumption.
        """
        changes = self._read(entity, new_key)
        if not changes or not changes.keys() <= set(entity.own_key):
            raise Refusal(400, f"The key of '{entity.public}' is {', '.join(entity.own_key)}.")
        draft = {**row.values, **changes}
        if self._holder(entity, draft) not in (None, row):
            self._refuse_duplicate(entity, draft)
        return self._rename(entity, row, changes | _self_references(entity, row, draft), silent=False)

    def _rename(self, entity: Entity, row: Row, changes: Values, *, silent: bool) -> Row:
        referring = [*self._dependents.of(entity, row)]
        renamed = self._database.update(entity.collection, row, changes, silent=silent)
        for other, reference, each in referring:
            # One row may refer twice, so it is taken as the first time left it.
            current = self._database.tables[other.collection].rows[each.rec_id]
            pairs = zip(reference.columns, entity.own_key, strict=True)
            follows = {column: renamed.values[key] for column, key in pairs if key in changes}
            if follows.keys() & set(other.key):
                self._rename(other, current, follows, silent=True)
            else:
                self._database.update(other.collection, current, follows, silent=True)
        return renamed

    def _delete(self, entity: Entity, row: Row) -> None:
        for other, reference, each in [*self._dependents.of(entity, row)]:
            current = self._database.tables[other.collection].rows.get(each.rec_id)
            if current is None:
                continue
            match reference.on_delete:
                case OnDelete.CASCADE:
                    self._delete(other, current)
                case OnDelete.CLEAR:
                    column = other.columns[reference.columns[-1]]
                    self._database.update(other.collection, current, {column.name: column.empty})
                case OnDelete.RESTRICT:
                    raise self._refused(entity, *self._dependents.restricting(entity, row), action="Delete")
        self._database.delete(entity.collection, row)
        self._processes[entity.collection].deleted(row)

    def _read(self, entity: Entity, sent: Mapping[str, Any]) -> Values:
        values: Values = {}
        for name, value in sent.items():
            column = entity.columns.get(name)
            if column is None:
                if "@" in name:
                    continue
                raise Refusal(
                    400,
                    f"The property '{name}' does not exist on type '{NAMESPACE}.{entity.public}'. "
                    "Make sure to only use property names that are defined by the type.",
                )
            if value is not None:
                values[name] = read_value(column, value, self._settings.user_offset)
            elif self._settings.null_writes == "clear":
                values[name] = column.empty
        return values

    def _number(self, entity: Entity, draft: Values) -> None:
        for column in entity.numbered:
            if not draft[column.name]:
                draft[column.name] = self._database.next_number(column.sequence)

    def _refuse_invalid(self, entity: Entity, draft: Values, named: Collection[str], problems: Iterator[str]) -> None:
        lines = [
            *_field_problems(entity, draft, named),
            *unresolved(self._database, entity, draft, named),
            *problems,
        ]
        if lines:
            raise self._refused(entity, *lines)

    def _refuse_duplicate(self, entity: Entity, draft: Values) -> None:
        if self._holder(entity, draft) is None:
            return
        key = ", ".join(f"{entity.columns[name].label}: {draft[name]}" for name in entity.key)
        raise self._refused(
            entity, f"Error: Cannot create a record in {entity.label}. {key}. The record already exists."
        )

    def _refuse_key_change(self, entity: Entity, row: Row, named: Values) -> None:
        """Refuse a PATCH that names another key. How the platform refuses it is unconfirmed."""
        for name in entity.key:
            if name in named and folded(named[name]) != folded(row.values[name]):
                label = entity.columns[name].label
                raise self._refused(entity, f"Error: Field '{label}' cannot be changed after the record is created.")

    def _refuse_read_only(self, entity: Entity) -> None:
        if entity.read_only:
            raise self._refused(entity, f"Error: {entity.label} cannot be written through this entity.")

    def _refused(self, entity: Entity, *lines: str, action: str = "Write") -> WriteRefused:
        refused = WriteRefused(entity.aot, *lines, action=action)
        refused.status = self._settings.write_error_status
        return refused

    def _holder(self, entity: Entity, draft: Values) -> Row | None:
        """Return the row that has the key of these values."""
        table = self._database.tables[entity.collection]
        return table.find(table.key_of(draft))


def _self_references(entity: Entity, row: Row, draft: Values) -> Values:
    """Return what a row that refers to itself must hold after its rename."""
    return {
        column: draft[key]
        for reference in entity.references
        if reference.collection == entity.collection
        for column, key in zip(reference.columns, entity.own_key, strict=True)
        if folded(row.values[column]) == folded(row.values[key])
    }


def _field_problems(entity: Entity, draft: Values, named: Collection[str]) -> Iterator[str]:
    """Check what a column can check by itself; the text of the length check is unconfirmed."""
    for name in named:
        column, value = entity.columns[name], draft[name]
        if value is entity.initial[name] and not column.mandatory:
            continue
        if column.mandatory and value == column.empty:
            yield f"Warning: Field '{column.label}' must be filled in."
        elif column.kind is Kind.TEXT and len(str(value)) > column.size:
            yield (
                f"Error: The value in field '{column.label}' is too long: "
                f"{len(str(value))} characters, {column.size} are allowed."
            )
