"""The host as a process: it starts, stops and dies as the real one does, and says what it lacks."""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import azure.functions as func
import httpx
import pytest
from azure.storage.queue.aio import QueueClient

from tests.local import azurite as emulator
from tests.local.azurite import Azurite
from tests.local.functions import AppNotLoadable, enabled, index, load
from tests.local.settings import AppSettings, HostJson, SettingMissing, read_host_json, read_local_settings

SAMPLE = Path(__file__).with_name("sample")


@pytest.fixture
async def queue(azurite: Azurite) -> AsyncIterator[QueueClient]:
    name = f"sample-{uuid.uuid4().hex[:12]}"
    async with QueueClient.from_connection_string(azurite.connection_string, name) as client:
        await client.create_queue()
        yield client


@contextmanager
def started(
    azurite: Azurite, queue: QueueClient, *options: str, seconds: float = 0.0
) -> Iterator[subprocess.Popen[str]]:
    """The sample app under a host of its own process, which takes that long over a message."""
    command = [sys.executable, "-m", "tests.local.host", "--folder", str(SAMPLE), "--port", "0", *options]
    settings = {
        "AzureWebJobsStorage": azurite.connection_string,
        "SAMPLE_QUEUE": queue.queue_name,
        "SAMPLE_SECONDS": str(seconds),
        "LOCAL_FUNCTION_KEY": "sample-key",
    }
    with subprocess.Popen(
        command, cwd=emulator.ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(process: subprocess.Popen[str], pattern: str) -> str:
    """Read what the host prints up to a line that matches, and give that match."""
    assert process.stdout
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"the host ended without printing {pattern}")


async def test_an_unchanged_app_answers_and_sigterm_ends_it_with_status_0(azurite: Azurite, queue: QueueClient) -> None:
    with started(azurite, queue) as process:
        url = _until(process, r"http://127\.0\.0\.1:\d+")
        async with httpx.AsyncClient(base_url=url, headers={"x-functions-key": "sample-key"}) as client:
            assert (await client.get("/api/hello/you")).text == "Hello, you."
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


async def test_sigterm_waits_for_a_running_function(azurite: Azurite, queue: QueueClient) -> None:
    await queue.send_message(base64.b64encode(b"one").decode())
    with started(azurite, queue, seconds=0.2) as process:
        _until(process, "began one")
        process.send_signal(signal.SIGTERM)
        _until(process, "ended one")
        assert process.wait(10) == 0
    assert (await queue.get_queue_properties()).approximate_message_count == 0


async def test_past_the_grace_sigterm_leaves_the_message_for_another_host(azurite: Azurite, queue: QueueClient) -> None:
    await queue.send_message(base64.b64encode(b"one").decode())
    with started(azurite, queue, "--grace", "0.01", seconds=60) as process:
        _until(process, "began one")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert (await queue.get_queue_properties()).approximate_message_count == 1


async def test_a_killed_hosts_message_comes_again_when_its_hold_runs_out(azurite: Azurite, queue: QueueClient) -> None:
    await queue.send_message(base64.b64encode(b"one").decode())
    with started(azurite, queue, "--queue-hold", "1", seconds=60) as process:
        _until(process, "began one, coming 1")
        process.kill()
    with started(azurite, queue) as process:
        _until(process, "began one, coming 2")
        _until(process, "ended one")


def _ended(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.local.host", *options]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("AzureWebJobs")}
    return subprocess.run(
        command, cwd=emulator.ROOT, env={**environment, **settings}, capture_output=True, text=True, check=False
    )


def _fails(*options: str, **settings: str) -> str:
    ended = _ended(*options, **settings)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = _fails(
            "--folder",
            str(SAMPLE),
            "--port",
            port,
            AzureWebJobsStorage="UseDevelopmentStorage=true",
            SAMPLE_QUEUE="q-1",
        )
    assert said.startswith("The host cannot start:")
    assert port in said


def test_an_absent_setting_is_named() -> None:
    assert "AzureWebJobsStorage" in _fails("--folder", str(SAMPLE))


def test_a_host_json_that_cannot_be_is_said_and_an_app_that_fails_is_shown_whole(tmp_path: Path) -> None:
    (tmp_path / "empty_app.py").write_text("from azure.functions import FunctionApp\napp = FunctionApp()", "utf-8")
    (tmp_path / "host.json").write_text('{"extensions": {"queues": {"batchSize": 33}}}', "utf-8")
    assert "batchSize" in _fails("--folder", str(tmp_path), "--app", "empty_app:app")
    (tmp_path / "broken_app.py").write_text("raise ValueError('on purpose')", "utf-8")
    assert "Traceback" in _ended("--folder", str(tmp_path), "--app", "broken_app:app").stderr


def test_an_app_elsewhere_than_said_is_an_error() -> None:
    with pytest.raises(AppNotLoadable, match="exactly one FunctionApp"):
        load("tests.local.sample.function_app:other")


def test_what_the_host_cannot_play_is_refused_when_the_app_is_loaded() -> None:
    app = func.FunctionApp()

    @app.blob_trigger(arg_name="blob", path="p", connection="AzureWebJobsStorage")
    def on_blob(blob: func.InputStream) -> None:
        blob.read()

    with pytest.raises(AppNotLoadable, match="on_blob"):
        index(app)


def test_the_projects_host_json_is_read() -> None:
    found = read_host_json(emulator.ROOT).extensions
    assert (found.queues.batch_size, found.queues.threshold, found.queues.max_dequeue_count) == (16, 8, 5)
    assert found.queues.visibility_timeout.total_seconds() == 30
    assert found.http.route_prefix == "api"


def test_an_app_setting_overrides_a_value_of_host_json() -> None:
    overriding = {"AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.5", "OTHER": "1"}
    queues = read_host_json(emulator.ROOT, overriding).extensions.queues
    assert (queues.max_polling_interval.total_seconds(), queues.batch_size) == (0.5, 16)


def test_a_function_timeout_of_minus_one_is_none_at_all() -> None:
    assert HostJson.model_validate({"functionTimeout": "-1"}).function_timeout is None


def test_settings_come_from_the_environment_before_the_local_file(tmp_path: Path) -> None:
    assert read_local_settings(tmp_path) == {}
    (tmp_path / "local.settings.json").write_text('{"Values": {"NAME": 1}}', "utf-8")
    assert read_local_settings(tmp_path) == {"NAME": "1"}


def test_a_name_between_percent_signs_is_a_setting() -> None:
    settings = AppSettings({"QUEUE": "work"})
    assert settings.resolve("%QUEUE%-1") == "work-1"
    with pytest.raises(SettingMissing, match="OTHER"):
        settings.resolve("%OTHER%")


def test_a_connection_may_leave_out_its_prefix() -> None:
    settings = AppSettings({"AzureWebJobsWork": "A=b", "Plain": "UseDevelopmentStorage=true"})
    assert settings.connection("Work") == "A=b"
    assert "QueueEndpoint=http://127.0.0.1:10001/" in settings.connection("Plain")


def test_a_function_that_a_setting_switches_off_is_left_out() -> None:
    functions = load("tests.local.sample.function_app:app")
    name = functions[0].name
    assert [each.name for each in enabled(functions, {f"AzureWebJobs.{name}.Disabled": "true"})] == [
        each.name for each in functions[1:]
    ]
    assert enabled(functions, {f"AzureWebJobs.{name}.Disabled": "false"}) == functions
