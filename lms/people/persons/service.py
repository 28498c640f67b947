"""Entering people into the register, changing what may be changed, disabling and enabling them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.people.persons.addresses import faults_of_address, normal_address
from lms.people.persons.events import (
    AccountChange,
    AccountChanged,
    PersonDisabled,
    PersonEnabled,
    PersonRenamed,
)
from lms.people.persons.grams import grams
from lms.people.persons.models import AccountNotice, Person, PersonState
from lms.people.persons.names import Language, NameOrder, Names, faults_of_names, tidy
from lms.people.persons.permissions import DISABLE_PEOPLE, RENAME_PEOPLE
from lms.people.persons.ports import EnoughAdmins
from lms.people.persons.queries import lock_person, names_of, require_person

RENAME = "person.rename"


async def enter_person(
    work: Work, *, names: Names, language: Language, email: str, verified: bool
) -> Person:
    """Add somebody to the register. The caller has checked that the actor may.

    Raises:
        Invalid: with every fault of the names and the address.
        Problem: `email_taken` at the latest when the transaction commits.
    """
    faults = [*faults_of_names(names), *faults_of_address(email)]
    if faults:
        raise Invalid(faults)
    person = Person(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        email=normal_address(email),
        email_verified_at=work.now() if verified else None,
        language=language,
        created_at=work.now(),
        search_grams=[],
        name_order=names.order,
    )
    _write_names(person, names)
    work.session.add(person)
    await work.session.flush()
    await record(
        work,
        action="person.entered",
        subject=("person", person.id),
        after={"language": language.value, "verified": verified, **_shown(names)},
    )
    return person


async def change_language(work: Work, person: Person, language: Language) -> None:
    """Set the language in which a person is written to; the person's own act."""
    before = person.language
    person.language = language
    person.revision += 1
    await record(
        work,
        action="person.language-changed",
        subject=("person", person.id),
        before={"language": before.value},
        after={"language": language.value},
    )


async def change_email(work: Work, person: Person, email: str) -> None:
    """Take over an address that the person has shown to be theirs.

    Raises:
        Problem: `email_taken`, somebody else has it.
    """
    await tell_account_changed(work, person, AccountChange.EMAIL)
    person.email = normal_address(email)
    person.email_verified_at = work.now()
    person.revision += 1
    _write_names(person, names_of(person))
    await work.session.flush()
    await record(work, action="person.email-changed", subject=("person", person.id))


async def propose_rename(work: Work, person_id: UUID, names: Names, reason: str) -> Proposal:
    """Ask for another printed name: for oneself, or for somebody with the permission.

    Raises:
        Invalid: with every fault of the names, or when nothing would change.
    """
    if work.actor.person != person_id:
        work.actor.require(RENAME_PEOPLE)
    person = await require_person(work.session, person_id)
    faults = faults_of_names(names)
    if not faults and names == names_of(person):
        faults = [Fault("", "nothing_changes", "these are the names that stand")]
    if faults:
        raise Invalid(faults)
    payload = {"names": asdict(names), "before": asdict(names_of(person))}
    return await propose(work, kind=RENAME, subject_id=person_id, payload=payload, reason=reason)


async def apply_rename(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved rename.

    Raises:
        Conflict: the name has changed since it was proposed.
    """
    person = await lock_person(work.session, proposal.subject_id)
    before = names_of(person)
    if asdict(before) != payload["before"]:
        raise Conflict("conflict", "the name has changed since this was proposed")
    proposed = payload["names"]
    names = tidy(
        proposed["zh"], proposed["family_en"], proposed["given_en"], NameOrder(proposed["order"])
    )
    _write_names(person, names)
    person.revision += 1
    await record(
        work,
        action="person.renamed",
        subject=("person", person.id),
        before=_shown(before),
        after=_shown(names),
        reason=proposal.reason,
    )
    await work.emit(PersonRenamed(person_id=person.id, proposal_id=proposal.id))


async def disable(
    work: Work, person_id: UUID, reason: str, *, enough_admins: EnoughAdmins
) -> Person:
    """Shut somebody out with the next request that they make.

    Raises:
        Conflict: they are disabled already, are the actor, or too few admins would be left.
    """
    work.actor.require(DISABLE_PEOPLE)
    if work.actor.person_id == person_id:
        raise Conflict("conflict", "nobody disables themselves")
    await enough_admins(work, person_id)
    person = await _set_state(work, person_id, PersonState.DISABLED, reason)
    await work.emit(PersonDisabled(person_id=person_id))
    return person


async def enable(work: Work, person_id: UUID, reason: str) -> Person:
    """Let somebody in again; they sign in afresh.

    Raises:
        Conflict: they are not disabled.
    """
    work.actor.require(DISABLE_PEOPLE)
    person = await _set_state(work, person_id, PersonState.ACTIVE, reason)
    await work.emit(PersonEnabled(person_id=person_id))
    return person


async def tell_account_changed(work: Work, person: Person, change: AccountChange) -> None:
    """Have its owner told of a change, at the address that is theirs until now."""
    notice = AccountNotice(id=work.new_id(), person_id=person.id, email=person.email)
    work.session.add(notice)
    await work.session.flush()
    await work.emit(AccountChanged(person_id=person.id, notice_id=notice.id, change=change))


async def take_address(work: Work, notice_id: UUID) -> str:
    """The address at which to tell, which is forgotten with this transaction.

    Raises:
        NoResultFound: it was taken.
    """
    notice = await work.session.get_one(AccountNotice, notice_id)
    await work.session.delete(notice)
    return notice.email


def end_every_session(person: Person) -> None:
    """Make every session and token of a locked person worthless from this commit on."""
    person.epoch += 1


async def _set_state(work: Work, person_id: UUID, state: PersonState, reason: str) -> Person:
    person = await lock_person(work.session, person_id)
    if person.state is state:
        raise Conflict("conflict", f"this person is {state.value} already")
    person.state = state
    person.revision += 1
    end_every_session(person)
    await record(
        work,
        action=f"person.{'enabled' if state is PersonState.ACTIVE else 'disabled'}",
        subject=("person", person_id),
        reason=reason,
    )
    return person


def _write_names(person: Person, names: Names) -> None:
    person.name_zh = names.zh
    person.family_name_en = names.family_en
    person.given_name_en = names.given_en
    person.name_order = names.order
    person.search_grams = grams([names.zh, names.family_en, names.given_en, person.email])


def _shown(names: Names) -> dict[str, Any]:
    return {"name": names.printed(), "name_order": names.order.value}
