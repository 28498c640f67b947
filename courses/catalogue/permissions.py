"""What may be done with the catalogue."""

from lms.kernel.actor import Permission

READ_VERSIONS = Permission("catalogue.read-versions")
"""Drafts and closed versions; what is open is public."""

RUN_CATALOGUE = Permission("catalogue.run")

CHANGE_PASS_RULE = Permission("catalogue.change-pass-rule")
"""To propose, and as the second person to approve, another rule for an open version."""
