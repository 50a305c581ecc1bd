"""The verbs. Each is a module; this one only gives them their names."""

from __future__ import annotations

import typer

from shared.cli.check import check
from shared.cli.errors import errors
from shared.cli.maps import maps

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Looks after the maps and the app."
)
app.command()(check)
app.add_typer(maps, name="maps")
app.add_typer(errors, name="errors")
