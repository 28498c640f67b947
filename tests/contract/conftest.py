import pytest

from lms.app import Platform
from tests.contract.estate import Client, Estate, Settle, an_estate
from tests.contract.ground import Ground, a_ground


@pytest.fixture
async def estate(opened: Platform, client: Client, settle: Settle) -> Estate:
    """Two companies with one of everything each."""
    return await an_estate(opened, client, settle)


@pytest.fixture
async def ground(opened: Platform, client: Client, settle: Settle) -> Ground:
    """Something of everything, and people of each kind to ask for it."""
    return await a_ground(opened, client, settle)
