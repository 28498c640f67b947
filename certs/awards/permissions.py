"""What may be done with awards. Suspending and revoking are in certs/issuing, with the document."""

from lms.kernel.actor import Permission

READ_AWARDS = Permission("awards.read")
DECIDE_AWARDS = Permission("awards.decide")
