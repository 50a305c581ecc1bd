"""`errors …`: what is known of errors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared.cli.error_document import document
from shared.cli.written import write

DOCUMENT = Path("docs/errors.md")

errors = typer.Typer(no_args_is_help=True, help="The known errors.")


@errors.callback()
def _group() -> None:
    """The known errors."""


@errors.command("document")
def write_document(
    *,
    path: Annotated[Path, typer.Argument(help="Where the document is.")] = DOCUMENT,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the document is current.")] = False,
) -> None:
    """Write the document of all known errors. Exit status: 0, or with --check 1 if it is not current."""
    write(path, document(), "errors document", check=check)
