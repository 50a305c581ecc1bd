"""`maps …`: what is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared.cli.map_document import document
from shared.cli.outcome import explained
from shared.cli.written import write
from shared.maps.catalogue import catalogue, declared

DOCUMENT = Path("docs/maps.md")

maps = typer.Typer(no_args_is_help=True, help="The declared maps.")


@maps.callback()
def _group() -> None:
    """The declared maps."""


@maps.command("document")
def write_document(
    *,
    path: Annotated[Path, typer.Argument(help="Where the document is.")] = DOCUMENT,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the document is current.")] = False,
) -> None:
    """Write the document of all maps. Exit status: 0, or with --check 1 if it is not current."""
    with explained():
        catalogue()  # says more of two maps of one name than the document could
        text = document(declared())
    write(path, text, "maps document", check=check)
