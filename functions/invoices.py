"""Project invoices: proposals that come of confirmed proformas, and the customer invoices that come of posted proposals."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.invoices.customer_invoices import CUSTOMER_INVOICES
from shared.maps.invoices.invoice_proposals import INVOICE_PROPOSALS

invoices = DirectionBlueprint()

invoice_proposals_to_finance = invoices.live(INVOICE_PROPOSALS, Side.FINANCE)
customer_invoices_to_dataverse = invoices.live(CUSTOMER_INVOICES, Side.DATAVERSE)
