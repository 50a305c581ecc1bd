"""The queue functions: their messages, foreign messages on the way to a record, and what fails loudly."""

from __future__ import annotations

import hashlib

import pytest

from shared.errors import Misconfigured, Rejected, Transient
from shared.store.error_records import ErrorStatus
from shared.store.queue import from_wire
from shared.store.work_queue import poison_name, queue_name
from tests.functions.running_app import App, acting_in
from tests.sync.stage import Stage

PROJECTS = "projects_to_finance"
SECRET = b'{"iban": "DE89 3704 0044 0532 0130 00", "v": 1, "direction": "Avery Howard"}'


async def test_a_message_is_handled_to_its_end(app: App, stage: Stage) -> None:
    await stage.world.tell(PROJECTS, await stage.project())
    ((message, _),) = stage.waiting(PROJECTS)
    await app.work(PROJECTS, message.to_text())
    assert stage.kept("ProjectsV2", "PRJ-1") is not None


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"\xff\xfe", SECRET], ids=["empty", "{}", "null", "bytes", "json"]
)
async def test_a_foreign_message_raises_and_so_goes_to_the_poison_queue(app: App, body: bytes) -> None:
    with pytest.raises((Rejected, UnicodeDecodeError)):
        await app.work(PROJECTS, body)


async def test_a_foreign_message_is_refused_without_quoting_it(app: App) -> None:
    with pytest.raises(Rejected) as rejected:
        await app.work(PROJECTS, SECRET)
    told = f"{rejected.value} {rejected.value.__cause__}"
    assert not any(part in told for part in ("DE89", "Avery", "iban"))


async def test_a_foreign_message_ends_as_an_error_record_with_hash_and_size_and_never_its_content(
    app: App, stage: Stage
) -> None:
    """The host moves what failed five times to the poison queue; the sweep takes it from there."""
    with pytest.raises(Rejected):
        await app.work(PROJECTS, SECRET)
    await stage.world.storage.queue(poison_name(PROJECTS)).send(SECRET.decode())
    await app.tick("sweep")
    record = await stage.error(PROJECTS, f"poison:{hashlib.sha256(SECRET).hexdigest()}")
    assert (record.error_class, record.status) == ("Poison", ErrorStatus.OPEN)
    assert f"{len(SECRET)} bytes" in record.message
    for table in stage.world.storage._tables.values():
        for stored in table._rows.values():
            assert not any(part in str(stored.entity) for part in ("DE89", "Avery", "iban"))
    assert await stage.services.queue.poisoned(PROJECTS) == 0


async def test_with_a_setting_missing_a_message_is_not_consumed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.world.tell(PROJECTS, await stage.project())
    ((message, _),) = stage.waiting(PROJECTS)
    with acting_in(stage, monkeypatch) as app:
        monkeypatch.delenv("DATAVERSE_URL")
        with pytest.raises(Misconfigured, match="DATAVERSE_URL is missing"):
            await app.work(PROJECTS, message.to_text())


async def test_a_message_whose_retry_cannot_be_kept_is_not_acknowledged(app: App, stage: Stage) -> None:
    await stage.world.tell(PROJECTS, await stage.project())
    ((message, _),) = stage.waiting(PROJECTS)
    stage.world.finance.faults.add(path="ProjectsV2", status=503)

    async def fail(operation: str) -> None:
        if operation == "projects-to-finance.send":
            raise Transient("the storage account does not answer")

    stage.world.storage.before_each_operation = fail
    with pytest.raises(Transient):
        await app.work(PROJECTS, message.to_text())


async def test_the_app_sends_to_the_queues_it_listens_to(app: App, stage: Stage) -> None:
    for name in stage.services.catalogue.directions:
        trigger = app.functions[name].trigger
        assert trigger["queueName"] == queue_name(name)
        assert trigger["connection"] == "AzureWebJobsStorage"


async def test_what_is_sent_reads_as_base64_of_our_json(app: App, stage: Stage) -> None:
    await stage.world.tell(PROJECTS, "key")
    (stored,) = stage.world.storage.queue(queue_name(PROJECTS))._messages
    assert stored.wire != from_wire(stored.wire).decode()
    assert from_wire(stored.wire).startswith(b'{"v":1,"direction":"projects_to_finance"')
    del app
