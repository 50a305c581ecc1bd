"""What stories about money need first: the consulting business of USPM, as the worked examples of the scenarios have it."""

from __future__ import annotations

from tests.local.demo.finance_sheets import COMPANY
from tests.local.demo.scene import Preparation, Scene
from tests.scenarios.consulting import CATEGORY

#: Contracts in GBP have this rate to USD agreed.
FIXED_RATE = 1.25
_TAXED = "TX"


async def _begin(scene: Scene) -> None:
    await scene.firm.begin()
    category = {"dataAreaId": COMPANY, "CategoryId": f"{CATEGORY}-1"}
    await scene.office.change("ProjectCategories", category, ItemSalesTaxGroup="FULL")
    await scene.office.set_up(
        COMPANY,
        taxes=[
            {"group": _TAXED, "item_group": "FULL", "percent": 20},
            {"group": _TAXED, "item_group": "MS", "percent": 10},
        ],
        milestone_item_sales_tax_group="MS",
        fixed_rates={"ORD-1": {"GBP": FIXED_RATE}, "ORD-3": {"GBP": FIXED_RATE}},
    )


CONSULTANCY = Preparation("USPM has consultants, cost prices, a role, a category and its sales taxes", _begin)


async def sold_in_pounds(scene: Scene, project: str) -> None:
    """Sell a project of time and material in GBP with sales tax: an hour of a developer at 250."""
    await scene.firm.sold(project, "GBP", developer=250)
    await taxed(scene, project.replace("PRJ", "ORD"))


async def taxed(scene: Scene, contract: str) -> None:
    """Let Finance tax what a contract bills."""
    key = {"dataAreaId": COMPANY, "ProjectContractId": contract}
    await scene.office.change("ProjectContractHeaders", key, SalesTaxGroupCode=_TAXED)
