import pytest

from tests.certs.centres.world import World, a_world


@pytest.fixture
async def world(opened, clock) -> World:
    """A registered company, courses and two deciders, in an empty database."""
    return await a_world(opened.works, clock)
