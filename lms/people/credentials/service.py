"""Setting, changing and resetting passwords.

Hashing takes its time and memory, so it is done between transactions, never inside one.
"""

from dataclasses import dataclass

from lms.audit.service import record
from lms.kernel.actor import Actor
from lms.kernel.problems import Fault, Invalid, Problem
from lms.kernel.work import Work, Works
from lms.people.credentials.hashing import Passwords
from lms.people.credentials.models import Credential
from lms.people.credentials.password_rules import Context, faults_of_password, stands_alone
from lms.people.credentials.ports import SecondFactors
from lms.people.credentials.queries import credential_of
from lms.people.credentials.tries import admit_try, clear_tries
from lms.people.links.models import Purpose
from lms.people.links.queries import open_link
from lms.people.links.service import cancel_links_to, make_link, use_link
from lms.people.persons.events import AccountChange
from lms.people.persons.models import Person, PersonState
from lms.people.persons.queries import lock_person, person_by_email, require_person
from lms.people.persons.service import end_every_session, tell_account_changed


@dataclass(frozen=True, slots=True)
class NewPassword:
    """An accepted password, hashed, ready to be stored in a short transaction."""

    password_hash: str
    stands_alone: bool


@dataclass(frozen=True, slots=True)
class PasswordDesk:
    """What the verbs here need beside a unit of work; made once, from settings."""

    passwords: Passwords
    second_factors: SecondFactors
    service_words: tuple[str, ...]

    def context(self, email: str, *names: str | None) -> Context:
        """What a guesser knows about somebody."""
        known = tuple(name for name in names if name)
        return Context(email=email, names=known, service=self.service_words)

    def faults(
        self,
        typed: str,
        context: Context,
        *,
        second_factor: bool = False,
        pointer: str = "/password",
    ) -> list[Fault]:
        """What is wrong with a password that somebody wants to set."""
        return faults_of_password(typed, context, second_factor=second_factor, pointer=pointer)

    async def hashed(self, typed: str) -> NewPassword:
        """Hash a password that has been accepted."""
        return NewPassword(await self.passwords.hash(typed), stands_alone(typed))


async def set_password(work: Work, person: Person, new: NewPassword) -> None:
    """Store a password, and end every session that was begun with another one."""
    credential = await credential_of(work.session, person.id)
    if credential is None:
        work.session.add(
            Credential(
                person_id=person.id,
                password_hash=new.password_hash,
                stands_alone=new.stands_alone,
                changed_at=work.now(),
            )
        )
    else:
        credential.password_hash = new.password_hash
        credential.stands_alone = new.stands_alone
        credential.changed_at = work.now()
        end_every_session(person)
        await tell_account_changed(work, person, AccountChange.PASSWORD)
    await work.session.flush()
    await record(work, action="password.set", subject=("person", person.id))


async def confirm_password(works: Works, desk: PasswordDesk, actor: Actor, typed: str) -> Person:
    """Make sure that it is still the person themselves who acts; answers who that is.

    Raises:
        TooMany: too many wrong ones.
        Problem: `password_wrong`.
    """
    async with works.read(actor) as work:
        person = await require_person(work.session, actor.person)
        credential = await credential_of(work.session, person.id)
    await admit_try(works, person.email)
    stored = credential.password_hash if credential else None
    if not (await desk.passwords.check(stored, typed)).right:
        raise Problem(code="password_wrong")
    await clear_tries(works, person.email)
    return person


async def change_password(
    works: Works, desk: PasswordDesk, actor: Actor, *, present: str, wanted: str
) -> None:
    """Change one's own password; every session ends, this one too.

    Raises:
        TooMany: too many wrong present passwords.
        Problem: `password_wrong`.
        Invalid: the wanted one is not accepted.
    """
    person = await confirm_password(works, desk, actor, present)
    new = await _accepted(works, desk, person, wanted, pointer="/new_password")
    async with works.write(actor) as work:
        await set_password(work, await lock_person(work.session, person.id), new)


async def ask_reset(work: Work, email: str) -> None:
    """Have a reset letter written, if there is anybody to write it to: that is seen later.

    Raises:
        Invalid: it is no mail address.
    """
    await make_link(work, Purpose.RESET_PASSWORD, email=email)


async def reset_password(
    works: Works, desk: PasswordDesk, actor: Actor, *, token: str, wanted: str
) -> None:
    """Set a password by a letter's link. It also shows that the mailbox is theirs.

    Raises:
        Problem: `link_not_open`.
        Invalid: the wanted password is not accepted; the link stays good.
    """
    async with works.read(actor) as work:
        link = await open_link(work.session, Purpose.RESET_PASSWORD, token, work.now())
        person = link and await person_by_email(work.session, link.email)
    if not person:
        raise Problem(code="link_not_open")
    new = await _accepted(works, desk, person, wanted, pointer="/password")
    async with works.write(actor) as work:
        used = await use_link(work, Purpose.RESET_PASSWORD, token)
        locked = await lock_person(work.session, person.id)
        if locked.email != used.email or locked.state is not PersonState.ACTIVE:
            raise Problem(code="link_not_open")
        locked.email_verified_at = locked.email_verified_at or work.now()
        await set_password(work, locked, new)
        await cancel_links_to(work, Purpose.RESET_PASSWORD, used.email)
    await clear_tries(works, person.email)


async def _accepted(
    works: Works, desk: PasswordDesk, person: Person, wanted: str, *, pointer: str
) -> NewPassword:
    async with works.read(Actor.system("checks a password")) as work:
        second_factor = await desk.second_factors(work.session, person.id)
    context = desk.context(
        person.email, person.name_zh, person.family_name_en, person.given_name_en
    )
    faults = desk.faults(wanted, context, second_factor=second_factor, pointer=pointer)
    if faults:
        raise Invalid(faults)
    return await desk.hashed(wanted)
