"""Estimates and actuals: forecasts, actuals both ways, connections between them, and usage of stocked materials."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.estimates_actuals.actuals import ACTUALS
from shared.maps.estimates_actuals.expense_estimates import EXPENSE_ESTIMATES
from shared.maps.estimates_actuals.hour_estimates import HOUR_ESTIMATES
from shared.maps.estimates_actuals.material_estimates import MATERIAL_ESTIMATES
from shared.maps.estimates_actuals.material_usage import MATERIAL_USAGE
from shared.maps.estimates_actuals.transaction_connections import TRANSACTION_CONNECTIONS

estimates_actuals = DirectionBlueprint()

hour_estimates_to_finance = estimates_actuals.live(HOUR_ESTIMATES, Side.FINANCE)
expense_estimates_to_finance = estimates_actuals.live(EXPENSE_ESTIMATES, Side.FINANCE)
material_estimates_to_finance = estimates_actuals.live(MATERIAL_ESTIMATES, Side.FINANCE)
actuals_to_finance = estimates_actuals.live(ACTUALS, Side.FINANCE)
actuals_to_dataverse = estimates_actuals.live(ACTUALS, Side.DATAVERSE)
transaction_connections_to_finance = estimates_actuals.live(TRANSACTION_CONNECTIONS, Side.FINANCE)
material_usage_to_dataverse = estimates_actuals.live(MATERIAL_USAGE, Side.DATAVERSE)
