"""Who may call an HTTP function: function keys, host keys and the master key.

As the Functions host has it (Microsoft Learn: Work with access keys in Azure Functions): level `anonymous` asks for
nothing, `function` for a key of that function, a host key or the master key, `admin` for the master key. The key comes
as `?code=` or in the header `x-functions-key`. With no key known, everything but `anonymous` is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an app; `functions` holds those that open one function only, by its name."""

    master: str = ""
    host: tuple[str, ...] = ()
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def open(self, function: str, level: str, given: str) -> bool:
        """Tell whether a request that brought `given` may call a function of that authorisation level."""
        match level.lower():
            case "anonymous":
                return True
            case "function":
                return _holds((self.master, *self.host, *self.functions.get(function, ())), given)
            case _:
                return _holds((self.master,), given)


def read_keys(environment: Mapping[str, str], file: Path | None) -> Keys:
    """Take keys from a JSON file `{"master": "…", "host": ["…"], "functions": {"name": ["…"]}}` and the environment.

    `LOCAL_FUNCTION_KEY` adds a host key, `LOCAL_MASTER_KEY` replaces the master key.
    """
    found = json.loads(file.read_text("utf-8")) if file else {}
    host = (*found.get("host", ()), environment.get("LOCAL_FUNCTION_KEY", ""))
    return Keys(
        master=environment.get("LOCAL_MASTER_KEY") or found.get("master", ""),
        host=tuple(key for key in host if key),
        functions={name: tuple(keys) for name, keys in found.get("functions", {}).items()},
    )


def _holds(keys: Iterable[str], given: str) -> bool:
    """Compare with every key, in a time that tells nothing about how near a guess is."""
    tried = given.encode()
    return sum(compare_digest(key.encode(), tried) for key in keys if key) > 0
