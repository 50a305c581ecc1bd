"""What Finance does by itself when rows of the project entities are written: one `Process` per collection.

Rules follow the integration's documents (contracts, funding sources, projects, contract lines, tasks); where these are
silent the simplest assumption is taken and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tests.twin.finance.processes.contracts import ContractLines, Contracts, FundingSources
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.projects import Projects
from tests.twin.finance.rows import Database

__all__ = ["Process", "processes"]


def processes(database: Database) -> Mapping[str, Process]:
    """Return the process of each collection; one without rules of its own has one that does nothing."""
    plain = Process(database)
    return defaultdict(
        lambda: plain,
        {
            "ProjectContractHeaders": Contracts(database),
            "ProjectFundingSources": FundingSources(database),
            "ProjectContractLines": ContractLines(database),
            "ProjectsV2": Projects(database),
        },
    )
