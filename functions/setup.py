"""Setup and configuration: contracts, their customers and lines, projects and tasks."""

from functions.blueprint import DirectionBlueprint
from shared.mapping.model import Side
from shared.maps.setup.contract_lines import CONTRACT_LINES
from shared.maps.setup.contracts import CONTRACTS
from shared.maps.setup.funding_sources import FUNDING_SOURCES
from shared.maps.setup.projects import PROJECTS
from shared.maps.setup.tasks import TASKS

setup = DirectionBlueprint()

contracts_to_finance = setup.live(CONTRACTS, Side.FINANCE)
funding_sources_to_finance = setup.live(FUNDING_SOURCES, Side.FINANCE)
projects_to_finance = setup.live(PROJECTS, Side.FINANCE)
contract_lines_to_finance = setup.live(CONTRACT_LINES, Side.FINANCE)
tasks_to_finance = setup.live(TASKS, Side.FINANCE)
