"""Reading credential keys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.keys.models import CredentialKey, KeyState


async def key_in_state(session: AsyncSession, state: KeyState) -> CredentialKey | None:
    """The one next or active key, if there is one."""
    return (
        await session.scalars(select(CredentialKey).where(col(CredentialKey.state) == state))
    ).one_or_none()


async def all_keys(session: AsyncSession) -> Sequence[CredentialKey]:
    """Every key ever, newest first."""
    return (
        await session.scalars(select(CredentialKey).order_by(col(CredentialKey.id).desc()))
    ).all()


async def public_keys(session: AsyncSession) -> list[dict[str, Any]]:
    """The public half of every key, newest first: old certificates stay verifiable."""
    rows = await session.scalars(
        select(col(CredentialKey.public_jwk)).order_by(col(CredentialKey.id).desc())
    )
    return list(rows)
