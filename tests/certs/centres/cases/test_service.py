"""A case is opened once and settled once."""

import pytest

from certs.centres.cases import service
from lms.kernel.ids import new_id
from lms.kernel.problems import Conflict, NotFound, StaleRevision
from lms.web.dependencies import ExpectedRevision
from tests.certs.centres.people_of_the_issuer import admin


async def a_case(world, centre, **findings):
    async with world.write() as work:
        return await service.open_case(
            work,
            centre_id=centre,
            organisation_id=world.organisation_id,
            kind=service.CaseKind.RECONCILIATION,
            findings=findings,
        )


async def test_a_case_is_open_once_and_settled_once(world):
    centre = await world.centre()
    case_id = await a_case(world, centre, what="one")
    assert await a_case(world, centre, what="two") is None
    async with world.works.write(admin(world)) as work:
        settled = await service.settle_case(work, case_id, ExpectedRevision(1), "looked at")
        assert settled.revision == 2
    with pytest.raises(StaleRevision):
        async with world.works.write(admin(world)) as work:
            await service.settle_case(work, case_id, ExpectedRevision(1), "again")
    with pytest.raises(Conflict, match="case_settled"):
        async with world.works.write(admin(world)) as work:
            await service.settle_case(work, case_id, ExpectedRevision(2), "again")
    assert await a_case(world, centre, what="three") is not None


async def test_an_unknown_case_is_not_found(world):
    with pytest.raises(NotFound):
        async with world.works.write(admin(world)) as work:
            await service.settle_case(work, new_id(), ExpectedRevision(1), "no such")
