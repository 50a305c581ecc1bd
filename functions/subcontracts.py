"""Subcontract purchase orders: subcontracts and their lines."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.subcontracts.subcontract_lines import SUBCONTRACT_LINES
from shared.maps.subcontracts.subcontracts import SUBCONTRACTS

subcontracts = DirectionBlueprint()

subcontracts_to_finance = subcontracts.live(SUBCONTRACTS, Side.FINANCE)
subcontract_lines_to_finance = subcontracts.live(SUBCONTRACT_LINES, Side.FINANCE)
