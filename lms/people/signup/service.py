"""How people come in: by themselves with a verified address, by an invitation, or entered by staff.

Nobody is in the register before their mailbox has answered, but for those whom staff enters.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from lms.kernel.actor import Actor
from lms.kernel.problems import Invalid, Problem
from lms.kernel.work import Work, Works
from lms.people.credentials.service import NewPassword, PasswordDesk, set_password
from lms.people.links.models import OneTimeLink, Purpose
from lms.people.links.queries import open_link
from lms.people.links.service import cancel_links_to, make_link, use_link
from lms.people.persons.addresses import faults_of_address
from lms.people.persons.models import Person
from lms.people.persons.names import Language, NameOrder, Names, faults_of_names, tidy
from lms.people.persons.queries import lock_person, person_by_email
from lms.people.persons.service import change_email, enter_person
from lms.people.signup.events import PersonJoined
from lms.people.signup.permissions import ENTER_PEOPLE


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whose names and password were accepted, ready to be entered."""

    names: Names
    language: Language
    password: NewPassword


async def ask_sign_up(work: Work, email: str, names: Names, language: Language) -> None:
    """Have a letter written that completes a sign-up, or says that there is an account.

    Raises:
        Invalid: with every fault of the names and the address.
    """
    faults = [*faults_of_names(names), *faults_of_address(email)]
    if faults:
        raise Invalid(faults)
    subject = {"names": asdict(names)}
    await make_link(work, Purpose.VERIFY_EMAIL, email=email, subject=subject, language=language)


async def complete_sign_up(
    works: Works, desk: PasswordDesk, actor: Actor, *, token: str, password: str
) -> UUID:
    """Enter the person whom the letter was written to.

    Raises:
        Problem: `link_not_open`.
        Invalid: the password is not accepted; the link stays good.
    """
    async with works.read(actor) as work:
        link = await open_link(work.session, Purpose.VERIFY_EMAIL, token, work.now())
    if link is None or "names" not in link.subject:
        raise Problem(code="link_not_open")
    names = _names(link.subject["names"])
    newcomer = await accepted_newcomer(desk, link.email, names, link.language, password)
    async with works.write(actor) as work:
        used = await use_link(work, Purpose.VERIFY_EMAIL, token)
        person = await _enter(work, newcomer, used.email)
        await cancel_links_to(work, Purpose.VERIFY_EMAIL, used.email)
    return person.id


async def accepted_newcomer(
    desk: PasswordDesk, email: str, names: Names, language: Language, password: str
) -> Newcomer:
    """Check names and password together and hash the password, outside of any transaction.

    Raises:
        Invalid: with every fault.
    """
    context = desk.context(email, names.zh, names.family_en, names.given_en)
    faults = [*faults_of_names(names), *desk.faults(password, context)]
    if faults:
        raise Invalid(faults)
    return Newcomer(names=names, language=language, password=await desk.hashed(password))


async def invited(works: Works, purpose: Purpose, token: str) -> OneTimeLink:
    """The invitation behind a token, to show it or to check a newcomer against it; not used up.

    Raises:
        Problem: `link_not_open`.
    """
    async with works.read(Actor.system("reads an invitation")) as work:
        link = await open_link(work.session, purpose, token, work.now())
    if link is None:
        raise Problem(code="link_not_open")
    return link


async def accept_invitation(
    work: Work, purpose: Purpose, token: str, newcomer: Newcomer | None
) -> tuple[UUID, OneTimeLink]:
    """Use an invitation up: for whoever is signed in, else for a newcomer, who is entered.

    What the invitation gives is the caller's to give, in this transaction.

    Raises:
        Problem: `link_not_open`; `email_taken` where a newcomer's address is somebody's, who has to
            sign in first; `unauthenticated` where there is neither.
    """
    link = await use_link(work, purpose, token)
    if newcomer is None:
        return work.actor.person, link
    if await person_by_email(work.session, link.email) is not None:
        raise Problem(code="email_taken")
    person = await _enter(work, newcomer, link.email)
    return person.id, link


async def enter_by_staff(work: Work, email: str, names: Names, language: Language) -> Person:
    """Enter somebody who did not come by themselves; a letter lets them set a password.

    Raises:
        Invalid: with every fault of the names and the address.
        Problem: `email_taken`.
    """
    work.actor.require(ENTER_PEOPLE)
    person = await enter_person(work, names=names, language=language, email=email, verified=False)
    await make_link(work, Purpose.RESET_PASSWORD, email=person.email, language=language)
    await work.emit(PersonJoined(person_id=person.id))
    return person


async def ask_email_change(work: Work, person: Person, email: str) -> None:
    """Have a letter written to the new address; the old one stands until it is answered.

    It holds no longer than the sessions of now: whoever asked with a stolen password is not to take
    the account over once its owner has set another.
    """
    subject = {"person_id": person.id, "epoch": person.epoch}
    await make_link(
        work, Purpose.VERIFY_EMAIL, email=email, subject=subject, language=person.language
    )


async def confirm_email_change(work: Work, token: str) -> None:
    """Take the new address over, by its letter's link.

    Raises:
        Problem: `link_not_open`, also when every session has ended since it was asked for;
            `email_taken`, somebody else took it in the meantime.
    """
    link = await use_link(work, Purpose.VERIFY_EMAIL, token)
    if "person_id" not in link.subject:
        raise Problem(code="link_not_open")
    person = await lock_person(work.session, UUID(link.subject["person_id"]))
    if person.epoch != link.subject["epoch"]:
        raise Problem(code="link_not_open")
    await change_email(work, person, link.email)


async def _enter(work: Work, newcomer: Newcomer, email: str) -> Person:
    person = await enter_person(
        work, names=newcomer.names, language=newcomer.language, email=email, verified=True
    )
    await set_password(work, person, newcomer.password)
    await work.emit(PersonJoined(person_id=person.id))
    return person


def _names(stored: dict[str, Any]) -> Names:
    return tidy(stored["zh"], stored["family_en"], stored["given_en"], NameOrder(stored["order"]))
