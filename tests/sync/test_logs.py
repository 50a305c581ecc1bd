"""Logs: what happened to which row is told; what is in the row, and who we are to the other side, never is."""

from __future__ import annotations

import logging

import pytest

from shared.store.message import Hint
from shared.store.work_queue import poison_name
from shared.sync.catch_up import catch_up
from shared.sync.sweep import sweep
from tests.sync.stage import Stage

PROJECTS, TO_FINANCE, TO_DATAVERSE = "projects_to_finance", "customers_to_finance", "customers_to_dataverse"

NAME, MAIL, PHONE, MEMO = (
    "Avery Howard & Sons",
    "avery.howard@private.example",
    "+1 555 0142",
    "knows the harbour master",
)
AMOUNT = "98765.43"
SUBJECT, DESCRIPTION = "Secret crane refit", "Do not tell the press"
TOKEN = "eyJ0eXAiOiJKV1Qi.c2VjcmV0.dG9rZW4"
POISON = '{"iban": "DE89370400440532013000"}'
SECRETS = (NAME, "Avery", MAIL, PHONE, MEMO, AMOUNT, "98765", SUBJECT, DESCRIPTION, TOKEN, "DE8937")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Whatever we log, in every detail, and what libraries log at the level of production."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="shared")
    caplog.set_level(logging.DEBUG, logger="functions")
    return caplog


def ours(log: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in log.records if record.name.startswith(("shared", "functions"))]


def told(records: list[logging.LogRecord]) -> str:
    formatter = logging.Formatter("%(name)s %(levelname)s %(message)s")
    return "\n".join(formatter.format(record) + str(record.args) for record in records)


async def scenario(stage: Stage) -> None:
    """Customers both ways, a conflict, deletes, refusals in Finance's own words, retries, parking, poison, catch-up."""
    for client in (stage.services.dataverse, stage.services.finance):
        client._service._http.headers["Authorization"] = f"Bearer {TOKEN}"
    private = {"emailaddress1": MAIL, "telephone1": PHONE, "description": MEMO, "creditlimit": float(AMOUNT)}
    row_id = await stage.customer(name=NAME, **private)
    await stage.heard(TO_FINANCE, row_id)
    await stage.customer(name=f"{NAME} Ltd", description=f"{MEMO} well")
    await stage.edit_finance("CustomersV3", {"CustomerAccount": "C-1"}, OrganizationName=f"{NAME} Inc")
    await stage.heard(TO_DATAVERSE, "usmf|C-1")
    infolog = {"error": {"code": "", "message": "x", "innererror": {"message": f"{NAME} owes {AMOUNT}, ask {MAIL}"}}}
    for status in (400, 403, 503):
        stage.world.finance.faults.add(method="PATCH", path="CustomersV3", status=status, body=infolog, times=1)
        await stage.customer(telephone1=f"{PHONE}{status}"[-20:])
        await stage.heard(TO_FINANCE, row_id, seconds=10)
    contract = await stage.contract()
    project = await stage.project(
        msdyn_subject=SUBJECT,
        msdyn_description=DESCRIPTION,
        **{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"},
    )
    await stage.heard(PROJECTS, project)
    await stage.heard("contracts_to_finance", contract)
    await stage.project(msdyn_description=DESCRIPTION * 60)
    await stage.heard(PROJECTS, project)
    await stage.world.storage.queue(poison_name(PROJECTS)).send(POISON)
    stage.world.clock.advance(1000)
    await sweep(stage.services)
    for name in (PROJECTS, TO_FINANCE, TO_DATAVERSE):
        await catch_up(stage.services, stage.services.catalogue.direction(name))
    await stage.world.run(seconds=60)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard(PROJECTS, project, Hint.DELETE)


async def test_nothing_of_a_rows_content_and_no_token_is_logged(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    await scenario(stage)
    text = told(ours(log))
    assert all(
        kind in text for kind in ("created", "updated", "deleted", "recorded", "try 1 failed", "waits for", "poison")
    )
    assert [secret for secret in SECRETS if secret in text] == []


async def test_no_library_logs_it_for_us(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    await scenario(stage)
    text = told([record for record in log.records if record not in ours(log)])
    assert [secret for secret in SECRETS if secret in text] == []


async def test_every_line_about_a_row_can_be_followed_by_direction_and_correlation(
    stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    row_id = await stage.project(msdyn_description="x" * 1001)
    await stage.heard(PROJECTS, row_id)
    await stage.project(msdyn_description="short")
    await stage.heard(PROJECTS, row_id)
    lines = [record.getMessage() for record in ours(log)]
    assert len(lines) == 2
    assert all(line.startswith(f"{PROJECTS} test: ") for line in lines)
    assert "created" in lines[1]


async def test_what_a_person_must_do_is_an_error_and_what_passes_by_itself_a_warning(
    stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    row_id = await stage.project()
    stage.world.finance.faults.add(path="ProjectsV2", status=503, times=1)
    await stage.heard(PROJECTS, row_id)
    assert [record.levelname for record in ours(log)] == ["WARNING"]
    stage.world.finance.faults.add(path="ProjectsV2", status=403)
    await stage.world.run(seconds=10)
    assert [record.levelname for record in ours(log)] == ["WARNING", "ERROR"]
