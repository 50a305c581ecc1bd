"""The Functions app: adopts the blueprints of the components. The host requires this file here; nothing else belongs in it."""

from azure.functions import AuthLevel, FunctionApp

from functions.estimates_actuals import estimates_actuals
from functions.expenses import expenses
from functions.invoices import invoices
from functions.maintenance import maintenance
from functions.reference_data import reference_data
from functions.setup import setup

app = FunctionApp(http_auth_level=AuthLevel.FUNCTION)

for component in (reference_data, setup, estimates_actuals, invoices, expenses, maintenance):
    app.register_functions(component)
