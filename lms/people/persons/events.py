"""What happens to people, told to the floors above."""

from enum import StrEnum
from uuid import UUID

from lms.kernel.events import event


class AccountChange(StrEnum):
    """What somebody who gets at another's account would do to it."""

    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105 - a kind of change, no password
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"


@event("people.account-changed")
class AccountChanged:
    """How somebody signs in has changed.

    The address that was theirs before is in the notice (`service.take_address`) and not in here:
    events stay for ever.
    """

    person_id: UUID
    notice_id: UUID
    change: AccountChange


@event("people.person-renamed")
class PersonRenamed:
    """A printed name changed, approved by a second person; documents with it are superseded."""

    person_id: UUID
    proposal_id: UUID


@event("people.person-disabled")
class PersonDisabled:
    person_id: UUID


@event("people.person-enabled")
class PersonEnabled:
    person_id: UUID
