"""What may be done with schemes. Approving one is deciding every award that its rule makes."""

from lms.kernel.actor import Permission

READ_SCHEMES = Permission("schemes.read")
APPROVE_SCHEMES = Permission("schemes.approve")
