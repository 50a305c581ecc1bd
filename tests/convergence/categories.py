"""Scenarios of expense categories: of Finance's key for them Dataverse has no column, so pairs rest on what else names them."""

from __future__ import annotations

from shared.store.message import Hint
from tests.convergence.acts import DataverseTable
from tests.convergence.scenarios import COMPANY, Scenario, company, seeded
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Script, Told
from tests.twin.finance.books import Books
from tests.twin.finance.writing import Writer
from tests.world import World

BY_HAND = "00000000-0000-4000-8000-0000000000d5"
_TRANSACTION_CATEGORY = "00000000-0000-4000-8000-0000000000d6"
_KEY = {"dataAreaId": "usmf", "CostType": "TCN-7-4"}
_CONTESTED = ("msdyn_expensecategories", "ProjExpenseCategoriesExport")

#: Nothing travels from Dataverse, so nothing is heard of what people do there.
_categories = DataverseTable("expense_categories_to_dataverse", "msdyn_expensecategories", "msdyn_expensecategoryid")


def kept(text: str) -> Act:
    """An accountant enters the category, or gives it another text; Finance only exports it."""

    def puts(books: Books, writer: Writer) -> None:
        del writer
        row = books.find("ProjExpenseCategoriesExport", *_KEY.values())
        if row is None:
            plain = {"TransactionCategoryId": "TCN-7", "ExpType": "Hotel"}
            books.add("ProjExpenseCategoriesExport", **_KEY, **plain, CostTxt=text)
        else:
            books.put("ProjExpenseCategoriesExport", row, CostTxt=text)

    async def does(world: World) -> None:
        world.finance.run(puts)

    return Act(f"keeps {text}", does, (Told("expense_categories_to_dataverse", "usmf|TCN-7-4", Hint.UPSERT),))


def made_by_hand() -> Act:
    """Somebody makes the same category in Dataverse."""
    bound = {
        "msdyn_ExpenseCategoryUid@odata.bind": f"/msdyn_transactioncategories({_TRANSACTION_CATEGORY})",
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({COMPANY})",
    }
    act = _categories.create(BY_HAND, **bound)
    return Act(act.label, act.does)


def with_transaction_category() -> Stage:
    """A company on both sides, and a transaction category in Dataverse."""
    stage = Stage(contested=_CONTESTED, forbids=True)
    company(stage)
    body = {"msdyn_transactioncategoryid": _TRANSACTION_CATEGORY, "msdyn_transactioncategorynumber": "TCN-7"}
    stage.loop.at_once(stage.world.in_dataverse.does("POST", "msdyn_transactioncategories", body))
    return seeded(stage)


_MAPS = ("expense_categories",)

CATEGORIES: dict[str, Scenario] = {
    "a category is made in Finance, and by hand in Dataverse": Scenario(
        with_transaction_category, Script(persons=((kept("Hotels"),), (made_by_hand(),))), _MAPS, (1, 2)
    ),
}
