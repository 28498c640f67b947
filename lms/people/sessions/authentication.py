"""From an Authorization header to an actor: cached signature check, then one statement.

The statement confirms what a token cannot know: that the person is active, the epoch and the
session are still theirs, and which roles they hold now. Hot paths confirm the first two in their
own statement and ask `claims_of` only.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from lms.kernel.actor import Actor, Permission
from lms.kernel.db import ISSUER_REACH
from lms.kernel.problems import Unauthenticated
from lms.kernel.work import Works
from lms.people.grants.roles import SCOPED, SECOND_FACTOR, Role
from lms.people.sessions.claims import Claims, TokenRefusedError, TokenShape, key_id_of
from lms.people.sessions.key_ring import KeyRing
from lms.people.sessions.verified_tokens import VerifiedTokens

SCHEME = "bearer "

STANDING = """
    SELECT g.roles, g.scopes
    FROM person p
    JOIN login_session s ON s.id = $2 AND s.person_id = p.id
    LEFT JOIN LATERAL (
        SELECT array_agg(role) AS roles, array_agg(scope_id) AS scopes
        FROM role_grant WHERE person_id = p.id AND revoked_at IS NULL
    ) g ON true
    WHERE p.id = $1 AND p.state = 'active' AND p.epoch = $3 AND s.epoch = $3
        AND s.ended_at IS NULL AND s.expires_at > $4
"""

Grants = Iterable[tuple[str, UUID | None]]
RightsOf = Callable[[Grants], dict[Permission, frozenset[UUID] | None]]
"""What grants add up to: `lms.role_rights.rights`, handed in from the floor above."""


class Authentication:
    """One process's check of access tokens."""

    def __init__(
        self,
        works: Works,
        keys: KeyRing,
        shape: TokenShape,
        rights_of: RightsOf,
        *,
        second_factor_required: bool,
    ) -> None:
        self._works = works
        self._keys = keys
        self._shape = shape
        self._rights_of = rights_of
        self._second_factor_required = second_factor_required
        self._verified = VerifiedTokens()

    async def claims_of(self, header: str | None) -> Claims:
        """The claims of a token of ours that has not expired; state and epoch are not confirmed.

        Raises:
            Unauthenticated: there is no such token.
        """
        token = token_in(header)
        now = self._works.clock.now()
        keys = await self._keys.verifying()
        known = self._verified.find(token, now)
        if known is not None and known.key_id in keys:
            return known
        try:
            keys = await self._keys.verifying_with(key_id_of(token))
            claims = self._shape.read(token, keys, now)
        except TokenRefusedError:
            raise Unauthenticated from None
        self._verified.keep(token, claims)
        return claims

    async def actor_of(self, header: str | None, request_id: str = "") -> Actor:
        """The actor, with rights read in this very moment.

        Raises:
            Unauthenticated: no such token, or its person or session is not in force any more.
        """
        claims = await self.claims_of(header)
        standing = await self._works.pool.fetchrow(
            STANDING, claims.person_id, claims.session_id, claims.epoch, self._works.clock.now()
        )
        if standing is None:
            raise Unauthenticated
        grants = roles_in_force(
            zip(standing["roles"] or (), standing["scopes"] or (), strict=True),
            claims.methods,
            second_factor_required=self._second_factor_required,
        )
        roles = frozenset(role for role, _ in grants)
        return Actor(
            kind="person",
            person_id=claims.person_id,
            rights=self._rights_of(grants),
            roles=roles,
            reach=ISSUER_REACH if roles - SCOPED else "",
            request_id=request_id,
        )


def token_in(header: str | None) -> str:
    """The bearer token in an Authorization header.

    Raises:
        Unauthenticated: there is none.
    """
    if header is None or header[: len(SCHEME)].lower() != SCHEME:
        raise Unauthenticated
    token = header[len(SCHEME) :].strip()
    if not token.isascii():
        raise Unauthenticated
    return token


def roles_in_force(
    grants: Grants, methods: tuple[str, ...], *, second_factor_required: bool
) -> list[tuple[str, UUID | None]]:
    """The grants that count in a session.

    Where the operator enforces a second factor, the roles that need one are withheld from a session
    that was begun without it.
    """
    if not second_factor_required or "otp" in methods:
        return list(grants)
    return [(role, scope) for role, scope in grants if Role(role) not in SECOND_FACTOR]
