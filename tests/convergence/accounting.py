"""Scenarios of actuals: people note in Dataverse, Finance posts, and no column goes both ways but the key.

The map forbids to make them in Dataverse and to delete them anywhere, and here it is kept to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shared.store.message import Hint
from tests.convergence.acts import DataverseTable, unheard
from tests.convergence.scenarios import COMPANY, PROJECT, Scenario, company, project, seeded
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Script, Told
from tests.twin.dataverse.genesis import PERSON
from tests.twin.dataverse.operation import Caller
from tests.twin.dataverse.values import Reference
from tests.twin.finance.books import Books
from tests.twin.finance.writing import Writer
from tests.world import World

COST, CHARGEABLE = 192350000, 192350001
ACTUAL = "00000000-0000-4000-8000-0000000000d1"
_IMPORT_ID = "00000000-0000-4000-8000-0000000000d2"
_BESIDE = "contoso_actualaccounting"
_CONTESTED = ("msdyn_actuals(", "ProjActualsImports", f"{_BESIDE}s(")

actuals = DataverseTable("actuals_to_finance", "msdyn_actuals", "msdyn_actualid")
beside = DataverseTable("actuals_to_finance", f"{_BESIDE}s", f"{_BESIDE}id")


def approved() -> Act:
    """Dataverse makes an actual of work that somebody approves."""

    async def does(world: World) -> None:
        twin = world.dataverse
        columns = {
            "msdyn_actualid": ACTUAL,
            "msdyn_actualimportid": _IMPORT_ID,
            "msdyn_description": "Monday",
            "msdyn_skipsync": False,
            "msdyn_transactiontypecode": COST,
            "msdyn_billingtype": CHARGEABLE,
            "msdyn_project": Reference("msdyn_project", PROJECT),
            "msdyn_owningcompany": Reference("cdm_company", COMPANY),
        }
        async with twin._pipeline.run(Caller(twin.user(PERSON), "")) as run:
            await twin._pipeline.action(run, "msdyn_ApproveEntries", {}).create("msdyn_actual", columns)

    return Act("approves", does, (actuals.told(ACTUAL),))


def posted(voucher: str) -> Act:
    """Finance posts the actual, or takes the posting back (no voucher): its own doing, over no interface."""

    def puts(books: Books, writer: Writer) -> None:
        del writer
        row = books.find("ProjActualsImports", "usmf", _IMPORT_ID)
        assert row is not None
        books.put("ProjActualsImports", row, VoucherNumber=voucher)

    async def does(world: World) -> None:
        world.finance.run(puts)

    return Act(f"posts {voucher}", does, (_told_of_staging(),))


def _told_of_staging(hint: Hint = Hint.UPSERT) -> Told:
    return Told("actuals_to_dataverse", f"usmf|{_IMPORT_ID}", hint)


def note(text: str) -> Act:
    """A person notes something on the actual."""
    return actuals.edit(ACTUAL, msdyn_description=text)


def with_actual(*acts: Act, side_table: bool = False) -> Callable[[], Stage]:
    """A project on both sides, and what these acts make; with a side table where Dataverse guards actuals."""

    def build() -> Stage:
        stage = Stage(contested=_CONTESTED, side_tables={"actuals": _BESIDE} if side_table else {}, forbids=True)
        if side_table:
            stage.world.dataverse.settings.actual_guard = "closed"
        company(stage)
        seeded(stage, project())
        return seeded(stage, *acts)

    return build


_MAPS = ("actuals",)
_AGREED, _BESIDE_AGREED = with_actual(approved()), with_actual(approved(), side_table=True)

ACTUALS: dict[str, Scenario] = {
    "an actual is told of, and of its staging row": Scenario(
        with_actual(), Script(persons=((approved(),),), tells=(_told_of_staging(),)), _MAPS, (1, 1)
    ),
    "a note while Finance posts": Scenario(
        _AGREED, Script(persons=((note("late shift"),), (posted("V1"),))), _MAPS, (2, 2)
    ),
    "a posting and its reversal": Scenario(_AGREED, Script(persons=((posted("V1"), posted("")),)), _MAPS, (0, 2)),
    "a note and its undo": Scenario(_AGREED, Script(persons=((note("late shift"), note("Monday")),)), _MAPS, (0, 2)),
}
SIDE_TABLE: dict[str, Scenario] = {
    "a note while Finance posts": replace(ACTUALS["a note while Finance posts"], begins=_BESIDE_AGREED),
    "a posting and its reversal": replace(ACTUALS["a posting and its reversal"], begins=_BESIDE_AGREED, writes=(0, 3)),
    "a posting, and somebody makes the row beside": Scenario(
        _BESIDE_AGREED,
        Script(persons=((posted("V1"),), (unheard(beside.create(ACTUAL, contoso_name="ours")),))),
        _MAPS,
        (1, 1),
    ),
    "a posting, and somebody deletes the row beside": Scenario(
        with_actual(approved(), posted("V0"), side_table=True),
        Script(persons=((unheard(beside.delete(ACTUAL)), posted("V1")),)),
        _MAPS,
        (1, 1),
    ),
}
