"""Counting tries: `lockout.py`'s rule over one locked row, and limits per origin and mailbox.

Each is committed before the try goes on, so that tries at once, in any number of processes, are
counted one after the other.
"""

from datetime import timedelta
from uuid import UUID

from lms.kernel import ratelimit
from lms.kernel.ids import token_hash
from lms.kernel.problems import TooMany
from lms.kernel.work import Works
from lms.people.credentials.lockout import FORGOTTEN_AFTER, Tries, admit

WRONG_SIGN_INS_OF_ORIGIN = 300
SIGN_INS_WINDOW = timedelta(minutes=5)
"""Room for a class that signs in behind one address, and none for trying the whole register."""

LETTERS_TO_ADDRESS = 5
LETTERS_OF_ORIGIN = 300
LETTERS_WINDOW = timedelta(hours=1)

CODES = 10
CODES_WINDOW = timedelta(minutes=15)

ENTER = """
    INSERT INTO sign_in_tries (address_hash, count, last_at) VALUES ($1, 0, $2)
    ON CONFLICT (address_hash) DO NOTHING
"""
LOCK = """
    SELECT count, last_at, locked_until FROM sign_in_tries WHERE address_hash = $1 FOR UPDATE
"""
COUNT = """
    UPDATE sign_in_tries SET count = $2, last_at = $3, locked_until = $4 WHERE address_hash = $1
"""
CLEAR = "DELETE FROM sign_in_tries WHERE address_hash = $1"
FORGET = "DELETE FROM sign_in_tries WHERE last_at < $1"


async def admit_try(works: Works, address: str) -> None:
    """Count one more try for an address that may be anybody's or nobody's.

    Raises:
        TooMany: it is locked for now.
    """
    key = token_hash(address)
    now = works.clock.now()
    async with works.pool.acquire() as connection, connection.transaction():
        await connection.execute(ENTER, key, now)
        row = await connection.fetchrow(LOCK, key)
        stored = Tries(count=row["count"], last_at=row["last_at"], locked_until=row["locked_until"])
        decided = admit(stored, now)
        tries = decided.tries
        await connection.execute(COUNT, key, tries.count, tries.last_at, tries.locked_until)
    if decided.retry_at is not None:
        raise TooMany(int((decided.retry_at - now).total_seconds()) + 1)


async def clear_tries(works: Works, address: str) -> None:
    """Forget an address's tries, after the right password or a reset."""
    await works.pool.execute(CLEAR, token_hash(address))


async def forget_tries(works: Works) -> None:
    """Drop the rows that would be counted afresh anyway."""
    await works.pool.execute(FORGET, works.clock.now() - FORGOTTEN_AFTER)


async def limit_sign_ins(works: Works, origin: str) -> None:
    """Count a sign-in of one network address as wrong, until `right_sign_in` says otherwise.

    Raises:
        TooMany: there were too many wrong ones.
    """
    await ratelimit.allow(
        works, _origin(origin), limit=WRONG_SIGN_INS_OF_ORIGIN, window=SIGN_INS_WINDOW
    )


async def right_sign_in(works: Works, origin: str) -> None:
    """Take a sign-in back from the count of wrong ones."""
    await ratelimit.give_back(works, _origin(origin))


def _origin(origin: str) -> str:
    return f"sign-in:{origin}"


async def limit_letters(works: Works, origin: str, email: str) -> None:
    """Count a letter that somebody unknown asks for.

    Raises:
        TooMany: too many from this network address, or to this mailbox.
    """
    await ratelimit.allow(
        works, f"letters-of:{origin}", limit=LETTERS_OF_ORIGIN, window=LETTERS_WINDOW
    )
    if not email:
        return  # no address: refused as such in a moment
    mailbox = token_hash(email).hex()
    await ratelimit.allow(
        works, f"letters-to:{mailbox}", limit=LETTERS_TO_ADDRESS, window=LETTERS_WINDOW
    )


async def limit_codes(works: Works, person_id: UUID) -> None:
    """Count a code that somebody who is signed in types.

    Raises:
        TooMany: too many, so that six digits are not guessed.
    """
    await ratelimit.allow(works, f"codes:{person_id}", limit=CODES, window=CODES_WINDOW)
