"""The control surface under `/twin`: no part of the platform, but how people and tests set the stage.

| path | |
|---|---|
| POST `/twin/reset` | empty tables (`{"demo": true}`: with the demo's master data), no faults, endpoints, activations |
| GET, POST `/twin/clock` | the time; `{"advance": seconds}` |
| GET `/twin/counters` | requests by method and collection, rows by collection, deliveries |
| GET, POST, DELETE `/twin/faults` | see `tests.twin.faults` |
| GET, POST `/twin/settings` | see `Settings` |
| GET, POST `/twin/webhooks`, POST `…/flush` | see `tests.twin.events` |
| GET, POST `/twin/endpoints` | `{name, url}`: sends the test event, which must be taken |
| GET, POST `/twin/activations` | `{event: "data" or "business", entity: collection or name, endpoint, companies}` |
| GET `/twin/event-errors`, POST `…/resend` | business events that could not be delivered |
| GET `/twin/rows` | `?collection=`: its rows, of entities that OData does not show too |
| POST `/twin/set-based` | `{collection, where, set}`: as `update_recordset`: no validation, no event |
| GET `/twin/packages`, POST `…/cancel` | imports with their status; `{execution_id}`: as a person ends one |
| POST `/twin/rename` | `{collection, key, new_key}`: as Finance's form does |
| POST `/twin/run/{process}` | what people start in forms, see `tests.twin.finance.runs`; refusals are 400 |
| GET `/twin/dataverse-journals` | posted general journals that Dataverse has yet to get; `?company=` |
| POST `/twin/dataverse-journals` | `{company, journal, problem}`: confirmed in Dataverse, or why it could not be |
| GET, POST `/twin/setup` | a company's setup, see `CompanySetup`: `?company=`, or `{company, …settings to replace}` |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.processes.general_journals import JournalTransfers
from tests.twin.finance.refusals import NotFound, Refusal
from tests.twin.finance.runs import run
from tests.twin.finance.settings import Settings
from tests.twin.http import Request, Response, json_response

if TYPE_CHECKING:
    from tests.twin.finance.twin import FinanceTwin


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Advance(_Asked):
    advance: float = Field(default=0.0, ge=0)


class _Reset(_Asked):
    demo: bool = False


class _Endpoint(_Asked):
    name: str
    url: str


class _Activation(_Asked):
    event: Literal["data", "business"] = "data"
    entity: str
    endpoint: str
    companies: list[str] = Field(default_factory=list)


class _SetBased(_Asked):
    collection: str
    where: str = ""
    set: dict[str, Any]


class _Rename(_Asked):
    collection: str
    key: dict[str, str | int]
    new_key: dict[str, str | int]


class _Setup(BaseModel):
    model_config = ConfigDict(extra="allow")
    company: str


class _Cancel(_Asked):
    execution_id: str


class _JournalOutcome(_Asked):
    company: str
    journal: str
    problem: str = ""


class Control:
    """Answers `/twin/…` for a twin."""

    def __init__(self, twin: FinanceTwin) -> None:
        self._twin = twin
        self._answers: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "reset": self._reset,
            "clock": self._clock,
            "counters": self._counters,
            "settings": self._settings,
            "endpoints": self._endpoints,
            "activations": self._activations,
            "event-errors": self._event_errors,
            "event-errors/resend": self._resend,
            "rows": self._rows,
            "set-based": self._set_based,
            "rename": self._rename,
            "setup": self._setup,
            "packages": self._package_jobs,
            "packages/cancel": self._cancel_package,
            "dataverse-journals": self._dataverse_journals,
        }

    async def answer(self, request: Request) -> Response:
        """Answer one request; what is wrong with it comes back as 400."""
        path = request.path.removeprefix("/twin/").rstrip("/")
        if path == "faults":
            return self._twin.faults.control(request)
        if path.startswith("webhooks"):
            return await self._twin.deliveries.control(request)
        answer = self._runs if path.startswith("run/") else self._answers.get(path)
        if answer is None:
            return json_response({"error": f"No such control: {request.path}"}, 404)
        try:
            return await answer(request)
        except Refusal as refusal:
            self._twin.database.roll_back()
            return refusal.response()
        except ValueError as error:  # not JSON, not what was asked for, or not to be activated
            return json_response({"error": str(error)}, 400)

    async def _reset(self, request: Request) -> Response:
        asked = _Reset.model_validate_json(request.body or b"{}")
        self._twin.reset()
        if asked.demo:
            self._twin.seed_demo()
        return json_response({})

    async def _clock(self, request: Request) -> Response:
        if request.method == "POST":
            self._twin.clock.advance(_Advance.model_validate_json(request.body).advance)
        return json_response({"now": self._twin.clock.now().isoformat()})

    async def _counters(self, _: Request) -> Response:
        rows = {name: len(table) for name, table in self._twin.database.tables.items()}
        return json_response(
            {"requests": self._twin.counters, "rows": rows, "webhooks": self._twin.deliveries.report()["counters"]}
        )

    async def _settings(self, request: Request) -> Response:
        settings = self._twin.settings
        if request.method == "POST":
            wanted = Settings.model_validate(settings.model_dump() | request.json())
            for name in Settings.model_fields:
                setattr(settings, name, getattr(wanted, name))
        return json_response(settings.model_dump())

    async def _endpoints(self, request: Request) -> Response:
        if request.method == "POST":
            asked = _Endpoint.model_validate_json(request.body)
            await self._twin.publisher.add_endpoint(asked.name, asked.url)
        return json_response(self._twin.publisher.endpoints)

    async def _activations(self, request: Request) -> Response:
        publisher = self._twin.publisher
        if request.method == "POST":
            asked = _Activation.model_validate_json(request.body)
            publisher.activate(asked.event, asked.entity, asked.endpoint, asked.companies)
        return json_response([asdict(each) | {"companies": sorted(each.companies)} for each in publisher.activations])

    async def _event_errors(self, _: Request) -> Response:
        return json_response(
            [
                {
                    "event": e.event,
                    "endpoint": e.endpoint,
                    "status": e.status,
                    "at": e.at,
                    "payload": e.post.body.decode(),
                }
                for e in self._twin.publisher.errors
            ]
        )

    async def _resend(self, _: Request) -> Response:
        return json_response({"resent": self._twin.publisher.resend()})

    async def _rows(self, request: Request) -> Response:
        collection = request.option("collection") or ""
        if collection not in ENTITIES:
            raise NotFound(collection)
        return json_response([dict(row.values) for row in self._twin.database.tables[collection]])

    async def _set_based(self, request: Request) -> Response:
        asked = _SetBased.model_validate(request.json())
        return json_response({"changed": self._twin.set_based(asked.collection, asked.where, asked.set)})

    async def _rename(self, request: Request) -> Response:
        asked = _Rename.model_validate_json(request.body)
        self._twin.rename(asked.collection, asked.key, asked.new_key)
        return json_response({})

    async def _runs(self, request: Request) -> Response:
        name = request.path.removeprefix("/twin/run/").rstrip("/")
        return json_response(self._twin.run(lambda books, writer: run(name, request.body, books, writer)))

    async def _dataverse_journals(self, request: Request) -> Response:
        if request.method == "POST":
            asked = _JournalOutcome.model_validate_json(request.body)
            told = self._twin.run(
                lambda books, _: JournalTransfers(books, asked.company.lower()).sent(asked.journal, asked.problem)
            )
            return json_response({"status": told})
        company = (request.option("company") or "").lower()
        return json_response(JournalTransfers(self._twin.books, company).pending())

    async def _setup(self, request: Request) -> Response:
        if request.method == "POST":
            asked = _Setup.model_validate_json(request.body)
            setup = self._twin.set_up(asked.company, asked.model_extra or {})
        else:
            setup = self._twin.books.setup(request.option("company") or "")
        return json_response(setup.model_dump(mode="json"))

    async def _package_jobs(self, _: Request) -> Response:
        self._twin.jobs.work()
        return json_response(
            [
                {"execution_id": job.execution_id, "company": job.company, "status": job.status, "rows": job.written}
                for job in self._twin.jobs.by_id.values()
            ]
        )

    async def _cancel_package(self, request: Request) -> Response:
        self._twin.jobs.cancel(_Cancel.model_validate_json(request.body).execution_id)
        return json_response({})
