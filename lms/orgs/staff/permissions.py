"""What may be done with a company's staff."""

from lms.kernel.actor import Permission

READ_STAFF = Permission("staff.read")
MANAGE_STAFF = Permission("staff.manage")
LINK_STAFF = Permission("staff.link")
"""Linking without an invitation, with a reason: the issuer's own act."""
