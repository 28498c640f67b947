"""What may be done with certificates. Holders see their own without any of these."""

from lms.kernel.actor import Permission

READ_CERTIFICATES = Permission("certificates.read")
MANAGE_CERTIFICATES = Permission("certificates.manage")
"""Suspend, reinstate, correct."""

REVOKE_CERTIFICATES = Permission("certificates.revoke")
"""Propose or approve a revocation or a declaration of invalidity: two people."""
