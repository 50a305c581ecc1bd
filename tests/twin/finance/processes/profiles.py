"""Which project cost and revenue profile a project has."""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.company_setup import Profile
from tests.twin.finance.schema import Value

_LEVELS = ("project", "group", "contract", "all")


def profile_of(books: Books, company: Value, project_id: Value) -> Profile | None:
    """Return the profile of the most specific rule: for the project, its group, its contract, or all."""
    project = books.find("ProjectsV2", company, project_id)
    if project is None:
        return None
    names = {
        "project": project.values["ProjectId"],
        "group": project.values["ProjectGroupId"],
        "contract": project.values["ProjectContractId"],
        "all": "",
    }
    rules = books.setup(company).profile_rules
    for level in _LEVELS:
        for rule in rules:
            if rule.level == level and rule.of == names[level]:
                return rule.profile
    return None


def has_contract(books: Books, company: Value, project_id: Value) -> bool:
    """Tell whether a project has contract lines; one that has none is internal."""
    return bool(books.of_company("ProjectContractLines", company, "LineProjectId", project_id))
