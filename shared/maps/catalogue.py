"""Finds the declarations: every `TableMap` of every module below this package. Adding a file adds a map."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import shared.maps
from shared.mapping.catalogue import Catalogue
from shared.mapping.model import TableMap


@cache
def catalogue() -> Catalogue:
    """Give the catalogue of all declared maps, made on first use and kept."""
    return Catalogue(_declared())


def _declared() -> Iterator[TableMap]:
    for module in pkgutil.walk_packages(shared.maps.__path__, f"{shared.maps.__name__}."):
        if not module.ispkg and module.name != __name__:
            contents = vars(importlib.import_module(module.name))
            yield from (value for value in contents.values() if isinstance(value, TableMap))
