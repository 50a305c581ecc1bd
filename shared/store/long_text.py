"""Texts longer than a property may be, in as many properties as it takes: `base_0`, `base_1` and so on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from shared.store.table import LONGEST_TEXT, Entity


def split_json(name: str, value: Mapping[str, Any]) -> Entity:
    """The properties that hold a value as JSON."""
    # ASCII, so that a character is one UTF-16 unit, and no cut goes through one.
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    starts = range(0, len(text), LONGEST_TEXT)
    return {f"{name}_{n}": text[start : start + LONGEST_TEXT] for n, start in enumerate(starts)}


def join_json(name: str, entity: Entity) -> dict[str, Any] | None:
    """The value that `split_json` wrote, or None if there is none."""
    text = ""
    for n in count():
        part = entity.get(f"{name}_{n}")
        if part is None:
            break
        text += part
    return json.loads(text) if text else None


def cut(text: str, longest: int) -> str:
    """The text, or its beginning with a mark that there was more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
