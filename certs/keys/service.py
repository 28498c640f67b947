"""The life of credential keys: made at first use, rotated by an operator, never reused."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from certs.keys.models import CredentialKey, KeyState
from certs.keys.pair import new_pair, sign
from certs.keys.queries import all_keys, key_in_state
from lms.audit.service import record
from lms.kernel.crypto import Sealer
from lms.kernel.work import Work

PURPOSE = "credential keys"
"""What the key that seals private halves is derived for (lms/kernel/crypto.py)."""

STEPS = (KeyState.RETIRED, KeyState.ACTIVE, KeyState.NEXT)
"""The order in which a rotation moves keys on, so that each finds its next state free."""

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('lms-credential-keys'))")


class KeyDestroyedError(RuntimeError):
    """The private half is gone: another key has to sign."""


class Signer:
    """Credential keys under this installation's secret."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def active_key(self, work: Work) -> UUID:
        """The key that signs now; the first two are made when there is none."""
        active = await key_in_state(work.session, KeyState.ACTIVE)
        if active is None:
            await work.session.execute(ONE_AT_A_TIME)
            active = await key_in_state(work.session, KeyState.ACTIVE)
        if active is None:
            await self._make(work, KeyState.NEXT)
            active = await self._make(work, KeyState.ACTIVE)
        return active.id

    async def sign(self, work: Work, key_id: UUID, *, typ: str, claims: Mapping[str, Any]) -> str:
        """A token signed with one of our keys.

        Raises:
            KeyDestroyedError: its private half was destroyed by later rotations.
        """
        key = await work.session.get_one(CredentialKey, key_id)
        if key.sealed is None:
            raise KeyDestroyedError(key.kid)
        private = self._sealer.open(key.sealed, key.kid.encode())
        return sign(private, kid=key.kid, typ=typ, claims=claims)

    async def rotate(self, work: Work, reason: str) -> CredentialKey:
        """Let the next key sign from now on, publish one more, retire the active one.

        Private halves of keys that were retired before are destroyed. Answers the key that signs.
        """
        await work.session.execute(ONE_AT_A_TIME)
        await self.active_key(work)
        for key in sorted(await all_keys(work.session), key=lambda key: STEPS.index(key.state)):
            await self._step(work, key)
        await self._make(work, KeyState.NEXT)
        active = await key_in_state(work.session, KeyState.ACTIVE)
        if active is None:
            raise RuntimeError("a rotation left no key to sign with")
        await record(
            work,
            action="credential_key.rotated",
            subject=("credential_key", active.id),
            after={"kid": active.kid},
            reason=reason,
        )
        return active

    async def _step(self, work: Work, key: CredentialKey) -> None:
        """Move one key one state on, flushed since at no moment two keys may be active."""
        match key.state:
            case KeyState.RETIRED:
                key.sealed = None
            case KeyState.ACTIVE:
                key.state, key.retired_at = KeyState.RETIRED, work.now()
            case KeyState.NEXT:
                key.state, key.activated_at = KeyState.ACTIVE, work.now()
        await work.session.flush()

    async def _make(self, work: Work, state: KeyState) -> CredentialKey:
        pair = new_pair()
        key = CredentialKey(
            id=work.new_id(),
            kid=pair.kid,
            state=state,
            public_jwk=pair.public_jwk,
            sealed=self._sealer.seal(pair.private_der, pair.kid.encode()),
            created_at=work.now(),
            activated_at=work.now() if state is KeyState.ACTIVE else None,
        )
        work.session.add(key)
        await work.session.flush()
        return key
