"""What `lms keys` does; the command line itself is in `lms/cli.py`."""

from certs.keys.models import CredentialKey
from certs.keys.queries import all_keys
from certs.keys.service import Signer
from lms.kernel.actor import Actor
from lms.kernel.work import Works


async def list_keys(works: Works) -> list[str]:
    """One line for each key, newest first."""
    async with works.read(Actor.system("lms keys list")) as work:
        return [_line(key) for key in await all_keys(work.session)]


async def rotate_keys(works: Works, signer: Signer, reason: str) -> list[str]:
    """Rotate once; answers the keys as they are then."""
    async with works.write(Actor.system("lms keys rotate")) as work:
        await signer.rotate(work, reason)
    return await list_keys(works)


def _line(key: CredentialKey) -> str:
    private = "can sign" if key.sealed is not None else "verifies only"
    return f"{key.kid}  {key.state:<8}{key.created_at:%Y-%m-%d %H:%M}  {private}"
