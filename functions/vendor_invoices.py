"""Vendor invoices: posted ones and their project lines to Dataverse, the project manager's status back to Finance."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.vendor_invoices.vendor_invoice_lines import VENDOR_INVOICE_LINES
from shared.maps.vendor_invoices.vendor_invoices import VENDOR_INVOICES

vendor_invoices = DirectionBlueprint()

vendor_invoices_to_dataverse = vendor_invoices.live(VENDOR_INVOICES, Side.DATAVERSE)
vendor_invoices_to_finance = vendor_invoices.live(VENDOR_INVOICES, Side.FINANCE)
vendor_invoice_lines_to_dataverse = vendor_invoices.live(VENDOR_INVOICE_LINES, Side.DATAVERSE)
