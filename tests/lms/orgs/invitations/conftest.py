import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.orgs import SYSTEM, a_centre, a_company, a_member
from tests.builders.people import somebody
from tests.lms.orgs.invitations.desk import ADDRESS, Desk


@pytest.fixture
async def desk(client: AsyncTestClient[Litestar], opened: Platform) -> Desk:
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre, work_email=ADDRESS)
    manager_id, manager = await somebody(opened, Role.COMPANY_MANAGER, company.id)
    return Desk(client, opened, company, str(centre.id), str(record.id), manager_id, manager)
