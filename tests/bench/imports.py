"""Import time of the app against its libraries alone: the start of every cold process, in processes of its own.

The libraries are what the import lines of the app's own modules name, with the very names they take from them, and
nothing else: a library that the app imports later, on first use, is in neither measurement.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measuring import Series, ratio, series
from tests.bench.report import MILLI, Section, Verdict, figures, times

TARGET = 1.3
ROOT = Path(__file__).resolve().parents[2]
APP = "import function_app"
_APP, _LIBRARIES = "function_app", "its libraries alone"
OWN = ("shared", "functions", "function_app")

_FILES = f"""
import sys
{APP}
for name, module in sorted(sys.modules.items()):
    if name.partition(".")[0] in {OWN} and module.__file__:
        print(module.__file__)
"""
_TIMED = """
import time
wall, cpu = time.perf_counter(), time.process_time()
{statements}
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


def run(*, quick: bool) -> Section:
    """Start processes in turns: one imports the app, one what the app imports, one azure.functions alone."""
    contenders = {_APP: APP, _LIBRARIES: libraries(), "azure.functions alone": "import azure.functions"}
    walls: dict[str, list[float]] = {name: [] for name in contenders}
    cpus: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(3 if quick else 11):
        for name, statements in contenders.items():
            wall, cpu = _measure(statements)
            walls[name].append(wall)
            cpus[name].append(cpu)
    return _section({n: series(v) for n, v in walls.items()}, {n: series(v) for n, v in cpus.items()})


def _section(walls: dict[str, Series], cpus: dict[str, Series]) -> Section:
    section = Section("Import")
    section.notes.append(
        f"A new process each, in turns, {len(cpus[_APP].values)} times; files are warm. The libraries are what the app's own "
        "modules import at the start, name for name. Compared by processor time, which other programs do not change."
    )
    table = section.table("imports", "processor ms", "10 … 90 %", "wall ms", "10 … 90 %", "app against it", "10 … 90 %")
    for name, cpu in cpus.items():
        against = times(ratio(cpus[_APP], cpu)) if name != _APP else ("", "")
        table.add_row(name, *figures(cpu, MILLI, 0), *figures(walls[name], MILLI, 0), *against)
    against_libraries = ratio(cpus[_APP], cpus[_LIBRARIES]).median
    section.verdicts.append(Verdict("importing function_app, against its libraries", against_libraries, TARGET))
    return section


def libraries() -> str:
    """Give the import statements of the app's own modules that name something else, each once, as one program."""
    printed = _run(_FILES).split()
    statements = (text for file in printed for text in _foreign_imports(ast.parse(Path(file).read_text("utf-8"))))
    return "\n".join(dict.fromkeys(statements))


def _foreign_imports(tree: ast.Module) -> Iterator[str]:
    """Name what is imported when the module itself is: lines at its top level."""
    for statement in tree.body:
        match statement:
            case ast.Import(names=names):
                foreign = [alias for alias in names if alias.name.partition(".")[0] not in OWN]
                yield from (f"import {alias.name}" for alias in foreign)
            case ast.ImportFrom(module=str(module), names=names, level=0) if module != "__future__":
                if module.partition(".")[0] not in OWN:
                    yield from (f"from {module} import {alias.name}" for alias in names)


def _measure(statements: str) -> tuple[float, float]:
    wall, cpu = _run(_TIMED.format(statements=statements)).split()
    return float(wall), float(cpu)


def _run(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 # our own program
