"""The one `Services` of this process: built from the environment on the first call, never on import.

One exception at import makes every function of the app vanish, so nothing is read or opened before a function runs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from shared.runtime import compose, open_world
from shared.settings import Settings
from shared.sync.services import Services


@dataclass(frozen=True, slots=True)
class Process:
    """Settings and services of this process."""

    settings: Settings
    services: Services


@cache
def process() -> Process:
    """Give the settings and services; Misconfigured if the settings do not allow any, at each call until they do."""
    settings = Settings.read(os.environ)
    return Process(settings, compose(settings, open_world(settings)))
