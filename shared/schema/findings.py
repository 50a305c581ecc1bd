"""What a comparison finds: one sentence per disagreement, where it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.mapping.model import Side


class Kind(StrEnum):
    """What is wrong, in the words of the report."""

    ENTITY = "missing entity"
    TABLE = "missing table"
    COLUMN = "missing column"
    NAME = "other name"
    TYPE = "other type"
    LENGTH = "shorter"
    PRECISION = "other precision"
    RANGE = "narrower range"
    READ_ONLY = "read-only"
    KEY = "other key"
    ALTERNATE_KEY = "missing alternate key"
    MEMBER = "missing enum member"
    OPTION = "missing option"
    UNPAIRED = "no counterpart"
    TARGET = "other lookup target"
    NAVIGATION = "missing navigation"
    TRACKING = "no change tracking"
    LABEL = "unlike label"


REMEDIES = {
    Kind.ENTITY: "Correct the map's entity, or make the entity public in Finance and refresh its list of entities.",
    Kind.TABLE: "Install the solution that brings the table, or correct the map (of a side table: the setting SIDE_TABLES).",
    Kind.COLUMN: "Correct the row, declare it off, or add the column there.",
    Kind.NAME: "Correct the map: the environment is right about its names.",
    Kind.TYPE: "Choose the transform that is made for this type.",
    Kind.LENGTH: "Make the column longer, or give the row's transform its length.",
    Kind.PRECISION: "Give the row's transform the number of decimals that both sides keep.",
    Kind.RANGE: "Widen the column's range: Finance says 0 where it has no value.",
    Kind.READ_ONLY: "Turn the row round, declare it off, or take this operation out of the map's writes.",
    Kind.KEY: "Correct the map's key: order and spelling are Finance's.",
    Kind.ALTERNATE_KEY: "Define the alternate key on the table and wait until its index is active.",
    Kind.MEMBER: "Correct the pair: it names a value that Finance does not have.",
    Kind.OPTION: "Correct the pair, or add the option to the choice.",
    Kind.UNPAIRED: "Add the pair to the map, or name the value among those known to be unpaired.",
    Kind.TARGET: "Correct the tables of the lookup in the map.",
    Kind.NAVIGATION: "Create the relationship, or correct the tables of the lookup in the map.",
    Kind.TRACKING: "Switch on change tracking for the table: catch-up reads by it.",
    Kind.LABEL: "Look whether the pair is meant.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement between a map and an environment. `row` is empty where it is about the map as a whole.

    A hint is worth a look but stops nothing.
    """

    side: Side
    kind: Kind
    message: str
    row: str = ""
    hint: bool = False

    @property
    def remedy(self) -> str:
        """What a person can do."""
        return REMEDIES[self.kind]


Findings = Iterator[Finding]


@dataclass(frozen=True, slots=True)
class MapReport:
    """What was found of one map. `off` says why the map does not run, `rows_off` why rows of it do not."""

    map: str
    off: str = ""
    findings: tuple[Finding, ...] = ()
    rows_off: tuple[tuple[str, str], ...] = ()
    #: What could not be looked at, because no metadata tells it.
    unknown: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that are more than hints. A map that does not run fails nothing."""
        return tuple(finding for finding in self.findings if not (finding.hint or self.off))


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give each finding once, those that are more than hints first, otherwise as found."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.hint))
