"""People at work on both sides, and two systems that fail one call in twenty.

Each person has a project and a contract of their own, and all share the customers. What they do is drawn from a seed.
Where a save fails they press the button again, so they meet what they themselves did before: "exists already" when the
first answer was lost is as good as saved.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.local.demo.forms import (
    PROJECT_SERVICE,
    TIME_AND_MATERIAL,
    contract_columns,
    customer_columns,
    task_columns,
)
from tests.local.demo.people import COMPANY, People, bind, finance_address, row_id_of
from tests.world import Person

#: One call in twenty, of both systems: refused before it had an effect, or cut off or answered wrongly after.
ONE_IN_TWENTY = (
    {"share": 0.02, "status": 503},
    {"share": 0.01, "reset": True},
    {"share": 0.01, "reset": True, "after": True},
    {"share": 0.01, "status": 500, "after": True},
)
_CUSTOMERS = tuple(f"C-100{number}" for number in range(1, 6))
_TRIES = 30


@dataclass(frozen=True, slots=True)
class Known:
    """What people look up before they begin: ids of customers, and the columns of a contract and of a customer."""

    accounts: Mapping[str, str]
    contract: Mapping[str, Any]
    customer: Mapping[str, Any]

    @classmethod
    async def look_up(cls, people: People) -> Known:
        """Read it, while both systems answer."""
        accounts = {number: await people.customer(number) for number in _CUSTOMERS}
        contract = await contract_columns(people, "", accounts[_CUSTOMERS[0]], "")
        return cls(accounts, contract, await customer_columns(people, "", ""))


@dataclass(slots=True)
class Worker:
    """One person: `act` does one thing, drawn from their own chance."""

    people: People
    name: str
    chance: random.Random
    known: Known
    tasks: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def project(self) -> str:
        """The id of this person's project."""
        return row_id_of("msdyn_projects", f"PRJ-{self.name}")

    @property
    def contract(self) -> str:
        """The id of this person's contract."""
        return row_id_of("salesorders", f"PC-{self.name}")

    async def begin(self) -> None:
        """Make a contract and a project of it."""
        customer = self.known.accounts[_CUSTOMERS[int(self.name) % len(_CUSTOMERS)]]
        contract = {
            **self.known.contract,
            "ordernumber": f"PC-{self.name}",
            "name": f"Contract of {self.name}",
            "customerid_account@odata.bind": bind("accounts", customer),
        }
        await self._save("salesorders", self.contract, contract)
        project = {
            "msdyn_projectnumber": f"PRJ-{self.name}",
            "msdyn_subject": f"Project of {self.name}",
            "msdyn_OwningCompany@odata.bind": contract["msdyn_OwningCompany@odata.bind"],
            "msdyn_SalesOrderId@odata.bind": bind("salesorders", self.contract),
        }
        await self._save("msdyn_projects", self.project, project)

    async def act(self) -> None:
        """Do one thing."""
        self.count += 1
        acts = (
            (6, self._new_task), (4, self._edit_task), (2, self._drop_task), (3, self._edit_project),
            (2, self._new_line), (2, self._edit_line), (1, self._drop_line), (3, self._edit_customer_in_dataverse),
            (4, self._edit_customer_in_finance), (1, self._new_customer_in_dataverse), (1, self._new_customer_in_finance),
        )  # fmt: skip
        act = self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
        await act()

    # -- tasks and the project -----------------------------------------------------------------------------------------

    async def _new_task(self) -> None:
        task = row_id_of("msdyn_projecttasks", f"{self.name}/{self.count}")
        await self._save("msdyn_projecttasks", task, task_columns(self.project, f"Task {self.count}", self.count))
        self.tasks.append(task)

    async def _edit_task(self) -> None:
        if self.tasks:
            task = self.chance.choice(self.tasks)
            await self._save("msdyn_projecttasks", task, {"msdyn_subject": f"Renamed {self.count}"})

    async def _drop_task(self) -> None:
        if self.tasks:
            task = self.tasks.pop(self.chance.randrange(len(self.tasks)))
            await self._delete(f"msdyn_projecttasks({task})")

    async def _edit_project(self) -> None:
        changes = ({"msdyn_effort": self.count}, {"msdyn_description": f"Note {self.count}"})
        await self._save("msdyn_projects", self.project, self.chance.choice(changes))

    # -- contract lines ------------------------------------------------------------------------------------------------

    async def _new_line(self) -> None:
        line = row_id_of("salesorderdetails", f"{self.name}/{self.count}")
        await self._save(
            "salesorderdetails",
            line,
            {
                "sequencenumber": self.count,
                "productdescription": f"Line {self.count}",
                "producttypecode": PROJECT_SERVICE,
                "msdyn_billingmethod": TIME_AND_MATERIAL,
                "quantity": self.chance.randrange(1, 40),
                "priceperunit": 99.5,
                "salesorderid@odata.bind": bind("salesorders", self.contract),
                "msdyn_Project@odata.bind": bind("msdyn_projects", self.project),
            },
        )
        self.lines.append(line)

    async def _edit_line(self) -> None:
        if self.lines:
            columns = {"productdescription": f"Changed {self.count}", "quantity": self.count}
            await self._save("salesorderdetails", self.chance.choice(self.lines), columns)

    async def _drop_line(self) -> None:
        if self.lines:
            line = self.lines.pop(self.chance.randrange(len(self.lines)))
            await self._delete(f"salesorderdetails({line})")

    # -- customers: both sides, often the same column of the same one ------------------------------------------------------

    async def _edit_customer_in_dataverse(self) -> None:
        account = self.known.accounts[self.chance.choice(_CUSTOMERS)]
        column = self.chance.choice(("telephone1", "fax", "description"))
        await self._save("accounts", account, {column: f"D{self.name}{self.count}"})

    async def _edit_customer_in_finance(self) -> None:
        column = self.chance.choice(("PrimaryContactPhone", "PrimaryContactFax", "SalesMemo"))
        address = finance_address("CustomersV3", {"CustomerAccount": self.chance.choice(_CUSTOMERS)})
        await _until_saved(self.people.in_finance, "PATCH", address, {column: f"F{self.name}{self.count}"})

    async def _new_customer_in_dataverse(self) -> None:
        number = f"D-{self.name}-{self.count}"
        columns = {**self.known.customer, "accountnumber": number, "name": f"Made in Dataverse {self.count}"}
        await self._save("accounts", row_id_of("accounts", number), columns)

    async def _new_customer_in_finance(self) -> None:
        columns = {
            "dataAreaId": COMPANY,
            "CustomerAccount": f"F-{self.name}-{self.count}",
            "OrganizationName": f"Made in Finance {self.count}",
            "CustomerGroupId": "10",
            "SalesCurrencyCode": "USD",
        }
        await _until_saved(self.people.in_finance, "POST", "CustomersV3", columns)

    # -- saving ----------------------------------------------------------------------------------------------------------

    async def _save(self, collection: str, row_id: str, columns: Mapping[str, Any]) -> None:
        await _until_saved(self.people.in_dataverse, "PATCH", f"{collection}({row_id})", columns)

    async def _delete(self, address: str) -> None:
        await _until_saved(self.people.in_dataverse, "DELETE", address, None)


async def _until_saved(person: Person, method: str, address: str, columns: Mapping[str, Any] | None) -> None:
    for _ in range(_TRIES):
        try:
            answer = await person.ask(method, address, columns)
        except httpx.TransportError:
            continue
        if answer.is_success or (method == "DELETE" and answer.status_code == httpx.codes.NOT_FOUND):
            return
        if method == "POST" and "already exists" in answer.text:
            return
        if not answer.is_server_error:
            raise AssertionError(f"{method} {address}: {answer.status_code} {answer.text}")
    raise AssertionError(f"{method} {address} failed {_TRIES} times")
