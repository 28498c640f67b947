"""Who acts, and what they may do. Which role has which permission: `lms/role_rights.py`."""

from dataclasses import dataclass, field, replace
from typing import Literal, Self
from uuid import UUID

from lms.kernel.db import ISSUER_REACH
from lms.kernel.problems import Forbidden, NotFound, Unauthenticated


class Permission(str):
    """The name of something that a role may do, such as `catalogue.run`."""

    __slots__ = ()


PUBLIC = Permission("public")
"""Anybody, signed in or not."""

SIGNED_IN = Permission("signed-in")
"""Every active person, for what is their own; the query's scope is `actor.person`."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One request's or job's doer, with rights read afresh for it.

    `rights` maps a permission to the organisations for which it is held; None is everywhere.
    `reach` is what row-level security lets through: see docs/architecture.md.
    """

    kind: Literal["person", "system", "anonymous"]
    person_id: UUID | None = None
    rights: dict[Permission, frozenset[UUID] | None] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    reach: str = ""
    request_id: str = ""
    reason: str = ""

    @classmethod
    def system(cls, reason: str, request_id: str = "") -> Self:
        """The product itself: a handler, a tick, start-up. `reason` goes to the audit trail."""
        return cls(kind="system", reach=ISSUER_REACH, reason=reason, request_id=request_id)

    @classmethod
    def anonymous(cls, request_id: str = "") -> Self:
        return cls(kind="anonymous", request_id=request_id)

    @property
    def person(self) -> UUID:
        """The acting person.

        Raises:
            Unauthenticated: nobody is signed in, or the system acts.
        """
        if self.person_id is None:
            raise Unauthenticated
        return self.person_id

    def may(self, permission: Permission, scope: UUID | None = None) -> bool:
        """Whether the permission is held, and for `scope` where one is given."""
        if self.kind == "system" or permission == PUBLIC:
            return True
        if permission == SIGNED_IN:
            return self.person_id is not None
        if permission not in self.rights:
            return False
        held = self.rights[permission]
        return held is None or (scope is not None and scope in held)

    def require(self, permission: Permission, scope: UUID | None = None) -> None:
        """Check a permission before a verb.

        Raises:
            Unauthenticated: it needs somebody signed in.
            NotFound: it is held, but for another organisation, whose rows do not exist here.
            Forbidden: it is not held at all.
        """
        if self.may(permission, scope):
            return
        if self.person_id is None:
            raise Unauthenticated
        if scope is not None and (permission in self.rights or not self.issuer_wide):
            raise NotFound
        raise Forbidden

    @property
    def issuer_wide(self) -> bool:
        """Whether any right is held everywhere: issuer staff, to whom refusals may be said."""
        return any(held is None for held in self.rights.values())

    def within(self, organisation_id: UUID) -> Self:
        """The same actor with row-level security opened for one organisation."""
        if self.reach == ISSUER_REACH:
            return self
        return replace(self, reach=str(organisation_id))

    def reaching_issuer(self, reason: str) -> Self:
        """The same actor with company rows visible, for a verb whose own query is the scope."""
        return replace(self, reach=ISSUER_REACH, reason=reason)
