"""Setting up an authenticator, confirming it, checking codes, recovery, removal."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from lms.audit.service import record
from lms.kernel.crypto import Sealer
from lms.kernel.ids import token_hash
from lms.kernel.problems import Conflict, Fault, Invalid, NotFound
from lms.kernel.work import Work
from lms.people.credentials.queries import credential_of
from lms.people.persons.events import AccountChange
from lms.people.persons.models import Person
from lms.people.persons.queries import lock_person, require_person
from lms.people.persons.service import end_every_session, tell_account_changed
from lms.people.second_factor import codes
from lms.people.second_factor.models import RecoveryCode, SecondFactor
from lms.people.second_factor.permissions import REMOVE_SECOND_FACTORS
from lms.people.second_factor.queries import lock_second_factor


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs, shown once."""

    secret: str
    uri: str


async def begin(work: Work, sealer: Sealer, person: Person, *, issuer: str) -> Enrolment:
    """Make a secret that counts once it is confirmed; begun again, the former one is dropped.

    Raises:
        Conflict: a second factor is confirmed.
    """
    await lock_person(work.session, person.id)
    stored = await lock_second_factor(work.session, person.id)
    if stored is not None and stored.confirmed_at is not None:
        raise Conflict("conflict", "remove the present second factor first")
    secret = codes.new_secret()
    sealed = sealer.seal(secret.encode(), person.id.bytes)
    if stored is None:
        work.session.add(
            SecondFactor(person_id=person.id, sealed_secret=sealed, made_at=work.now())
        )
    else:
        stored.sealed_secret = sealed
        stored.made_at = work.now()
    await record(work, action="second-factor.begun", subject=("person", person.id))
    uri = codes.enrolment_uri(secret, account=person.email, issuer=issuer)
    return Enrolment(secret=secret, uri=uri)


async def confirm(work: Work, sealer: Sealer, person_id: UUID, code: str) -> list[str]:
    """Confirm with a code of the new authenticator; answers the recovery codes, shown once.

    Raises:
        Conflict: nothing was begun, or it is confirmed.
        Invalid: the code is not the one of now.
    """
    stored = await lock_second_factor(work.session, person_id)
    if stored is None or stored.confirmed_at is not None:
        raise Conflict("conflict", "begin with a second factor first")
    step = codes.matching_step(_secret(sealer, stored), code, work.now(), last_step=None)
    if step is None:
        raise _wrong_code()
    stored.confirmed_at = work.now()
    stored.last_step = step
    await record(work, action="second-factor.confirmed", subject=("person", person_id))
    await _tell(work, person_id, AccountChange.SECOND_FACTOR_SET)
    return await _new_recovery_codes(work, person_id)


async def consume(work: Work, sealer: Sealer, person_id: UUID, code: str) -> bool:
    """Check a code and use it up in this transaction: the same one does not count again."""
    stored = await lock_second_factor(work.session, person_id)
    if stored is None or stored.confirmed_at is None:
        return False
    if codes.looks_like_recovery(code):
        return await _consume_recovery(work, person_id, code)
    step = codes.matching_step(
        _secret(sealer, stored), code, work.now(), last_step=stored.last_step
    )
    if step is None:
        return False
    stored.last_step = step
    return True


async def renew_recovery_codes(work: Work, sealer: Sealer, person_id: UUID, code: str) -> list[str]:
    """Make new recovery codes; the former ones are worthless.

    Raises:
        Invalid: the code is not right.
    """
    if not await consume(work, sealer, person_id, code):
        raise _wrong_code()
    await record(work, action="second-factor.recovery-renewed", subject=("person", person_id))
    return await _new_recovery_codes(work, person_id)


async def remove_own(work: Work, sealer: Sealer, person_id: UUID, code: str) -> None:
    """Go back to a password alone, which has to be long enough for it; every session ends.

    A session that was begun with a code would otherwise keep the roles that need one.

    Raises:
        Invalid: the code is not right.
        Conflict: the password is too short to stand alone.
    """
    person = await lock_person(work.session, person_id)
    if not await consume(work, sealer, person_id, code):
        raise _wrong_code()
    credential = await credential_of(work.session, person_id)
    if credential is None or not credential.stands_alone:
        raise Conflict("conflict", "set a longer password first")
    await _drop(work, person)
    await record(work, action="second-factor.removed", subject=("person", person_id))


async def remove_for(work: Work, person_id: UUID, reason: str) -> None:
    """Take away a lost authenticator for somebody; every session of theirs ends.

    Raises:
        NotFound: there is no such person or no second factor.
    """
    work.actor.require(REMOVE_SECOND_FACTORS)
    person = await lock_person(work.session, person_id)
    if await lock_second_factor(work.session, person_id) is None:
        raise NotFound
    await _drop(work, person)
    await record(work, action="second-factor.removed", subject=("person", person_id), reason=reason)


async def _consume_recovery(work: Work, person_id: UUID, code: str) -> bool:
    used = (
        update(RecoveryCode)
        .where(
            col(RecoveryCode.person_id) == person_id,
            col(RecoveryCode.code_hash) == token_hash(codes.tidy_recovery_code(code)),
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=work.now())
        .returning(col(RecoveryCode.person_id))
    )
    found = (await work.session.execute(used)).first() is not None
    if found:
        await record(work, action="second-factor.recovery-used", subject=("person", person_id))
        await _tell(work, person_id, AccountChange.RECOVERY_CODE_USED)
    return found


async def _new_recovery_codes(work: Work, person_id: UUID) -> list[str]:
    await work.session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    fresh = codes.new_recovery_codes()
    work.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=token_hash(codes.tidy_recovery_code(code)))
        for code in fresh
    )
    await work.session.flush()
    return fresh


async def _drop(work: Work, person: Person) -> None:
    for table in (RecoveryCode, SecondFactor):
        await work.session.execute(delete(table).where(col(table.person_id) == person.id))
    end_every_session(person)
    await tell_account_changed(work, person, AccountChange.SECOND_FACTOR_REMOVED)


async def _tell(work: Work, person_id: UUID, change: AccountChange) -> None:
    await tell_account_changed(work, await require_person(work.session, person_id), change)


def _secret(sealer: Sealer, stored: SecondFactor) -> str:
    return sealer.open(stored.sealed_secret, stored.person_id.bytes).decode()


def _wrong_code() -> Invalid:
    return Invalid([Fault("/code", "code_wrong", "this is not the code of now")])
