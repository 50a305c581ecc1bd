"""Finds the declarations: every `TableMap` of every module below this package. Adding a file adds a map."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import shared.maps
from shared.mapping.catalogue import Catalogue
from shared.mapping.model import TableMap


@cache
def catalogue() -> Catalogue:
    """Give the catalogue of all declared maps, made on first use and kept."""
    return Catalogue(table_map for _, table_map in declared())


def declared() -> Iterator[tuple[ModuleType, TableMap]]:
    """Give every map with the module that declares it."""
    for module in pkgutil.walk_packages(shared.maps.__path__, f"{shared.maps.__name__}."):
        if not module.ispkg and module.name != __name__:
            imported = importlib.import_module(module.name)
            yield from ((imported, value) for value in vars(imported).values() if isinstance(value, TableMap))
