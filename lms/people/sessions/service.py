"""Signing in, refreshing, signing out: sessions from their beginning to their end."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from lms.audit.service import record
from lms.kernel.actor import Actor
from lms.kernel.ids import new_token, token_hash
from lms.kernel.problems import Problem
from lms.kernel.work import Work, Works
from lms.people.credentials.models import Credential
from lms.people.credentials.tries import admit_try, clear_tries
from lms.people.persons.addresses import compared_address
from lms.people.persons.models import PersonState
from lms.people.persons.queries import require_person
from lms.people.second_factor.service import consume
from lms.people.sessions.claims import Bearer
from lms.people.sessions.desk import SessionDesk
from lms.people.sessions.models import LoginSession, RefreshToken, SessionEnd
from lms.people.sessions.queries import (
    SigningIn,
    lock_own_session,
    session_of_refresh_token,
    signing_in,
)

DEVICE_LONGEST = 200
KEPT_AFTER_EXPIRY = timedelta(days=30)
FORGET = "DELETE FROM login_session WHERE expires_at < $1"


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows at sign-in; `device` is what their client calls itself."""

    email: str
    password: str
    code: str | None
    device: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client gets, at sign-in and at each refresh."""

    access_token: str
    refresh_token: str
    session: LoginSession


async def sign_in(works: Works, desk: SessionDesk, shown: Shown) -> Tokens:
    """Begin a session.

    A wrong address costs what a wrong password costs, and is answered the same.

    Raises:
        TooMany: the address is locked for a while, whether or not anybody has it.
        Problem: `sign_in_refused`; `second_factor_needed`; `second_factor_enrolment_needed` with a
            token that only lets its holder set one up.
    """
    email = compared_address(shown.email)
    await admit_try(works, email or shown.email)
    async with works.read(Actor.system("signs somebody in")) as work:
        found = await signing_in(work.session, email)
    verdict = await desk.passwords.check(found.password_hash if found else None, shown.password)
    if found is None or not verdict.right or not found.active:
        raise Problem(code="sign_in_refused")
    if found.second_factor and not shown.code:
        raise Problem(code="second_factor_needed")
    if _must_enrol(desk, found):
        await clear_tries(works, email)
        token = await desk.enrolment_token(found.person_id, found.epoch, works.clock.now())
        raise Problem(code="second_factor_enrolment_needed", extra={"enrolment_token": token})
    actor = Actor(kind="person", person_id=found.person_id, request_id=shown.request_id)
    async with works.write(actor) as work:
        if found.second_factor and not await consume(
            work, desk.second_factor_sealer, found.person_id, shown.code or ""
        ):
            raise Problem(code="sign_in_refused")
        if verdict.rehashed is not None:
            await _keep_rehashed(work, found, verdict.rehashed)
        session, refresh_token = await _begin(work, desk, found, shown.device)
    await clear_tries(works, email)
    return await _tokens(works, desk, session, refresh_token)


async def refresh(works: Works, desk: SessionDesk, token: str, request_id: str = "") -> Tokens:
    """Exchange a refresh token for the next one and a fresh access token.

    A token that comes twice was stolen, by the first or by the second who showed it: the session
    ends for both.

    Raises:
        Problem: `refresh_refused`, whatever the reason.
    """
    fresh: str | None = None
    async with works.write(Actor.system("refreshes a session", request_id)) as work:
        session = await session_of_refresh_token(work.session, token)
        if session is not None:
            fresh = await _next_refresh_token(work, session, token)
    if session is None or fresh is None:
        raise Problem(code="refresh_refused")
    return await _tokens(works, desk, session, fresh)


async def sign_out(work: Work, token: str) -> None:
    """End the session of a refresh token; an unknown one ends none, and nobody is told."""
    session = await session_of_refresh_token(work.session, token)
    if session is not None and session.ended_at is None:
        await _end(work, session, SessionEnd.SIGNED_OUT)


async def revoke_own(work: Work, session_id: UUID) -> None:
    """End one of the actor's own sessions, on whatever device.

    Raises:
        NotFound: they have no such session.
    """
    session = await lock_own_session(work.session, work.actor.person, session_id)
    if session.ended_at is None:
        await _end(work, session, SessionEnd.REVOKED)


async def forget_sessions(works: Works) -> None:
    """Drop sessions that expired long ago, and their tokens with them."""
    await works.pool.execute(FORGET, works.clock.now() - KEPT_AFTER_EXPIRY)


def _must_enrol(desk: SessionDesk, found: SigningIn) -> bool:
    return (
        desk.second_factor_required and found.role_needs_second_factor and not found.second_factor
    )


async def _begin(
    work: Work, desk: SessionDesk, found: SigningIn, device: str
) -> tuple[LoginSession, str]:
    """Add the session's row, with the epoch that the password was read with.

    Were the password changed in the meantime, the session never comes to life.
    """
    now = work.now()
    session = LoginSession(
        id=work.new_id(),
        person_id=found.person_id,
        epoch=found.epoch,
        methods="pwd otp" if found.second_factor else "pwd",
        device=device[:DEVICE_LONGEST],
        started_at=now,
        last_used_at=now,
        expires_at=now + desk.session_life,
    )
    work.session.add(session)
    await work.session.flush()
    await record(
        work,
        action="session.begun",
        subject=("person", found.person_id),
        after={"session_id": session.id, "methods": session.methods},
    )
    return session, _add_refresh_token(work, session)


async def _next_refresh_token(work: Work, session: LoginSession, token: str) -> str | None:
    """Use the token up under the session's lock; None when the session is not to go on."""
    now = work.now()
    if session.ended_at is not None or now >= session.expires_at:
        return None
    used = (
        update(RefreshToken)
        .where(
            col(RefreshToken.token_hash) == token_hash(token), col(RefreshToken.used_at).is_(None)
        )
        .values(used_at=now)
        .returning(col(RefreshToken.session_id))
    )
    if (await work.session.execute(used)).first() is None:
        await _end(work, session, SessionEnd.REUSE)
        return None
    person = await require_person(work.session, session.person_id)
    if person.state is not PersonState.ACTIVE or person.epoch != session.epoch:
        return None
    session.last_used_at = now
    return _add_refresh_token(work, session)


def _add_refresh_token(work: Work, session: LoginSession) -> str:
    token = new_token()
    work.session.add(
        RefreshToken(token_hash=token_hash(token), session_id=session.id, made_at=work.now())
    )
    return token


async def _end(work: Work, session: LoginSession, because: SessionEnd) -> None:
    session.ended_at = work.now()
    session.ended_because = because
    await record(
        work,
        action="session.ended",
        subject=("person", session.person_id),
        after={"session_id": session.id, "because": because.value},
    )


async def _keep_rehashed(work: Work, found: SigningIn, rehashed: str) -> None:
    """Store the hash with today's parameters, unless the password was changed in the meantime."""
    await work.session.execute(
        update(Credential)
        .where(
            col(Credential.person_id) == found.person_id,
            col(Credential.password_hash) == found.password_hash,
        )
        .values(password_hash=rehashed)
    )


async def _tokens(
    works: Works, desk: SessionDesk, session: LoginSession, refresh_token: str
) -> Tokens:
    bearer = Bearer(
        person_id=session.person_id,
        session_id=session.id,
        epoch=session.epoch,
        methods=tuple(session.methods.split()),
    )
    access_token = await desk.access_token(bearer, works.clock.now())
    return Tokens(access_token=access_token, refresh_token=refresh_token, session=session)
