"""Expense management: expense categories, and the project lines of posted expense reports."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.expenses.expense_categories import EXPENSE_CATEGORIES
from shared.maps.expenses.expenses import EXPENSES

expenses = DirectionBlueprint()

expense_categories_to_dataverse = expenses.live(EXPENSE_CATEGORIES, Side.DATAVERSE)
expenses_to_dataverse = expenses.live(EXPENSES, Side.DATAVERSE)
