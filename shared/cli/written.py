"""Documents that are made of declarations: written by a command, and seen to be current by the same one."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from shared.cli.outcome import Exit


def write(path: Path, text: str, command: str, *, check: bool) -> None:
    """Write a document; with `check` only end with DIFFERENCES if it is not current, and say which `command` writes it."""
    if check:
        current = path.is_file() and path.read_text(encoding="utf-8") == text
        if not current:
            console = Console(stderr=True, highlight=False)
            console.print(f"{path} is not current: python -m shared.cli {command}", style="red", soft_wrap=True)
        raise typer.Exit(Exit.CLEAN if current else Exit.DIFFERENCES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
