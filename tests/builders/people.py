"""People for tests: registered, with roles, with a password, signed in."""

from datetime import timedelta
from uuid import UUID

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people.credentials.service import set_password
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from lms.people.links.letters import Letter, letter_of
from lms.people.persons.models import Person
from lms.people.persons.names import Language, Names
from lms.people.persons.service import enter_person
from lms.people.sessions.claims import Bearer
from lms.people.sessions.models import LoginSession

PASSWORD = "a long walk on Lamma"
NAMES = Names(zh="陳大文", family_en="CHAN", given_en="Tai Man")


async def a_person(
    work: Work,
    *,
    email: str | None = None,
    names: Names = NAMES,
    language: Language = Language.EN,
    role: Role | None = None,
    scope_id: UUID | None = None,
) -> Person:
    """Somebody in the register, with one role if asked for."""
    person = await enter_person(
        work,
        names=names,
        language=language,
        email=email or f"p{new_id().hex}@example.org",
        verified=True,
    )
    if role is not None:
        await enter_grant(work, person.id, role, scope_id=scope_id, reason="test")
    return person


async def with_password(opened: Platform, person_id: UUID, password: str = PASSWORD) -> None:
    """Give somebody a password to sign in with."""
    new = await opened.people.desk.hashed(password)
    async with opened.works.write(Actor.system("test")) as work:
        person = await work.session.get_one(Person, person_id)
        await set_password(work, person, new)


async def signed_in(opened: Platform, person_id: UUID, methods: str = "pwd") -> dict[str, str]:
    """The headers of a request by somebody who has signed in."""
    async with opened.works.write(Actor.system("test")) as work:
        person = await work.session.get_one(Person, person_id)
        now = work.now()
        session = LoginSession(
            id=work.new_id(),
            person_id=person.id,
            epoch=person.epoch,
            methods=methods,
            device="test",
            started_at=now,
            last_used_at=now,
            expires_at=now + timedelta(days=3650),
        )
        work.session.add(session)
    bearer = Bearer(person.id, session.id, person.epoch, tuple(methods.split()))
    token = await opened.people.sessions.access_token(bearer, now)
    return {"Authorization": f"Bearer {token}"}


async def somebody(
    opened: Platform, role: Role | None = None, scope_id: UUID | None = None
) -> tuple[UUID, dict[str, str]]:
    """A new person with a role, and the headers of their requests."""
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, role=role, scope_id=scope_id)
    return person.id, await signed_in(opened, person.id)


async def with_role(opened: Platform, person_id: UUID, role: Role) -> None:
    """Give somebody who is in the register a role, with their next request."""
    async with opened.works.write(Actor.system("test")) as work:
        await enter_grant(work, person_id, role, scope_id=None, reason="test")


async def letter(opened: Platform, link_id: UUID) -> Letter | None:
    """What the worker would put into a link's letter: its token too."""
    async with opened.works.write(Actor.system("test")) as work:
        return await letter_of(work, opened.people.link_secret, link_id)


async def letters_to(opened: Platform, email: str) -> list[Letter]:
    """Every letter that is due to an address, in the order of asking."""
    rows = await opened.pool.fetch(
        "SELECT id FROM one_time_link WHERE email = $1 AND used_at IS NULL "
        "AND cancelled_at IS NULL ORDER BY id",
        email,
    )
    found = [await letter(opened, row["id"]) for row in rows]
    return [one for one in found if one is not None]
