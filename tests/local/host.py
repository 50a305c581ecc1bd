"""A small Functions host for one machine: `python -m tests.local.host --port 7071 --app function_app:app`.

It runs an unchanged function_app.py as the real host would: HTTP functions with keys, queue functions with hidden,
repeated and poisoned messages, timers with a singleton. It knows no map and imports the app only after its settings
are in place. Several hosts may share one storage account. SIGTERM (or Ctrl-C) takes nothing more, waits for what runs
and ends with 0; a second one ends it at once. Listens on 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from azure.core.exceptions import AzureError

from tests.local.clock import SystemClock
from tests.local.connections import Connections
from tests.local.functions import AppNotLoadable, Function, enabled, load
from tests.local.http import HttpFunctions
from tests.local.invocations import Invocations
from tests.local.keys import Keys, read_keys
from tests.local.queues import QueuePoller
from tests.local.schedules import Schedule
from tests.local.settings import AppSettings, HostJson, read_host_json, read_local_settings
from tests.local.singleton import TABLE, TableLease, TableOccurrences
from tests.local.timers import Timer, Timers

log = logging.getLogger("host")

Part = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; times in seconds."""

    app: str
    folder: Path
    port: int
    grace: float
    queue_hold: float
    timer_lease: float
    keys: Path | None
    quiet: bool


class Host:
    """The functions of one app, running until they are told to stop."""

    def __init__(
        self, functions: list[Function], host_json: HostJson, settings: AppSettings, keys: Keys, options: Options
    ) -> None:
        self._functions = functions
        self._host_json = host_json
        self._settings = settings
        self._options = options
        self._clock = SystemClock()
        threads = settings.values.get("PYTHON_THREADPOOL_THREAD_COUNT")
        timeout = host_json.function_timeout
        self._invocations = Invocations(
            threads=int(threads) if threads else None, timeout=timeout.total_seconds() if timeout else None
        )
        prefix = host_json.extensions.http.route_prefix
        self._http = HttpFunctions(functions, prefix, keys, self._invocations)

    async def run(self, stopping: asyncio.Event, ready: Callable[[str], None]) -> None:
        """Serve, poll and fire, and tell `ready` the address; once told to stop, wait for what runs, up to the grace.

        Raises SettingMissing, ValueError for a schedule that cannot be read, OSError for a taken port, and azure.core's
        errors if storage cannot be reached.
        """
        runner = web.AppRunner(self._http.application, access_log=None, shutdown_timeout=self._options.grace)
        async with Connections(self._settings) as connections:
            parts = [*await self._pollers(connections), *await self._timers(connections)]
            running: list[asyncio.Task[None]] = []
            try:
                ready(await self._listen(runner))
                running += [asyncio.create_task(part(stopping)) for part in parts]
                await _until(stopping, running)
            finally:
                stopping.set()
                await asyncio.gather(runner.cleanup(), self._finish(running))
                self._invocations.close()

    async def _listen(self, runner: web.AppRunner) -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._options.port).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _finish(self, running: list[asyncio.Task[None]]) -> None:
        running = [*running, asyncio.create_task(self._http.finish())]
        _, unfinished = await asyncio.wait(running, timeout=self._options.grace)
        for task in unfinished:
            log.warning("Some functions still ran after %s s; their messages will come again.", self._options.grace)
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _pollers(self, connections: Connections) -> list[Part]:
        return [
            QueuePoller(
                await connections.queue_function(function),
                self._host_json.extensions.queues,
                self._invocations,
                self._clock,
                hold=self._options.queue_hold,
            ).run
            for function in self._of("queueTrigger")
        ]

    async def _timers(self, connections: Connections) -> list[Part]:
        functions = self._of("timerTrigger")
        if not functions:
            return []
        table = await connections.table(TABLE)
        host_id = self._settings.values.get("AzureFunctionsWebHost__hostid", "local")
        occurrences = TableOccurrences(table, host_id)
        lease = TableLease(table, host_id, str(uuid.uuid4()), self._options.timer_lease)
        return [Timers([self._timer(function, occurrences) for function in functions], lease, self._clock).run]

    def _timer(self, function: Function, occurrences: TableOccurrences) -> Timer:
        schedule = Schedule(self._settings.resolve(str(function.trigger["schedule"])))
        return Timer(function, schedule, occurrences, self._invocations, self._clock)

    def _of(self, kind: str) -> list[Function]:
        return [function for function in self._functions if function.kind == kind]


def read_options(arguments: list[str] | None = None) -> Options:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.local.host", description="A local Functions host.")
    parser.add_argument("--app", default="function_app:app", help="module:attribute of the FunctionApp")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where host.json and the module are")
    parser.add_argument("--port", type=int, default=7071, help="0 takes any free port")
    parser.add_argument("--grace", type=float, default=10.0, help="seconds to wait for running functions at the end")
    parser.add_argument("--queue-hold", type=float, default=600.0, help="seconds a taken message stays hidden")
    parser.add_argument("--timer-lease", type=float, default=15.0, help="seconds until a dead host's timers move on")
    parser.add_argument("--keys", type=Path, help="JSON file of keys, besides LOCAL_FUNCTION_KEY")
    parser.add_argument("--quiet", action="store_true", help="log warnings and errors only")
    return Options(**vars(parser.parse_args(arguments)))


async def serve(host: Host) -> None:
    """Run a host until a signal comes."""
    stopping = asyncio.Event()
    _stop_on_signals(stopping)
    await host.run(stopping, _say_ready)


def main() -> int:
    """Run the host; what the app or its settings lack is said in one line."""
    options = read_options()
    _log_to_stdout(quiet=options.quiet)
    try:
        functions = _loaded(options)
    except AppNotLoadable as error:
        return _cannot_start(error)  # what the app's own module raises is shown whole
    try:
        host_json, keys = read_host_json(options.folder, os.environ), read_keys(os.environ, options.keys)
        asyncio.run(serve(Host(functions, host_json, AppSettings(os.environ), keys, options)))
    except (ValueError, OSError, AzureError) as error:
        return _cannot_start(error)
    except KeyboardInterrupt:
        return 130
    if threading.active_count() > 1:
        # A plain function that is stuck would hold up the interpreter's end; the real host ends its worker too.
        logging.shutdown()
        os._exit(0)
    return 0


def _loaded(options: Options) -> list[Function]:
    """Put the settings in place, and only then import the app."""
    for name, value in read_local_settings(options.folder).items():
        os.environ.setdefault(name, value)
    sys.path.insert(0, str(options.folder))
    return enabled(load(options.app), os.environ)


def _cannot_start(error: Exception) -> int:
    sys.stderr.write(f"The host cannot start: {error}\n")
    return 1


def _log_to_stdout(*, quiet: bool) -> None:
    logging.basicConfig(
        stream=sys.stdout,
        level=logging.WARNING if quiet else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
    )
    logging.getLogger("azure").setLevel(logging.WARNING)


async def _until(stopping: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for the end; a part that fails ends the host, rather than leaving its functions deaf."""
    told = asyncio.create_task(stopping.wait())
    try:
        ended, _ = await asyncio.wait([told, *running], return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            if task.exception():
                log.error("A part of the host failed.", exc_info=task.exception())
            task.result()
    finally:
        told.cancel()


def _say_ready(url: str) -> None:
    sys.stdout.write(f"Host is listening on {url}\n")
    sys.stdout.flush()


def _stop_on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        stopping.set()
        loop.remove_signal_handler(number)  # the next one ends the process as usual

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)


if __name__ == "__main__":
    sys.exit(main())
