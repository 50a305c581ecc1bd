"""The Finance twin: the parts put together, and the few acts that people do in Finance's forms."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import Any, TypeVar

from tests.twin.clock import Clock
from tests.twin.events import Counters, Deliveries, Send, Troubles
from tests.twin.faults import Faults
from tests.twin.finance.batch import answer_batch
from tests.twin.finance.books import Books
from tests.twin.finance.company_setup import Companies, CompanySetup
from tests.twin.finance.control import Control
from tests.twin.finance.demo_data import seed_demo
from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.events.publisher import Publisher
from tests.twin.finance.filters import compiled_filter
from tests.twin.finance.packages import blobs, service
from tests.twin.finance.packages.jobs import Jobs
from tests.twin.finance.processes.beginning_balances import refuse_cutoff
from tests.twin.finance.processes.roles import give_roles
from tests.twin.finance.refusals import NotFound, Refusal, fault_envelope
from tests.twin.finance.rows import Database, Row, Table, folded
from tests.twin.finance.service import DataService
from tests.twin.finance.settings import Settings
from tests.twin.finance.writing import Writer
from tests.twin.http import Request, Response

T = TypeVar("T")


class FinanceTwin:
    """Plays Finance's OData, metadata and events. Without a sender it raises no events.

    `respond` does its work between two awaits, so requests never see each other half done. The same seed and the same
    requests give the same RecIds, versions and numbers.
    """

    def __init__(
        self, *, seed: int = 1, clock: Clock | None = None, send: Send | None = None, organization_id: str = ""
    ) -> None:
        self.clock = clock or Clock.virtual()
        self.settings = Settings()
        self._seed = seed
        self._organization = organization_id or str(uuid.uuid5(uuid.NAMESPACE_OID, f"organization-{seed}"))
        self._control = Control(self)
        self.deliveries = Deliveries(send, self.clock, seed)
        self.reset()

    def reset(self) -> None:
        """Begin anew: no rows, faults, endpoints, counters; settings as they come. The clock goes on."""
        for name, value in Settings().model_dump().items():
            setattr(self.settings, name, value)
        self.deliveries.troubles, self.deliveries.counters = Troubles(), Counters()
        self.faults = Faults(self.clock, self._seed, fault_envelope)
        self.database = Database(ENTITIES, self._seed)
        self.publisher = Publisher(ENTITIES, self.settings, self.clock, self.deliveries, self._organization, self._seed)
        self.books = Books(self.database, self.settings, Companies(), self.clock)
        self._writer = Writer(self.books)
        self._service = DataService(self.database, self.settings, self._writer, self.publisher.committed)
        self.blobs = blobs.Blobs(self.settings, self.clock, self._seed)
        self.jobs = Jobs(self.database, self._writer, self.settings, self.clock, self._commit_job)
        self._packages = service.PackageService(self.database, self.jobs, self.blobs, self.settings, self.clock)
        self.counters: Counter[str] = Counter()
        self._is_warm = False

    def seed_demo(self) -> None:
        """Fill in the master data of the demo; raises no events."""
        seed_demo(self._writer)
        self.database.commit()

    async def respond(self, request: Request) -> Response:
        """Answer one request; raises ConnectionCut if a fault says so."""
        if request.path.startswith("/twin/"):
            return await self._control.answer(request)
        self.counters[f"{request.method} {request.path.split('(', 1)[0]}"] += 1
        response = await self.faults.around(request, self._answer)
        date = format_datetime(self.clock.now(), usegmt=True)
        return Response(response.status, {**response.headers, "Date": date}, response.body)

    def set_based(self, collection: str, where: str, columns: Mapping[str, Any]) -> int:
        """Change rows as a set-based statement does; return how many. Raises Refusal."""
        table = self._table(collection)
        keeps = compiled_filter(where, table.entity).keeps if where else None
        rows = [row for row in table if keeps is None or keeps(row.values)]
        self._writer.set_based(table.entity, rows, columns)
        self.publisher.committed(self.database.commit(), "")
        return len(rows)

    def rename(self, collection: str, key: Mapping[str, Any], new_key: Mapping[str, Any]) -> Row:
        """Rename a row's key as a person does in Finance; `new_key` names the columns that change. Raises Refusal."""
        table = self._table(collection)
        row = table.find(tuple(folded(key.get(name, "")) for name in table.entity.key))
        if row is None:
            raise NotFound(f"{collection}({dict(key)})")
        renamed = self._writer.rename(table.entity, row, new_key)
        self.publisher.committed(self.database.commit(), "a person")
        return renamed

    def run(self, act: Callable[[Books, Writer], T]) -> T:
        """Let a person or a batch job do something in one transaction. Raises Refusal."""
        done = act(self.books, self._writer)
        self.publisher.committed(self.database.commit(), "a person")
        return done

    def set_up(self, company: str, changes: Mapping[str, Any]) -> CompanySetup:
        """Change a company's setup; one that joins the integration gets its roles. Raises ValueError."""
        refuse_cutoff(self.books, company.lower(), changes)
        before = self.books.setup(company)
        after = self.books.companies.change(company, changes)
        if after.opted_in and not before.opted_in:
            self.run(lambda books, _: give_roles(books, company.lower()))
        return after

    async def _answer(self, request: Request) -> Response:
        await self._warm_up()
        self.jobs.work()
        if request.path.startswith(blobs.PATH):
            return self.blobs.answer(request)
        if self.settings.bearer and request.headers.get("authorization") != f"Bearer {self.settings.bearer}":
            return Refusal(401, "Unauthorized", kind="").response()
        if request.path.startswith(service.PATH):
            return self._packages.answer(request)
        if request.method == "POST" and request.path == "/data/$batch":
            return answer_batch(request, self._service)
        return self._service.answer(request)

    def _commit_job(self) -> None:
        self.publisher.committed(self.database.commit(), "data management")

    async def _warm_up(self) -> None:
        if self._is_warm:
            return
        self._is_warm = True
        if self.settings.first_call_delay:
            await self.clock.sleep(self.settings.first_call_delay)

    def _table(self, collection: str) -> Table:
        if collection not in self.database.tables:
            raise NotFound(collection)
        return self.database.tables[collection]
