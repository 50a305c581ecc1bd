"""Reference data: what the six components look up."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.reference_data.address_locations import ADDRESS_LOCATIONS
from shared.maps.reference_data.chart_of_accounts import CHART_OF_ACCOUNTS
from shared.maps.reference_data.currencies import CURRENCIES
from shared.maps.reference_data.customer_groups import CUSTOMER_GROUPS
from shared.maps.reference_data.customers import CUSTOMERS
from shared.maps.reference_data.exchange_rate_pairs import EXCHANGE_RATE_PAIRS
from shared.maps.reference_data.exchange_rate_types import EXCHANGE_RATE_TYPES
from shared.maps.reference_data.exchange_rates import EXCHANGE_RATES
from shared.maps.reference_data.fiscal_calendars import FISCAL_CALENDARS
from shared.maps.reference_data.ledgers import LEDGERS
from shared.maps.reference_data.legal_entities import LEGAL_ENTITIES
from shared.maps.reference_data.payment_days import PAYMENT_DAYS
from shared.maps.reference_data.payment_schedules import PAYMENT_SCHEDULES
from shared.maps.reference_data.payment_terms import PAYMENT_TERMS
from shared.maps.reference_data.postal_addresses import POSTAL_ADDRESSES
from shared.maps.reference_data.products import PRODUCTS
from shared.maps.reference_data.units import UNITS
from shared.maps.reference_data.vendor_groups import VENDOR_GROUPS
from shared.maps.reference_data.vendors import VENDORS
from shared.maps.reference_data.workers import WORKERS

reference_data = DirectionBlueprint()

legal_entities_to_dataverse = reference_data.live(LEGAL_ENTITIES, Side.DATAVERSE)
currencies_to_dataverse = reference_data.live(CURRENCIES, Side.DATAVERSE)
currencies_to_finance = reference_data.live(CURRENCIES, Side.FINANCE)
exchange_rate_types_to_dataverse = reference_data.live(EXCHANGE_RATE_TYPES, Side.DATAVERSE)
exchange_rate_pairs_to_dataverse = reference_data.live(EXCHANGE_RATE_PAIRS, Side.DATAVERSE)
exchange_rates_to_dataverse = reference_data.live(EXCHANGE_RATES, Side.DATAVERSE)
fiscal_calendars_to_dataverse = reference_data.live(FISCAL_CALENDARS, Side.DATAVERSE)
chart_of_accounts_to_dataverse = reference_data.live(CHART_OF_ACCOUNTS, Side.DATAVERSE)
ledgers_to_dataverse = reference_data.live(LEDGERS, Side.DATAVERSE)
workers_to_dataverse = reference_data.live(WORKERS, Side.DATAVERSE)
workers_to_finance = reference_data.live(WORKERS, Side.FINANCE)
units_to_dataverse = reference_data.live(UNITS, Side.DATAVERSE)
products_to_dataverse = reference_data.live(PRODUCTS, Side.DATAVERSE)
payment_days_to_dataverse = reference_data.live(PAYMENT_DAYS, Side.DATAVERSE)
payment_days_to_finance = reference_data.live(PAYMENT_DAYS, Side.FINANCE)
payment_schedules_to_dataverse = reference_data.live(PAYMENT_SCHEDULES, Side.DATAVERSE)
payment_schedules_to_finance = reference_data.live(PAYMENT_SCHEDULES, Side.FINANCE)
payment_terms_to_dataverse = reference_data.live(PAYMENT_TERMS, Side.DATAVERSE)
payment_terms_to_finance = reference_data.live(PAYMENT_TERMS, Side.FINANCE)
customer_groups_to_dataverse = reference_data.live(CUSTOMER_GROUPS, Side.DATAVERSE)
customer_groups_to_finance = reference_data.live(CUSTOMER_GROUPS, Side.FINANCE)
customers_to_dataverse = reference_data.live(CUSTOMERS, Side.DATAVERSE)
customers_to_finance = reference_data.live(CUSTOMERS, Side.FINANCE)
vendor_groups_to_dataverse = reference_data.live(VENDOR_GROUPS, Side.DATAVERSE)
vendor_groups_to_finance = reference_data.live(VENDOR_GROUPS, Side.FINANCE)
vendors_to_dataverse = reference_data.live(VENDORS, Side.DATAVERSE)
vendors_to_finance = reference_data.live(VENDORS, Side.FINANCE)
postal_addresses_to_dataverse = reference_data.live(POSTAL_ADDRESSES, Side.DATAVERSE)
postal_addresses_to_finance = reference_data.live(POSTAL_ADDRESSES, Side.FINANCE)
address_locations_to_dataverse = reference_data.live(ADDRESS_LOCATIONS, Side.DATAVERSE)
address_locations_to_finance = reference_data.live(ADDRESS_LOCATIONS, Side.FINANCE)
