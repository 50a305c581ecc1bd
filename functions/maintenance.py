"""Maintenance: the timer that frees what waits and records what was poisoned."""

from azure.functions import Blueprint, TimerRequest

from functions.process import process
from shared.sync.sweep import sweep

maintenance = Blueprint()  # type: ignore[no-untyped-call]  # azure-functions leaves its constructor untyped


@maintenance.function_name("sweep")
@maintenance.timer_trigger("timer", "15 * * * * *")
async def sweep_timer(timer: TimerRequest) -> None:
    """Free parked rows and error records whose time has come; turn poisoned messages into error records."""
    del timer
    await sweep(process().services)
