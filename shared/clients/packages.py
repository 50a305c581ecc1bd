"""Finance's data management, as the app sees it: a package goes in, its import can be asked about, its errors read.

Rule: an import is named by us, before it is begun. Whoever does not know whether it was (`Unsure`: no answer came, or a
gateway's) asks for its status under that name. And the address of a blob is a secret, because its signature opens it to
anybody: it goes to Azure Storage, to Finance, and nowhere else, not into an error and not into a log; our own token
never goes there.

Source: Microsoft Learn, Data management package REST API. What is only assumed says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import simplejson

from shared.clients import error_file
from shared.clients.answers import shorten
from shared.clients.error_file import Failure
from shared.clients.literals import json_body
from shared.clients.odata import WRITING, Service, rows_of
from shared.clients.refusals import FINANCE
from shared.clients.rows import Duplicate, Gone
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured, Rejected, Throttled, Transient

_ACTIONS = "DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities."
#: So begins what Finance says when an action of its own failed: then all that the action did is undone.
_ACTION_FAILED = "executing action"
#: Finance says so of an import that it does not know; for a moment also of one that it has just taken (seen).
_NOT_FOUND = "not found"


class Unsure(Transient):
    """Nobody knows whether the import was begun: ask for its status."""


class Status(StrEnum):
    """How an import stands, in Finance's words. UNKNOWN also stands for one that Finance has not heard of."""

    UNKNOWN = "Unknown"
    NOT_RUN = "NotRun"
    EXECUTING = "Executing"
    SUCCEEDED = "Succeeded"
    PARTIALLY_SUCCEEDED = "PartiallySucceeded"
    FAILED = "Failed"
    CANCELED = "Canceled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will be written any more."""
        return self in (Status.SUCCEEDED, Status.PARTIALLY_SUCCEEDED, Status.FAILED, Status.CANCELED)


@dataclass(frozen=True, slots=True)
class Report:
    """What went wrong with an import: the rows that Finance names, and what it says of the whole."""

    failures: tuple[Failure, ...]
    words: str


class PackagesClient:
    """One environment. Raises the errors of `shared.errors`, sorted in `refusals`, and nothing else."""

    def __init__(self, http: httpx.AsyncClient, base_url: str, throttle: Throttle) -> None:
        """Take the environment's address, and the throttle of whoever else speaks to it."""
        self._http = http
        self._own = httpx.URL(base_url)
        self._service = Service(http, base_url.rstrip("/") + "/data/", throttle, FINANCE)
        self._first_company = ""

    async def upload(self, name: str, content: bytes) -> str:
        """Put a package where Finance can read it, under a name that is new; give its secret address."""
        answer = await self._act("GetAzureWriteUrl", uniqueFileName=name)
        try:
            url = str(simplejson.loads(answer)["BlobUrl"])
        except (ValueError, KeyError, TypeError):
            # Not chained: what was answered holds the secret.
            raise Transient("Finance gave no address to upload a package to.") from None
        headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": "application/zip"}
        await self._blob("PUT", url, headers, content)
        return url

    async def start(self, url: str, *, project: str, execution: str, company: str) -> None:
        """Begin the import of an uploaded package into a company. `Unsure` if it may have begun without our knowing.

        Finance refuses it while another one runs: "don't call it in parallel threads, it fails". In which words is
        unconfirmed.
        """
        asked = {
            "packageUrl": url,
            "definitionGroupId": project,
            "executionId": execution,
            "execute": True,
            "overwrite": True,
            "legalEntityId": company,
        }
        try:
            taken = await self._act("ImportFromPackage", **asked)
        except Duplicate:
            return  # an import of this name is there already
        except Throttled:
            raise
        except Transient as failure:
            if _ACTION_FAILED in failure.reason:
                raise
            raise Unsure(failure.message, reason=failure.reason) from failure
        if taken != execution:
            raise Unsure(f"Finance calls an import {shorten(str(taken))!r} that was to be called {execution!r}.")

    async def status(self, execution: str) -> Status:
        """Ask how an import stands."""
        try:
            answer = await self._act("GetExecutionSummaryStatus", executionId=execution)
            return Status(answer)
        except (Rejected, Transient) as refusal:
            if _ACTION_FAILED in refusal.reason and _NOT_FOUND in refusal.reason:
                return Status.UNKNOWN
            raise
        except ValueError:
            raise Transient(f"Finance says of import {execution} that it is {shorten(str(answer))!r}.") from None

    async def report(self, execution: str, entity: str) -> Report:
        """Read what went wrong with an import that is over. `Transient` while Finance is still writing the error file."""
        asked = {"executionId": execution, "entityName": entity}
        rows = await self._error_file(await self._act("GetImportStagingErrorFileUrl", **asked))
        if await self._act("GenerateImportTargetErrorKeysFile", **asked) is True:
            url = await self._act("GetImportTargetErrorKeysFileUrl", **asked)
            if not url:
                raise Transient(f"Finance is still writing the error file of import {execution}.")
            rows += await self._error_file(url)
        said = error_file.read_errors(await self._act("GetExecutionErrors", executionId=execution))
        failures = (Failure(each.row, shorten(each.message)) for each in error_file.failures(rows, said))
        return Report(tuple(failures), shorten(error_file.of_the_whole(said)))

    async def first_company(self) -> str:
        """Name a legal entity that is there: the first by name. Asked of Finance once."""
        if not self._first_company:
            url = f"{self._service.root}LegalEntities?cross-company=true&$select=LegalEntityId"
            names = [str(row["LegalEntityId"]) for row in rows_of(await self._service.get(url))]
            if not names:
                raise Misconfigured("Finance has no legal entity to import into.")
            self._first_company = min(names).lower()
        return self._first_company

    async def _act(self, action: str, **asked: Any) -> Any:
        url = f"{self._service.root}{_ACTIONS}{action}"
        try:
            answer = self._service.decode(await self._service.send("POST", url, WRITING, json_body(asked)))
        except Gone as error:
            raise Misconfigured("Finance does not offer the data management API.", reason=error.reason) from error
        return answer.get("value")

    async def _error_file(self, url: Any) -> list[dict[str, str]]:
        return error_file.read_error_file(await self._blob("GET", str(url), {}, None)) if url else []

    async def _blob(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> bytes:
        """Send one request to Azure Storage, with nothing but the address's own signature."""
        request = self._http.build_request(method, self._checked(url), headers=headers, content=content)
        try:
            response = await self._http.send(request, auth=None)
        except httpx.RequestError as error:
            # Not chained: the library's error carries the request, and so the address.
            raise Transient(f"The storage of Finance could not be reached ({type(error).__name__}).") from None
        if not response.is_success:
            code = shorten(response.headers.get("x-ms-error-code", ""))
            raise Transient(f"The storage of Finance answered {response.status_code} {code} to {method}.")
        return response.content

    def _checked(self, url: str) -> httpx.URL:
        """Let an address pass that is encrypted, or Finance's own (as on a machine for development)."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL:
            address = httpx.URL()
        here = (self._own.scheme, self._own.host, self._own.port)
        if (address.scheme == "https" and address.host) or (address.scheme, address.host, address.port) == here:
            return address
        raise Misconfigured(f"Finance wants a package sent to {address.host or 'nowhere'}, which is not encrypted.")
