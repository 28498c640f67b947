"""The SQL that confirms a token's holder inside a hot statement: active, and still signed in.

`HOLDER` is a condition over the parameters $1 (person), $2 (epoch) and $3 (session), which
`holder_of` gives in this order.
"""

from uuid import UUID

from lms.people.sessions.claims import Claims

HOLDER = """EXISTS (
        SELECT FROM person AS p JOIN login_session AS s ON s.person_id = p.id
        WHERE p.id = $1 AND p.state = 'active' AND p.epoch = $2
          AND s.id = $3 AND s.ended_at IS NULL
    )"""


def holder_of(claims: Claims) -> tuple[UUID, int, UUID]:
    """The first three parameters of a statement with `HOLDER`."""
    return claims.person_id, claims.epoch, claims.session_id
