"""Who is on a centre's roster on a day, as known now: SQL that every statement about it shares.

Conditions over the parameters :day and, where a policy leaves job roles out, :roles; `a` is an
assignment, `l` a staff link.
"""

HAS_PLACE = """a.is_primary AND a.superseded_at IS NULL
    AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)"""

LINKED = "l.valid_from <= :day AND (l.valid_to IS NULL OR l.valid_to > :day)"


def role_counts(role: str) -> str:
    """Whether a job role is none of those that are left out; no role is counted."""
    return f"({role} = ANY (CAST(:roles AS text[]))) IS NOT TRUE"
