"""Reference data: what the six components look up."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.reference_data.currencies import CURRENCIES
from shared.maps.reference_data.customers import CUSTOMERS
from shared.maps.reference_data.legal_entities import LEGAL_ENTITIES

reference_data = DirectionBlueprint()

legal_entities_to_dataverse = reference_data.live(LEGAL_ENTITIES, Side.DATAVERSE)
currencies_to_dataverse = reference_data.live(CURRENCIES, Side.DATAVERSE)
currencies_to_finance = reference_data.live(CURRENCIES, Side.FINANCE)
customers_to_dataverse = reference_data.live(CUSTOMERS, Side.DATAVERSE)
customers_to_finance = reference_data.live(CUSTOMERS, Side.FINANCE)
