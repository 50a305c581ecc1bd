"""The Dataverse twin: the Web API of one environment, with its webhooks, in memory.

`respond` is the whole surface. Everything is deterministic from `seed` and the clock; there is no background work
unless a sender is given and `running()` is entered. Who calls is told by the header `x-twin-user` (a user's full name
or id), else a bearer token or the app's own user agent means the application user, else it is a person.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email.utils import format_datetime
from typing import Any

from tests.twin.clock import Clock
from tests.twin.dataverse import csdl, errors
from tests.twin.dataverse.address import ROOT
from tests.twin.dataverse.batch import Part, answer_batch, resolve_content_ids
from tests.twin.dataverse.changes import Changes
from tests.twin.dataverse.context import Organization
from tests.twin.dataverse.control import Counters, control
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.genesis import APPLICATION, PERSON, SYSTEM, Environment, create_environment
from tests.twin.dataverse.limits import Limits, Protection
from tests.twin.dataverse.metadata import Metadata
from tests.twin.dataverse.operation import Caller, Run
from tests.twin.dataverse.pipeline import Pipeline
from tests.twin.dataverse.processes.jobs import run_system_jobs
from tests.twin.dataverse.reading import Reader
from tests.twin.dataverse.resources import Resources
from tests.twin.dataverse.settings import Settings
from tests.twin.dataverse.tables import build_schema
from tests.twin.dataverse.tables.registration import ASYNC, SYNC
from tests.twin.events import Deliveries, Send
from tests.twin.faults import Faults
from tests.twin.http import Request, Response, json_response

ORGANIZATION_ID = "2feb653f-352a-5b79-93a3-eaaaded96e5b"
DOMAIN = "contoso.crm4.dynamics.com"
#: On one machine the app sends no token; then it is known by how it introduces itself.
_AGENT_OF_THE_APP = "project-operations-sync"
_STEP_IDS = "mscrm.bypassbusinesslogicexecutionstepids"
_MOST_STEP_IDS = 3
_BYPASS = "mscrm.bypassbusinesslogicexecution"
_MODES = {"customsync": SYNC, "customasync": ASYNC}


class DataverseTwin:
    """One environment.

    `send` posts webhooks; without one none are sent. `base_currency` is the organization's currency (ISO code), there
    from the start as on the platform. With `bearer` every request to the API must carry that token.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        send: Send | None = None,
        organization_id: str = ORGANIZATION_ID,
        domain: str = DOMAIN,
        base_currency: str | None = None,
        bearer: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.clock = clock or Clock.virtual()
        self.schema = build_schema()
        self.events = Deliveries(send, self.clock, seed)
        self.faults = Faults(self.clock, seed, errors.generic)
        self.counters = Counters()
        self.settings = Settings()
        self.protection = Protection(self.clock, limits or Limits())
        self.organization_id = organization_id
        self._seed = seed
        self._domain = domain
        self._base_currency = base_currency
        self._bearer = bearer
        self._metadata = Metadata(self.schema)
        self._csdl = b""
        self._date = (0, "")
        self._answered = 0
        self.reset()

    def reset(self) -> None:
        """Start over with the first rows of an environment; events still waiting are forgotten."""
        self.events.clear()
        self.database = Database(self.schema, self._seed)
        self.environment = create_environment(self.database, self.clock, self._base_currency)
        self._assemble()

    def adopt(self, database: Database, environment: Environment) -> None:
        """Go on with rows that were saved earlier."""
        self.database, self.environment = database, environment
        self._assemble()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver webhooks in the background while inside."""
        async with self.events.running():
            yield

    async def respond(self, request: Request) -> Response:
        """Answer one request; raises ConnectionCut if a fault says so."""
        if request.path.startswith("/twin/"):
            return await control(self, request)
        return await self.faults.around(request, self._answer)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return all committed rows as the Web API would write them, in the order of their ids."""
        shape = self._reader.shape(self.schema.tables[table], {})
        rows = self.database.tables[table].rows
        return [self._reader.written(shape, rows[row_id]) for row_id in sorted(rows)]

    async def run_system_jobs(self) -> dict[str, int]:
        """Run what the platform does after saves on its own account; tell how many jobs ended how."""
        system = self.environment.users[SYSTEM]
        jobs = self.database.tables["asyncoperation"].rows
        return await run_system_jobs(self._pipeline, dict(jobs), Caller(system.user_id, system.object_id))

    def user(self, name: str) -> str:
        """Return the id of a user by full name."""
        return self.environment.users[name].user_id

    def _assemble(self) -> None:
        """Wire the parts to the rows in use."""
        environment = self.environment
        organization = Organization(
            id=self.organization_id,
            unique_name=f"unq{self.organization_id.replace('-', '')[:29]}",
            domain=self._domain,
            business_unit_id=environment.business_unit_id,
            system_user_id=environment.users[SYSTEM].user_id,
        )
        self._reader = Reader(self.database)
        self.changes = Changes(self.database, self._reader, self.clock)
        self._pipeline = Pipeline(self.database, self.clock, self.events, organization, self.settings)
        self._pipeline.base_currency = environment.base_currency_id
        self._resources = Resources(self.database, self._pipeline, self._reader, self.changes)
        self.counters.clear()

    async def _answer(self, request: Request) -> Response:
        if not request.path.startswith(ROOT):
            return errors.no_such_segment(request.path).response()
        resource = request.path[len(ROOT) :]
        try:
            caller = self._caller(request)
            with self.protection.admitted(caller.user_id):
                response = await self._routed(caller, request, resource)
        except errors.Refusal as refusal:
            response = refusal.response()
        if self.settings.jobs_at_once and request.method != "GET":
            await self.run_system_jobs()
        self.counters.count(request, resource.partition("(")[0].partition("/")[0], response)
        headers = {**response.headers, "OData-Version": "4.0", "Date": self._date_header()}
        self._answered += 1
        headers["x-ms-service-request-id"] = headers["REQ_ID"] = f"00000000-0000-4000-8000-{self._answered:012x}"
        return Response(response.status, headers, response.body)

    async def _routed(self, caller: Caller, request: Request, resource: str) -> Response:
        if resource == "$batch" and request.method == "POST":
            return await answer_batch(request, self._answer, lambda parts: self._change_set(caller, parts))
        if resource == "$metadata":
            self._csdl = self._csdl or csdl.document(self.schema)
            return Response(200, {"Content-Type": "application/xml"}, self._csdl)
        if resource in ("WhoAmI", "WhoAmI()"):
            return self._who_am_i(caller, request)
        if resource.startswith("EntityDefinitions"):
            return self._metadata.answer(request, resource)
        if request.method == "GET":
            return self._resources.get(request)
        async with self._run(caller, request) as run:
            return await self._resources.write(run, request)

    def _run(self, caller: Caller, request: Request) -> AbstractAsyncContextManager[Run]:
        step_ids = frozenset(_listed(request, _STEP_IDS))
        if len(step_ids) > _MOST_STEP_IDS:
            raise errors.invalid_argument(f"At most {_MOST_STEP_IDS} step ids can be bypassed.")
        silent = frozenset(_MODES[name] for name in _listed(request, _BYPASS) if name in _MODES)
        return self._pipeline.run(caller, tag=request.option("tag"), bypassed=step_ids, silent_modes=silent)

    async def _change_set(self, caller: Caller, parts: list[Part]) -> list[Response]:
        responses: list[Response] = []
        made: dict[str, str] = {}
        async with self._run(caller, parts[0].request) as run:
            for part in parts:
                response = await self._resources.write(run, resolve_content_ids(part, made))
                if part.content_id and "OData-EntityId" in response.headers:
                    made[part.content_id] = response.headers["OData-EntityId"].partition(ROOT)[2]
                responses.append(response)
        return responses

    def _caller(self, request: Request) -> Caller:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._bearer is not None and token != self._bearer:
            raise errors.unauthorized()
        users: Mapping[str, Any] = self.environment.users
        agent = request.headers.get("user-agent", "")
        is_application = bool(token) or agent == _AGENT_OF_THE_APP
        name = request.headers.get("x-twin-user") or (APPLICATION if is_application else PERSON)
        if name in users:
            return Caller(users[name].user_id, users[name].object_id, agent, name == APPLICATION)
        row = self.database.get("systemuser", name.lower())
        if row is None:
            raise errors.Refusal(403, "0x80072560", "The user is not a member of the organization.")
        is_app = name.lower() == self.user(APPLICATION)
        return Caller(name.lower(), row.get("azureactivedirectoryobjectid") or "", agent, is_app)

    def _who_am_i(self, caller: Caller, request: Request) -> Response:
        context = f"{request.origin}{ROOT}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"
        told = {"BusinessUnitId": self.environment.business_unit_id, "UserId": caller.user_id}
        return json_response({"@odata.context": context, **told, "OrganizationId": self.organization_id})

    def _date_header(self) -> str:
        """Return the Date header, formatted once a second."""
        now = self.clock.now()
        second = int(now.timestamp())
        if second != self._date[0]:
            self._date = (second, format_datetime(now, usegmt=True))
        return self._date[1]


def _listed(request: Request, header: str) -> list[str]:
    return [part.strip().lower() for part in request.headers.get(header, "").split(",") if part.strip()]
