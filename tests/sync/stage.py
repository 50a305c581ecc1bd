"""A world with the master data that project rows need, on both sides, and people who change rows there.

Nothing is told to the app by itself: a test says what was heard of a change (`heard`), and checks what the other side
holds. Dataverse rows have ids made of their names, so that a test can speak of `id_of("PRJ-1")`.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from shared.store.conflicts import ConflictRecord
from shared.store.error_records import ErrorRecord
from shared.store.message import Hint, WorkMessage
from shared.store.queue import from_wire
from shared.store.work_queue import queue_name
from tests.sync.recorder import Recorder
from tests.twin.finance.rows import Row, folded
from tests.twin.http import TwinTransport
from tests.world import COMPANY, World

_NAMES = uuid.UUID("0f3c1f5e-54a0-5b1e-8f7e-3a1f6b0c9d21")

#: msdyn_ordertype of a project contract, customertypecode of a customer, producttypecode of a project-based service.
WORK_BASED, CUSTOMER, SERVICE = 192350001, 3, 5


def id_of(name: str) -> str:
    """The Dataverse id of the row that a test calls by this name."""
    return str(uuid.uuid5(_NAMES, name))


class Stage:
    """One world, `begin` before use."""

    def __init__(self, *, policy: dict[str, Any] | None = None) -> None:
        self.world = World(policy=policy)
        self.world.finance.seed_demo()
        self.to_dataverse = Recorder(TwinTransport(self.world.dataverse))
        self.to_finance = Recorder(TwinTransport(self.world.finance))
        self.world.services = self.world.compose(self.to_dataverse, self.to_finance, random.Random(1).random)
        self.services = self.world.services

    async def begin(self) -> Stage:
        """Enter the master data of Dataverse."""
        await self.enter("cdm_companies", "company", cdm_companycode="USMF", cdm_name="Contoso USA")
        for code in ("USD", "EUR"):
            await self.enter("transactioncurrencies", code, isocurrencycode=code, currencyname=code, currencysymbol="$")
        for number in ("10", "20"):
            await self.enter("msdyn_customergroups", f"group {number}", msdyn_groupid=number, **self._in_company())
        for terms in ("Net30", "Net45"):
            await self.enter("msdyn_paymentterms", terms, msdyn_name=terms, **self._in_company())
        return self

    # -- people in Dataverse -------------------------------------------------------------------------------------------

    async def enter(self, table_set: str, name: str, /, **columns: Any) -> str:
        """Create a row, or change columns of the one with that name; give its id."""
        await self.world.in_dataverse.does("PATCH", f"{table_set}({id_of(name)})", columns)
        return id_of(name)

    async def remove(self, table_set: str, name: str) -> None:
        """Delete a row."""
        await self.world.in_dataverse.does("DELETE", f"{table_set}({id_of(name)})")

    async def project(self, name: str = "PRJ-1", /, **columns: Any) -> str:
        """Enter a project whose number is its name."""
        return await self.enter(
            "msdyn_projects",
            name,
            **{
                "msdyn_projectnumber": name,
                "msdyn_subject": "Harbour crane refit",
                "msdyn_istemplate": False,
                "msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of('company')})",
                **columns,
            },
        )

    async def contract(self, name: str = "ORD-1", /, **columns: Any) -> str:
        """Enter a project contract whose number is its name."""
        return await self.enter(
            "salesorders",
            name,
            **{
                "ordernumber": name,
                "name": "Harbour works",
                "msdyn_ordertype": WORK_BASED,
                "msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of('company')})",
                "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
                **columns,
            },
        )

    async def funding_source(self, name: str, contract: str = "ORD-1", /, **columns: Any) -> str:
        """Enter a further customer of a contract, under a name of its own."""
        bound = {"msdyn_ProjectContract@odata.bind": f"/salesorders({id_of(contract)})"}
        return await self.enter("msdyn_projectcontractsplitbillingrules", name, **bound, **columns)

    async def task(self, name: str = "Dig", project: str = "PRJ-1", /, **columns: Any) -> str:
        """Enter a task of a project, its subject being its name."""
        bound = {"msdyn_project@odata.bind": f"/msdyn_projects({id_of(project)})"}
        return await self.enter("msdyn_projecttasks", name, **{"msdyn_subject": name, **bound, **columns})

    async def line(self, number: int = 1, contract: str = "ORD-1", /, **columns: Any) -> str:
        """Enter a time-and-material line of a contract."""
        return await self.enter(
            "salesorderdetails",
            f"{contract}/{number}",
            **{
                "salesorderid@odata.bind": f"/salesorders({id_of(contract)})",
                "sequencenumber": number,
                "producttypecode": SERVICE,
                "productdescription": "Dredging",
                "msdyn_billingmethod": 192350000,
                **columns,
            },
        )

    async def customer(self, name: str = "C-1", /, **columns: Any) -> str:
        """Enter a customer account whose number is its name."""
        return await self.enter(
            "accounts",
            name,
            **{
                "accountnumber": name,
                "name": "Harbour Authority",
                "customertypecode": CUSTOMER,
                "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
                "msdyn_CustomerGroupId@odata.bind": f"/msdyn_customergroups({id_of('group 10')})",
                **self._in_company(),
                **columns,
            },
        )

    def held(self, table: str, name_or_id: str) -> dict[str, Any] | None:
        """What Dataverse holds of a row."""
        rows = self.world.dataverse.rows(table)
        wanted = (id_of(name_or_id), name_or_id)
        return next((row for row in rows if row[f"{table}id"] in wanted), None)

    # -- people in Finance ---------------------------------------------------------------------------------------------

    async def finance_customer(self, number: str = "F-1", /, **columns: Any) -> str:
        """Create a customer in Finance; give its key text."""
        body = {
            "dataAreaId": COMPANY,
            "CustomerAccount": number,
            "OrganizationName": "Northwind Rail",
            "CustomerGroupId": "10",
            "SalesCurrencyCode": "USD",
            **columns,
        }
        await self.world.in_finance.does("POST", "CustomersV3", body)
        return f"{COMPANY}|{number}"

    async def edit_finance(self, collection: str, key: dict[str, str], **columns: Any) -> None:
        """Change columns of a row."""
        await self.world.in_finance.does("PATCH", _address(collection, key), columns)

    async def remove_finance(self, collection: str, **key: str | int) -> None:
        """Delete a row."""
        await self.world.in_finance.does("DELETE", _address(collection, key))

    def posted(self, collection: str, **columns: Any) -> str:
        """Let Finance's own business logic make or change a row that nobody else writes; give its key text."""
        database = self.world.finance.database
        table = database.tables[collection]
        values = {**table.entity.initial, **columns}
        row = table.find(table.key_of(values))
        if row is None:
            database.insert(collection, values)
        else:
            database.update(collection, row, columns)
        self.world.finance.publisher.committed(database.commit(), "a person")
        return "|".join(str(values[name]) for name in table.entity.key)

    def kept(self, collection: str, *key: str | int) -> Row | None:
        """What Finance holds of a row of the company, by its key without the company."""
        table = self.world.finance.database.tables[collection]
        whole = (COMPANY, *key) if table.entity.per_company else key
        return table.find(tuple(folded(part) for part in whole))

    def values(self, collection: str, *key: str | int) -> dict[str, Any]:
        """The columns of a row that must be there."""
        row = self.kept(collection, *key)
        assert row is not None, f"{collection} {key} is not there"
        return dict(row.values)

    # -- the app -------------------------------------------------------------------------------------------------------

    async def heard(self, direction: str, key: str, hint: Hint = Hint.UPSERT, *, seconds: float = 0.0) -> None:
        """Let the app hear of a change and work until nothing is left to do within so many seconds."""
        await self.world.tell(direction, key, hint)
        await self.world.run(seconds=seconds)

    def waiting(self, direction: str) -> list[tuple[WorkMessage, float]]:
        """The messages of a direction, and in how many seconds each shows."""
        now = self.world.seconds()
        messages = self.world.storage.queue(queue_name(direction))._messages
        return [(WorkMessage.from_text(from_wire(m.wire).decode()), max(0.0, m.visible_at - now)) for m in messages]

    async def error(self, direction: str, key: str) -> ErrorRecord:
        """The error record of a row, which must be there."""
        record = await self.services.errors.get(direction, key)
        assert record is not None, f"no error record of {direction} {key}"
        return record

    async def errors(self) -> Sequence[ErrorRecord]:
        """All error records that were not resolved."""
        return [record for record in await self.services.errors.list() if record.status != "resolved"]

    async def lost(self) -> Sequence[ConflictRecord]:
        """All conflict records of customers."""
        return await self.services.conflicts.list("customers")

    def forget(self) -> None:
        """Begin both logs of the app's requests anew."""
        self.to_dataverse.forget()
        self.to_finance.forget()

    def _in_company(self) -> dict[str, str]:
        return {"msdyn_Company@odata.bind": f"/cdm_companies({id_of('company')})"}


def _address(collection: str, key: Mapping[str, str | int]) -> str:
    whole = {"dataAreaId": COMPANY, **key} if "dataAreaId" not in key else key
    parts = ",".join(
        f"{name}={value}" if isinstance(value, int) else f"{name}='{value}'" for name, value in whole.items()
    )
    return f"{collection}({parts})"
