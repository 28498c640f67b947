"""What may be done about centre certificates."""

from lms.kernel.actor import Permission

READ_STANDING = Permission("centres.standing.read")
"""Where one company's centres stand; scoped to the company."""

ATTEST_ROSTER = Permission("centres.roster.attest")
"""Give one's word for a roster; scoped to the company."""

OVERSEE_CENTRES = Permission("centres.oversee")
"""Read all centres' health, decisions, bars, cases and policies."""

SANCTION_CENTRES = Permission("centres.sanction")
"""Suspend, reinstate, bar; propose and decide a revocation or the lifting of a bar."""

SETTLE_CASES = Permission("centres.cases.settle")

CHANGE_CENTRE_POLICY = Permission("centres.policy.change")
"""Propose and decide another policy."""
