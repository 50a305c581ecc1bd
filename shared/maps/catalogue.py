"""Finds the declarations: every `TableMap` of every module below this package. Adding a file adds a map."""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import shared.maps
from shared.errors import Misconfigured
from shared.mapping.catalogue import Catalogue
from shared.mapping.model import TableMap


@cache
def catalogue() -> Catalogue:
    """Give the catalogue of all declared maps, made on first use and kept."""
    return Catalogue(table_map for _, table_map in declared())


def declared() -> Iterator[tuple[ModuleType, TableMap]]:
    """Give every map with the module that declares it; Misconfigured names the file and line of what cannot be read."""
    for module in pkgutil.walk_packages(shared.maps.__path__, f"{shared.maps.__name__}."):
        if not module.ispkg and module.name != __name__:
            imported = _imported(module.name)
            yield from ((imported, value) for value in vars(imported).values() if isinstance(value, TableMap))


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (SyntaxError, NameError, ImportError, AttributeError, TypeError, ValueError) as error:
        file = f"{name.replace('.', '/')}.py"
        said = error.msg if isinstance(error, SyntaxError) else error
        raise Misconfigured(f"{file}, line {_line(error, file)}: {said}.") from error


def _line(error: Exception, file: str) -> int | None:
    """Give the line of the file that the error came from."""
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename.endswith(file)), None)
