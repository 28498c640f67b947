import pytest

from lms.people.grants.roles import Role
from tests.builders.people import somebody
from tests.certs.centres.world import World, a_world


@pytest.fixture
async def world(opened, clock) -> World:
    """A registered company, courses and two deciders, in an empty database."""
    return await a_world(opened.works, clock)


@pytest.fixture
async def manager(world, opened):
    _, headers = await somebody(opened, Role.COMPANY_MANAGER, world.organisation_id)
    return headers


@pytest.fixture
async def admin(opened, world):
    _, headers = await somebody(opened, Role.ADMIN)
    return headers


@pytest.fixture
async def second(opened, world):
    _, headers = await somebody(opened, Role.ADMIN)
    return headers
