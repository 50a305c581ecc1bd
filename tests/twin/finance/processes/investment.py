"""Investment projects (F5): a project is marked as one, and gets a revenue recognition project of the same id.

Documented (Microsoft, "Enable investment projects"): the feature, both of these and that they are associated, that no
contract may have such a project, and that the type is locked once there are actuals. Its costs go to profit and loss,
as those of any project without a contract: the balance gets them when revenue is recognised, which is not played.

How the type travels is not published: Projects V2 has no public column for it, and no article prints the map's pair. So
it does not come by `ProjectsV2` here: people mark the project. The texts are ours.
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_COLLECTION = "InvestmentProjects"


class InvestmentProjects:
    """The investment projects of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def mark(self, project_id: str) -> str:
        """Make a project an investment project; return its revenue recognition project. Raises Refusal."""
        project = self._changeable(project_id)
        values = project.values
        if values["ProjectContractId"] or self._books.of_company(
            "ProjectContractLines", self._company, "LineProjectId", values["ProjectId"]
        ):
            raise refused(f"Project '{project_id}' has a project contract and can't be an investment project.")
        revenue_project = str(values["ProjectId"])
        self._books.put(
            _COLLECTION,
            self._held(revenue_project),
            dataAreaId=self._company,
            ProjectId=revenue_project,
            RevenueProjectId=revenue_project,
        )
        self._books.put("ProjectsV2", project, EstimateProjectId=revenue_project)
        return revenue_project

    def unmark(self, project_id: str) -> None:
        """Take the mark back. That the revenue recognition project goes with it is an assumption. Raises Refusal."""
        project, held = self._changeable(project_id), self._held(project_id)
        if held is not None:
            self._books.database.delete(_COLLECTION, held)
            self._books.put("ProjectsV2", project, EstimateProjectId="")

    def _changeable(self, project_id: str) -> Row:
        if not self._books.settings.investment_projects:
            raise refused("The feature 'Enable investment project for Project Operations integrated with ERP' is off.")
        project = self._books.find("ProjectsV2", self._company, project_id)
        if project is None:
            raise refused(f"Project '{project_id}' doesn't exist.")
        if any(
            row.values["ProjectDataAreaId"] == self._company
            for row in self._books.database.tables["ProjActualsImports"].matching("ProjectId", project_id)
        ):
            raise refused(f"Project '{project_id}' has transactions: its type can't be changed.")
        return project

    def _held(self, project_id: Value) -> Row | None:
        return self._books.find(_COLLECTION, self._company, project_id)
