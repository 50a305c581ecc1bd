"""An office of USPM: people who work on a project in Dataverse, its accountant in Finance, and the app between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.store.error_records import ErrorRecord
from shared.store.message import Hint
from tests.twin.projects import COST, ProjectStage
from tests.world import FINANCE, Person, World

COMPANY = "uspm"

Row = Mapping[str, Any]


class Office:
    """People who work on an internal project of USPM, its accountant, and the app between them. `open` before use."""

    def __init__(self, **settings: Any) -> None:
        self.world = World(**settings)
        self.world.finance.seed_demo()
        self.people = ProjectStage(self.world.dataverse)
        self.forms = Person(self.world.in_finance.http, f"{FINANCE}/twin/")

    async def open(self) -> Office:
        """Enter a project that both sides have, and what an hour on it costs."""
        await self.people.begin()
        for company, price, currency in (("USPM", 120, "USD"), ("GBPM", 90, "GBP")):
            await self.people.role_price(f"cost {company}", "developer", price, currency)
        await self.heard("projects_to_finance", self.people["PRJ-1"])
        return self

    async def heard(self, direction: str, key: str, hint: Hint = Hint.UPSERT, *, seconds: float = 0.0) -> None:
        """Let the app hear of a change and work."""
        await self.world.tell(direction, key, hint)
        await self.world.run(seconds=seconds)

    async def worked(self, name: str = "Monday", hours: int = 8, resource: str = "Ann") -> Row:
        """Record hours and approve them; give the cost that Dataverse made of them."""
        await self.people.time(name, hours, resource)
        await self.people.approved(name)
        return (await self.people.actuals(COST))[-1]

    async def staged(self) -> list[Row]:
        """The staging rows of all companies."""
        rows: list[Row] = (await self.world.in_finance.does("GET", "ProjActualsImports?"))["value"]
        return rows

    async def post(self) -> None:
        """Import what is staged into a journal and post that, as the accountant does."""
        imported = await self.forms.does("POST", "run/import-from-staging", {"company": COMPANY})
        for journal in imported["journals"]:
            posted = await self.forms.does("POST", "run/post-journal", {"company": COMPANY, "journal": journal})
            assert posted["errors"] == []

    async def taxed(self, amount: float) -> None:
        """Let what was posted have had a sales tax, which costs have not."""
        asked = {"collection": "ProjActualsImports", "set": {"SalesTaxAmount": amount}}
        await self.forms.does("POST", "set-based", asked)

    def held(self, actual: Row) -> Row:
        """What Dataverse holds of an actual."""
        row_id = actual["msdyn_actualid"]
        return next(row for row in self.world.dataverse.rows("msdyn_actual") if row["msdyn_actualid"] == row_id)

    async def errors(self) -> list[ErrorRecord]:
        """The error records that were not resolved."""
        return [record for record in await self.world.services.errors.list() if record.status != "resolved"]
