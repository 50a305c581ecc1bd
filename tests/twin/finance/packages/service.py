"""The actions of data management: `POST /data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.<Action>`.

Source: Microsoft Learn, Data management package REST API; error texts as seen in public where they could be found. That
a second import is refused while one runs is documented ("do not call it in parallel, it fails"), its text is not. That
a job id cannot be used twice is an assumption, and so is what is in the error files and in the list of errors.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from tests.twin.clock import Clock
from tests.twin.finance.packages.blobs import Blobs
from tests.twin.finance.packages.contents import BadPackage, read_package
from tests.twin.finance.packages.jobs import OVER, Failure, Job, Jobs
from tests.twin.finance.refusals import Refusal
from tests.twin.finance.rows import Database
from tests.twin.finance.settings import Settings
from tests.twin.http import Request, Response, json_response

PATH = "/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities."
_NAMESPACE = uuid.UUID("7a6e5d4c-3b2a-5190-8f7e-6d5c4b3a2910")


class PackageService:
    """Answers the actions."""

    def __init__(self, database: Database, jobs: Jobs, blobs: Blobs, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._blobs = blobs
        self._settings = settings
        self._clock = clock
        self._projects: set[str] = set()
        #: (execution, entity) → how often it was asked for an error file that is being made.
        self._asked: dict[tuple[str, str], int] = {}
        self._actions: Mapping[str, Callable[[Request, dict[str, Any]], Any]] = {
            "GetAzureWriteUrl": self._write_url,
            "ImportFromPackage": self._import,
            "GetExecutionSummaryStatus": self._status,
            "GetImportStagingErrorFileUrl": self._staging_errors,
            "GenerateImportTargetErrorKeysFile": self._generate_target_errors,
            "GetImportTargetErrorKeysFileUrl": self._target_errors,
            "GetExecutionErrors": self._errors,
        }

    def answer(self, request: Request) -> Response:
        """Perform one action."""
        name = request.path.removeprefix(PATH)
        action = self._actions.get(name)
        if action is None or request.method != "POST":
            return Refusal(404, f"No HTTP resource was found that matches '{request.path}'.", kind="").response()
        try:
            value = action(request, request.json())
        except (ValueError, KeyError, BadPackage) as error:
            text = f"Exception occurred while executing action {name} on Entity DataManagementDefinitionGroup: {error}"
            return Refusal(400, text, kind="System.InvalidOperationException").response()
        kind = "Boolean" if isinstance(value, bool) else "String"
        return json_response({"@odata.context": f"{request.origin}/data/$metadata#Edm.{kind}", "value": value})

    def _write_url(self, request: Request, asked: dict[str, Any]) -> str:
        name = asked["uniqueFileName"]
        address = self._blobs.write_address(request.origin, name)
        # A string that contains JSON, as documented.
        return json.dumps({"BlobId": f"{{{uuid.uuid5(_NAMESPACE, name)}}}", "BlobUrl": address})

    def _import(self, _: Request, asked: dict[str, Any]) -> str:
        project, company = asked["definitionGroupId"], asked["legalEntityId"].lower()
        execution_id = asked["executionId"] or f"{project}-{self._clock.now():%m/%d/%Y %H:%M:%S}"
        if self._jobs.running() is not None:
            raise ValueError("Another import is being executed.")
        if execution_id in self._jobs.by_id:
            raise ValueError(f"The execution {execution_id} exists already.")
        if self._database.tables["LegalEntities"].find((company,)) is None:
            raise ValueError(f"The legal entity {company} does not exist.")
        if project in self._projects and not asked["overwrite"]:
            raise ValueError(f"The data project '{project}' exists and overwrite has not been specified.")
        content = self._blobs.content(asked["packageUrl"])
        if content is None:
            raise ValueError("The package cannot be read from the address given.")
        contents = read_package(content, (table.entity for table in self._database.tables.values()))
        self._projects.add(project)
        if asked["execute"]:
            self._jobs.add(Job(execution_id, company, contents, self._clock.now()))
        return str(execution_id)

    def _status(self, _: Request, asked: dict[str, Any]) -> str:
        job = self._job(asked)
        shows = job.created + timedelta(seconds=self._settings.package_hidden_seconds)
        if self._clock.now() < shows:
            raise ValueError(f"Execution details were not found for execution id: {job.execution_id}")
        return str(job.status)

    def _staging_errors(self, request: Request, asked: dict[str, Any]) -> str:
        job = self._of_entity(asked)
        failed = [failure for failure in job.failures if failure.at_staging]
        if not failed:
            return ""
        names = [*failed[0].row]
        lines = ([*each.row.values(), each.message] for each in failed)
        return self._publish(request, job, "staging", [*(name.upper() for name in names), "ERRORMESSAGE"], lines)

    def _generate_target_errors(self, _: Request, asked: dict[str, Any]) -> bool:
        job = self._of_entity(asked)
        self._asked.setdefault((job.execution_id, asked["entityName"]), 0)
        return bool(self._at_target(job))

    def _target_errors(self, request: Request, asked: dict[str, Any]) -> str:
        """Give the file's address, but not at once: it is being made for as many questions as a setting says."""
        job = self._of_entity(asked)
        failed, place = self._at_target(job), (job.execution_id, asked["entityName"])
        if not failed or place not in self._asked:
            return ""
        self._asked[place] += 1
        if self._asked[place] <= self._settings.package_file_questions:
            return ""
        keys = job.contents.entity.own_key
        lines = ([each.row.get(name, "") for name in keys] for each in failed)
        return self._publish(request, job, "target", [name.upper() for name in keys], lines)

    def _errors(self, _: Request, asked: dict[str, Any]) -> str:
        job = self._job(asked)
        own = [{"RecordId": "", "Field": "", "ErrorMessage": error} for error in job.errors]
        rows = [
            {"RecordId": _record_id(job, failure), "Field": "", "ErrorMessage": failure.message}
            for failure in job.failures
        ]
        return json.dumps([*own, *rows])

    def _publish(self, request: Request, job: Job, step: str, names: list[str], lines: Iterable[Iterable[str]]) -> str:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([names, *lines])
        # Excel opens such files, hence the mark.
        content = text.getvalue().encode("utf-8-sig")
        return self._blobs.publish(request.origin, f"{job.execution_id}-{step}.csv", content)

    def _job(self, asked: dict[str, Any]) -> Job:
        job = self._jobs.by_id.get(asked["executionId"])
        if job is None:
            raise ValueError(f"Execution details were not found for execution id: {asked['executionId']}")
        return job

    def _of_entity(self, asked: dict[str, Any]) -> Job:
        job = self._job(asked)
        if asked["entityName"] != job.contents.name:
            raise ValueError(f"The execution has no entity called {asked['entityName']}.")
        return job

    @staticmethod
    def _at_target(job: Job) -> list[Failure]:
        return [each for each in job.failures if not each.at_staging] if job.status in OVER else []


def _record_id(job: Job, failure: Failure) -> str:
    return ", ".join(failure.row.get(name, "") for name in job.contents.entity.own_key)
