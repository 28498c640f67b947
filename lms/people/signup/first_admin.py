"""The first administrator, made at start-up, perhaps with the second: nobody else could do so."""

import structlog
from sqlalchemy import text

from lms.kernel.actor import Actor
from lms.kernel.ids import new_token
from lms.kernel.work import Work, Works
from lms.people.credentials.queries import credential_of
from lms.people.credentials.service import PasswordDesk, set_password
from lms.people.grants.queries import anybody_is_admin
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from lms.people.persons.addresses import normal_address
from lms.people.persons.models import Person
from lms.people.persons.names import Language, Names
from lms.people.persons.queries import person_by_email
from lms.people.persons.service import enter_person

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('lms-first-admin'))")
NAMES = Names(given_en="Administrator")

log = structlog.get_logger(__name__)


async def ensure_first_admin(
    works: Works, desk: PasswordDesk, email: str, password: str | None, second: str = ""
) -> str | None:
    """Make the first administrator unless there is one; any number of processes at once make one.

    `second` is the address of another, for what takes two people: they choose their password by
    the letter of a reset. Answers the first one's password where none was given and one had to be
    made up: to be shown once.

    Raises:
        Invalid: an address is none.
    """
    address, other = normal_address(email), normal_address(second) if second else None
    async with works.read(Actor.system("start-up")) as work:
        if await anybody_is_admin(work.session):
            return None
    chosen = password or new_token()
    _warn_of_weakness(desk, address, password)
    hashed = await desk.hashed(chosen)
    async with works.write(Actor.system("start-up")) as work:
        await work.session.execute(ONE_AT_A_TIME)
        if await anybody_is_admin(work.session):
            return None
        person, has_password = await _person(work, address)
        if not has_password:
            await set_password(work, person, hashed)
        await enter_grant(work, person.id, Role.ADMIN, reason="the first administrator")
        if other is not None and other != address:
            beside, _ = await _person(work, other)
            await enter_grant(work, beside.id, Role.ADMIN, reason="named at the first start")
    return chosen if password is None and not has_password else None


async def _person(work: Work, address: str) -> tuple[Person, bool]:
    """The person with the address, entered if need be, and whether they have signed up before."""
    known = await person_by_email(work.session, address)
    if known is not None:
        return known, await credential_of(work.session, known.id) is not None
    entered = await enter_person(
        work, names=NAMES, language=Language.EN, email=address, verified=True
    )
    return entered, False


def _warn_of_weakness(desk: PasswordDesk, address: str, password: str | None) -> None:
    """The operator's own choice stands, but not in silence."""
    faults = desk.faults(password, desk.context(address)) if password else []
    if faults:
        log.warning("weak administrator password", faults=[fault.code for fault in faults])
