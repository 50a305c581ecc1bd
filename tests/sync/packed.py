"""The maps of contracts and projects as if Finance had no public collection for them: they go over in data packages.

Contracts and projects belong to a company, and projects point at contracts, so one package map waits for another. The
twin shows both entities all the same, so that a test sees what came of an import.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.mapping.catalogue import Catalogue
from shared.mapping.model import TableMap
from shared.maps.catalogue import catalogue
from tests.sync.stage import Stage
from tests.twin.finance.entities import ENTITIES

CONTRACTS, PROJECTS = "contracts_to_finance", "projects_to_finance"


def by_package(table_map: TableMap, package: str = "") -> TableMap:
    """The same map, its entity not public."""
    package = package or ENTITIES[table_map.finance.collection].label
    return replace(table_map, finance=replace(table_map.finance, collection="", package=package))


def pack(stage: Stage, *map_ids: str, package: str = "") -> Stage:
    """Let these maps of a stage go by package, of their entity or of one by another name."""
    maps = [by_package(each, package) if each.id in map_ids else each for each in catalogue().maps.values()]
    stage.services = stage.world.services = replace(stage.services, catalogue=Catalogue(maps))
    return stage


def with_policy(stage: Stage, **policy: Any) -> Stage:
    """Change numbers of a stage's policy."""
    changed = stage.services.policy.model_copy(update=policy)
    stage.services = stage.world.services = replace(stage.services, policy=changed)
    return stage
