import pytest

from lms.app import Platform
from tests.builders.certs import ASchool, a_school


@pytest.fixture
async def school(opened: Platform) -> ASchool:
    """An open course with automatic issue, and two admins."""
    return await a_school(opened)
