"""What `lms people` and `lms keys replace-session` do; the command line is in `lms/cli.py`."""

from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.actor import Actor
from lms.kernel.problems import Conflict, NotFound
from lms.kernel.work import Work, Works
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from lms.people.persons.addresses import normal_address
from lms.people.persons.models import Person, PersonState
from lms.people.persons.queries import person_by_email
from lms.people.second_factor.service import remove_for
from lms.people.sessions.key_ring import KeyRing


async def replace_session_keys(works: Works, keys: KeyRing, reason: str) -> None:
    """Make every access token worthless within a minute, after a key has leaked.

    Refresh tokens are none of the key's business: clients refresh and go on.
    """
    await keys.replace_at_once()
    async with works.write(Actor.system("lms keys replace-session")) as work:
        await record(
            work, action="session-keys.replaced", subject=("issuer", ISSUER_ID), reason=reason
        )


async def add_admin(works: Works, email: str, reason: str) -> None:
    """Make somebody in the register an admin where no two admins can: there is one, or one is lost.

    Raises:
        Invalid: it is no mail address.
        NotFound: nobody has the address.
        Conflict: the person is disabled, and could do nothing.
    """
    async with works.write(Actor.system("lms people add-admin")) as work:
        person = await _person(work, email)
        if person.state is not PersonState.ACTIVE:
            raise Conflict("conflict", "this person is disabled")
        await enter_grant(work, person.id, Role.ADMIN, reason=reason)


async def remove_second_factor(works: Works, email: str, reason: str) -> None:
    """Take away a lost authenticator where no administrator could: the only one's own.

    Raises:
        Invalid: it is no mail address.
        NotFound: nobody has the address, or no second factor.
    """
    async with works.write(Actor.system("lms people remove-second-factor")) as work:
        person = await _person(work, email)
        await remove_for(work, person.id, reason)


async def _person(work: Work, email: str) -> Person:
    person = await person_by_email(work.session, normal_address(email))
    if person is None:
        raise NotFound
    return person
