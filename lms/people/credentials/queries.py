"""Reading credentials. No hash leaves this slice and the sign-in that checks it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from lms.people.credentials.models import Credential


async def credential_of(session: AsyncSession, person_id: UUID) -> Credential | None:
    """Somebody's password, if they have set one."""
    return await session.get(Credential, person_id)
