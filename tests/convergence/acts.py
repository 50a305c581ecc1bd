"""What persons do, and what is heard of it: a few acts for the rows that the scenarios play with."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from shared.store.message import Hint
from tests.convergence.stepper import Act, Doing, Told
from tests.twin.dataverse.genesis import APPLICATION, PERSON
from tests.twin.finance.refusals import Refusal
from tests.world import World


def unheard(act: Act) -> Act:
    """The same act, its event lost."""
    return replace(act, tells=())


def heard_twice(act: Act) -> Act:
    """The same act, its event doubled."""
    return replace(act, tells=act.tells * 2)


def _in_dataverse(method: str, path: str, body: Mapping[str, Any] | None = None, user: str = PERSON) -> Doing:
    async def does(world: World) -> None:
        # A person's form updates a row that it shows: it does not bring one back.
        headers = {"x-twin-user": user, **({"If-Match": "*"} if method == "PATCH" else {})}
        answer = await world.in_dataverse.ask(method, path, body, **headers)
        # 404: the sync has taken the row away meanwhile; 412: it has made one with that key.
        assert answer.is_success or answer.status_code in (404, 412), answer.text

    return does


def _in_finance(method: str, path: str, body: Mapping[str, Any] | None = None) -> Doing:
    async def does(world: World) -> None:
        answer = await world.in_finance.ask(method, path, body)
        taken = answer.status_code == 400 and "already exists" in answer.text
        assert answer.is_success or answer.status_code == 404 or taken, answer.text

    return does


class DataverseTable:
    """The rows of one table, and the direction that hears of them."""

    def __init__(self, direction: str, entity_set: str, row_id: str) -> None:
        self._direction = direction
        self._set = entity_set
        self._row_id = row_id

    def create(self, row_id: str, **columns: Any) -> Act:
        """Create a row at an id."""
        body = {self._row_id: row_id, **columns}
        return self._act(f"creates {row_id[-2:]} {columns}", _in_dataverse("POST", self._set, body), row_id)

    def edit(self, row_id: str, **columns: Any) -> Act:
        """Change columns."""
        address = f"{self._set}({row_id})"
        return self._act(f"edits {row_id[-2:]} {columns}", _in_dataverse("PATCH", address, columns), row_id)

    def edit_in_our_name(self, row_id: str, **columns: Any) -> Act:
        """Change columns as a flow does that runs under the app's own identity."""
        does = _in_dataverse("PATCH", f"{self._set}({row_id})", columns, APPLICATION)
        return self._act(f"edits {row_id[-2:]} {columns} in our name", does, row_id)

    def delete(self, row_id: str) -> Act:
        """Delete a row."""
        does = _in_dataverse("DELETE", f"{self._set}({row_id})")
        return self._act(f"deletes {row_id[-2:]} in Dataverse", does, row_id, Hint.DELETE)

    def told(self, row_id: str, hint: Hint = Hint.UPSERT) -> Told:
        """What the webhook enqueues."""
        return Told(self._direction, row_id, hint)

    def _act(self, label: str, does: Doing, row_id: str, hint: Hint = Hint.UPSERT) -> Act:
        return Act(label, does, (self.told(row_id, hint),))


class FinanceCurrencies:
    """Currencies, as an accountant keeps them."""

    direction = "currencies_to_dataverse"

    def create(self, code: str, **columns: Any) -> Act:
        """Create a currency."""
        does = _in_finance("POST", "Currencies", {"CurrencyCode": code, **columns})
        return Act(f"creates {code} {columns}", does, (self.told(code),))

    def edit(self, code: str, **columns: Any) -> Act:
        """Change columns."""
        return Act(
            f"edits {code} {columns}", _in_finance("PATCH", f"Currencies('{code}')", columns), (self.told(code),)
        )

    def delete(self, code: str) -> Act:
        """Delete a currency."""
        does = _in_finance("DELETE", f"Currencies('{code}')")
        return Act(f"deletes {code} in Finance", does, (self.told(code, Hint.DELETE),))

    def rename(self, code: str, new: str) -> Act:
        """Rename a currency's code."""

        async def does(world: World) -> None:
            with suppress(Refusal):
                world.finance.rename("Currencies", {"CurrencyCode": code}, {"CurrencyCode": new})

        return Act(f"renames {code} to {new}", does, (self.told(new),))

    def told(self, code: str, hint: Hint = Hint.UPSERT) -> Told:
        """What the data event enqueues."""
        return Told(self.direction, code, hint)


def customer(account: str, **columns: Any) -> Act:
    """Create a customer in Finance."""
    does = _in_finance("POST", "CustomersV3", {"dataAreaId": "usmf", "CustomerAccount": account, **columns})
    return Act(f"creates {account}", does, (Told("customers_to_dataverse", f"usmf|{account}"),))


def edit_customer(account: str, **columns: Any) -> Act:
    """Change columns of a customer in Finance."""
    does = _in_finance("PATCH", f"CustomersV3(dataAreaId='usmf',CustomerAccount='{account}')", columns)
    return Act(f"edits {account} {columns}", does, (Told("customers_to_dataverse", f"usmf|{account}"),))


in_finance = FinanceCurrencies()
currencies = DataverseTable("currencies_to_finance", "transactioncurrencies", "transactioncurrencyid")
contracts = DataverseTable("contracts_to_finance", "salesorders", "salesorderid")
projects = DataverseTable("projects_to_finance", "msdyn_projects", "msdyn_projectid")
tasks = DataverseTable("tasks_to_finance", "msdyn_projecttasks", "msdyn_projecttaskid")
accounts = DataverseTable("customers_to_finance", "accounts", "accountid")
