"""Reading who signs in, and sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.issuer.models import ISSUER_ID
from lms.kernel.ids import token_hash
from lms.kernel.problems import NotFound
from lms.people.credentials.models import Credential
from lms.people.grants.models import RoleGrant
from lms.people.grants.roles import SECOND_FACTOR
from lms.people.persons.models import Person, PersonState
from lms.people.second_factor.models import SecondFactor
from lms.people.sessions.models import LoginSession, RefreshToken


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What sign-in has to know about an address."""

    person_id: UUID
    active: bool
    epoch: int
    password_hash: str | None
    second_factor: bool
    role_needs_second_factor: bool


async def signing_in(session: AsyncSession, email: str) -> SigningIn | None:
    """Who signs in under an address; None when nobody does."""
    query = (
        select(
            col(Person.id),
            col(Person.state),
            col(Person.epoch),
            col(Credential.password_hash),
            col(SecondFactor.confirmed_at),
            _role_needs_second_factor(),
        )
        .outerjoin(Credential, col(Credential.person_id) == col(Person.id))
        .outerjoin(SecondFactor, col(SecondFactor.person_id) == col(Person.id))
        .where(col(Person.issuer_id) == ISSUER_ID, col(Person.email) == email)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    person_id, state, epoch, password_hash, confirmed_at, needs = row
    return SigningIn(
        person_id=person_id,
        active=state is PersonState.ACTIVE,
        epoch=epoch,
        password_hash=password_hash,
        second_factor=confirmed_at is not None,
        role_needs_second_factor=needs,
    )


async def session_of_refresh_token(session: AsyncSession, token: str) -> LoginSession | None:
    """The session that a refresh token belongs to, used or not, under a row lock."""
    query = (
        select(LoginSession)
        .join(RefreshToken, col(RefreshToken.session_id) == col(LoginSession.id))
        .where(col(RefreshToken.token_hash) == token_hash(token))
        .with_for_update(of=LoginSession, key_share=True)
    )
    return (await session.scalars(query)).one_or_none()


async def sessions_of(
    session: AsyncSession, person_id: UUID, now: datetime
) -> Sequence[LoginSession]:
    """Somebody's own sessions that are in force, the latest first."""
    query = (
        select(LoginSession)
        .join(Person, col(Person.id) == col(LoginSession.person_id))
        .where(
            col(LoginSession.person_id) == person_id,
            col(LoginSession.ended_at).is_(None),
            col(LoginSession.expires_at) > now,
            col(LoginSession.epoch) == col(Person.epoch),
        )
        .order_by(col(LoginSession.id).desc())
    )
    return (await session.scalars(query)).all()


async def lock_own_session(
    session: AsyncSession, person_id: UUID, session_id: UUID
) -> LoginSession:
    """One of somebody's own sessions under a row lock.

    Raises:
        NotFound: they have no such session.
    """
    query = (
        select(LoginSession)
        .where(col(LoginSession.id) == session_id, col(LoginSession.person_id) == person_id)
        .with_for_update(key_share=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _role_needs_second_factor() -> ScalarSelect[bool]:
    return (
        select(func.count() > 0)
        .where(
            col(RoleGrant.person_id) == col(Person.id),
            col(RoleGrant.role).in_(SECOND_FACTOR),
            col(RoleGrant.revoked_at).is_(None),
        )
        .scalar_subquery()
    )
