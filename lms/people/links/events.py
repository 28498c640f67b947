"""A letter with a one-time link is due. Who writes it asks `links.letters` for its content."""

from uuid import UUID

from lms.kernel.events import event


@event("people.link-made")
class LinkMade:
    """A link was made, or asked for again. The token is in no event: it is derived at writing."""

    link_id: UUID
    purpose: str
    language: str
