"""What signing in needs beside a unit of work; made once in a process, from settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lms.kernel.crypto import Sealer
from lms.kernel.ids import new_id
from lms.people.credentials.hashing import Passwords
from lms.people.sessions.claims import Bearer, TokenShape
from lms.people.sessions.key_ring import KeyRing


@dataclass(frozen=True, slots=True)
class SessionDesk:
    """Passwords, keys, the two shapes of tokens, and how long a session lives."""

    passwords: Passwords
    second_factor_sealer: Sealer
    keys: KeyRing
    api: TokenShape
    enrolment: TokenShape
    session_life: timedelta
    second_factor_required: bool

    async def access_token(self, bearer: Bearer, now: datetime) -> str:
        """A token that opens the API."""
        return self.api.signed(await self.keys.signing(), bearer, token_id=new_id(), now=now)

    async def enrolment_token(self, person_id: UUID, epoch: int, now: datetime) -> str:
        """A token that only lets its holder set up a second factor; it belongs to no session."""
        bearer = Bearer(person_id=person_id, session_id=NO_SESSION, epoch=epoch, methods=("pwd",))
        return self.enrolment.signed(await self.keys.signing(), bearer, token_id=new_id(), now=now)


NO_SESSION = UUID(int=0)
