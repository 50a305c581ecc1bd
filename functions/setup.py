"""Setup and configuration: roles and categories, contracts, their customers, lines and milestones, projects and tasks."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.setup.contract_lines import CONTRACT_LINES
from shared.maps.setup.contracts import CONTRACTS
from shared.maps.setup.funding_sources import FUNDING_SOURCES
from shared.maps.setup.milestones import MILESTONES
from shared.maps.setup.progress_headers import PROGRESS_HEADERS
from shared.maps.setup.projects import PROJECTS
from shared.maps.setup.resource_roles import RESOURCE_ROLES
from shared.maps.setup.tasks import TASKS
from shared.maps.setup.transaction_categories import TRANSACTION_CATEGORIES
from shared.maps.setup.worker_resources import WORKER_RESOURCES

setup = DirectionBlueprint()

resource_roles_to_finance = setup.live(RESOURCE_ROLES, Side.FINANCE)
transaction_categories_to_finance = setup.live(TRANSACTION_CATEGORIES, Side.FINANCE)
worker_resources_to_finance = setup.live(WORKER_RESOURCES, Side.FINANCE)
contracts_to_finance = setup.live(CONTRACTS, Side.FINANCE)
funding_sources_to_finance = setup.live(FUNDING_SOURCES, Side.FINANCE)
projects_to_finance = setup.live(PROJECTS, Side.FINANCE)
contract_lines_to_finance = setup.live(CONTRACT_LINES, Side.FINANCE)
tasks_to_finance = setup.live(TASKS, Side.FINANCE)
tasks_to_dataverse = setup.live(TASKS, Side.DATAVERSE)
progress_headers_to_finance = setup.live(PROGRESS_HEADERS, Side.FINANCE)
milestones_to_finance = setup.live(MILESTONES, Side.FINANCE)
