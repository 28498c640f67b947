"""Setting up a second factor before the first session, where the operator enforces one.

The token that sign-in answered opens these two verbs and nothing else: its audience is another one.
"""

from lms.issuer.queries import the_issuer
from lms.kernel.actor import Actor
from lms.kernel.problems import Unauthenticated
from lms.kernel.work import Works
from lms.people.persons.models import Person, PersonState
from lms.people.persons.queries import person_by_id
from lms.people.second_factor import service
from lms.people.second_factor.service import Enrolment
from lms.people.sessions.claims import TokenRefusedError, key_id_of
from lms.people.sessions.desk import SessionDesk


async def begin(works: Works, desk: SessionDesk, token: str, request_id: str) -> Enrolment:
    """Make the authenticator's secret.

    Raises:
        Unauthenticated: it is no such token, or not any more.
        Conflict: a second factor is confirmed already.
    """
    person = await _holder(works, desk, token)
    async with works.write(_as(person, request_id)) as work:
        issuer = (await the_issuer(work.session)).short_name
        return await service.begin(work, desk.second_factor_sealer, person, issuer=issuer)


async def confirm(
    works: Works, desk: SessionDesk, token: str, code: str, request_id: str
) -> list[str]:
    """Confirm it with a code; answers the recovery codes. Then they sign in again, with a code.

    Raises:
        Unauthenticated: it is no such token, or not any more.
        Conflict: nothing was begun, or it is confirmed.
        Invalid: the code is not right.
    """
    person = await _holder(works, desk, token)
    async with works.write(_as(person, request_id)) as work:
        return await service.confirm(work, desk.second_factor_sealer, person.id, code)


async def _holder(works: Works, desk: SessionDesk, token: str) -> Person:
    try:
        keys = await desk.keys.verifying_with(key_id_of(token))
        claims = desk.enrolment.read(token, keys, works.clock.now())
    except TokenRefusedError:
        raise Unauthenticated from None
    async with works.read(Actor.system("reads an enrolment's person")) as work:
        person = await person_by_id(work.session, claims.person_id)
    if person is None or person.state is not PersonState.ACTIVE or person.epoch != claims.epoch:
        raise Unauthenticated
    return person


def _as(person: Person, request_id: str) -> Actor:
    return Actor(kind="person", person_id=person.id, request_id=request_id)
