"""What an empty database is given before the first request: the courses and an administrator."""

from __future__ import annotations

from courses.catalogue.seed import load_catalogue
from lms.app import Platform
from lms.kernel.actor import Actor
from lms.people.signup.first_admin import ensure_first_admin
from lms.serving.terminal import say
from lms.settings import Settings

FIRST_ADMIN = "admin@example.org"


async def enter_first_records(chosen: Settings, opened: Platform) -> None:
    """Load the published courses and make the first administrator, where they are missing."""
    async with opened.works.write(Actor.system("start-up")) as work:
        await load_catalogue(work)
    email = chosen.admin_email or FIRST_ADMIN
    made_up = await ensure_first_admin(
        opened.works,
        opened.people.desk,
        email,
        chosen.admin_password.get_secret_value() or None,
        chosen.second_admin_email,
    )
    if made_up is not None:
        say(f"first administrator: {email}")
        say(f"password (shown this once): {made_up}")
