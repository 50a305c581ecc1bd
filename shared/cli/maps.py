"""`maps …`: what is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.cli.map_document import document
from shared.cli.outcome import Exit, explained
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
    console = Console(stderr=True, highlight=False)
    with explained():
        catalogue()  # says more of two maps of one name than the document could
        text = document(declared())
    if check:
        current = path.is_file() and path.read_text(encoding="utf-8") == text
        if not current:
            console.print(f"{path} is not current: python -m shared.cli maps document", style="red", soft_wrap=True)
        raise typer.Exit(Exit.CLEAN if current else Exit.DIFFERENCES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
