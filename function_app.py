"""The Functions app: adopts the blueprints of the components. The host requires this file here; nothing else belongs in it."""

from azure.functions import AuthLevel, FunctionApp

from functions.estimates_actuals import estimates_actuals
from functions.expenses import expenses
from functions.invoices import invoices
from functions.maintenance import maintenance
from functions.reference_data import reference_data
from functions.setup import setup
from functions.subcontracts import subcontracts
from functions.vendor_invoices import vendor_invoices

app = FunctionApp(http_auth_level=AuthLevel.FUNCTION)

for component in (
    reference_data,
    setup,
    estimates_actuals,
    invoices,
    expenses,
    subcontracts,
    vendor_invoices,
    maintenance,
):
    app.register_functions(component)
