"""What must be true after all crashes, in the database and over HTTP; answers every fault."""

import asyncio
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import jwt

from tests.crashes.exam_room import ExamRoom
from tests.crashes.sitting import Sitting
from tests.crashes.victims import eventually

UNSETTLED = """
    SELECT (SELECT count(*) FROM event_delivery WHERE done_at IS NULL AND held_at IS NULL)
         + (SELECT count(*) FROM certificate_order WHERE state = 'open' AND faults IS NULL)
         + (SELECT count(*) FROM certificate WHERE token IS NULL)
         + (SELECT count(*) FROM queue.pgqueuer)
"""
LOG = """
    SELECT kind, position, revision, answer::text AS answer FROM attempt_log
    WHERE attempt_id = $1 ORDER BY id
"""
ITEMS = "SELECT position, revision, answer::text AS answer FROM attempt_item WHERE attempt_id = $1"
AWARDS = "SELECT person_id FROM award WHERE state = 'in_force'"
CENTRE_AWARDS = "SELECT centre_id FROM centre_award WHERE state = 'in_force'"
CERTIFICATES = """
    SELECT c.kind, c.year, c.serial, c.person_id, a.centre_id, c.verification_code, c.payload,
           c.token, c.status
    FROM certificate AS c LEFT JOIN centre_award AS a ON a.id = c.centre_award_id
"""
COUNTERS = "SELECT kind, year, last FROM number_counter"
HELD = "SELECT handler, last_error FROM event_delivery WHERE held_at IS NOT NULL"
DELIVERED = "SELECT count(*) FROM event_delivery WHERE done_at IS NOT NULL"
STARTED = "SELECT starts, count(*) FROM event_delivery WHERE starts > 0 GROUP BY 1 ORDER BY 1"
EVENTS = "SELECT type, count(*) AS times FROM event GROUP BY type"


@asynccontextmanager
async def looking(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees every row."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def settled(dsn: str) -> None:
    """Wait until nothing is left to deliver, to issue or to sign."""

    async def nothing_left() -> bool:
        async with looking(dsn) as connection:
            return await connection.fetchval(UNSETTLED) == 0

    await eventually(nothing_left, "everything delivered")


async def delivered(dsn: str) -> int:
    """How many deliveries are done."""
    async with looking(dsn) as connection:
        return int(await connection.fetchval(DELIVERED))


async def struck(dsn: str) -> dict[int, int]:
    """How many deliveries were started how often: were all started once, little was tested."""
    async with looking(dsn) as connection:
        return dict(await connection.fetch(STARTED))


async def faults(
    dsn: str, http: httpx.AsyncClient, room: ExamRoom, sittings: Sequence[Sitting]
) -> list[str]:
    """Everything that is not as it must be."""
    async with looking(dsn) as connection:
        found = [
            *[fault for one in sittings for fault in await _of_attempt(connection, one)],
            *_once("award", room.passing, await connection.fetch(AWARDS)),
            *_once("centre award", room.certified_centres, await connection.fetch(CENTRE_AWARDS)),
            *await _of_numbers(connection),
            *await _of_deliveries(connection, room),
        ]
        certificates = await connection.fetch(CERTIFICATES)
    people = [(row["person_id"],) for row in certificates if row["kind"] == "person"]
    centres = [(row["centre_id"],) for row in certificates if row["kind"] == "centre"]
    found += _once("certificate", room.passing, people)
    found += _once("centre certificate", room.certified_centres, centres)
    found += await _of_documents(http, certificates)
    for read in await asyncio.gather(*(one.read() for one in sittings)):
        found += _as_shown(read, sittings)
    return found


async def _of_attempt(connection: asyncpg.Connection, sitting: Sitting) -> list[str]:
    """What was acknowledged is in the log and, if nothing came after it, in the sealed attempt."""
    attempt_id = UUID(sitting.attempt["id"])
    log = await connection.fetch(LOG, attempt_id)
    found = []
    kinds = Counter(row["kind"] for row in log)
    if (kinds["started"], kinds["sealed"], log[-1]["kind"]) != (1, 1, "sealed"):
        found.append(f"attempt {attempt_id}: its log has {kinds}, then {log[-1]['kind']}")
    saved = [(r["position"], r["revision"], r["answer"]) for r in log if r["kind"] == "saved"]
    told = [(one.position, one.revision, json.dumps(one.stored)) for one in sitting.saves]
    found += [f"attempt {attempt_id}: {one} is not in the log" for one in set(told) - set(saved)]
    found += [f"attempt {attempt_id}: {one} was not told" for one in set(saved) - set(told)]
    found += [f"attempt {attempt_id}: {one} twice" for one, n in Counter(saved).items() if n > 1]
    sealed = {
        (r["position"], r["revision"], r["answer"])
        for r in await connection.fetch(ITEMS, attempt_id)
    }
    last = {(one.position, one.revision, json.dumps(one.stored)) for one in sitting.newest.values()}
    if sealed != last:
        found.append(f"attempt {attempt_id}: sealed with {sealed}, acknowledged {last}")
    return found


def _as_shown(read: dict[str, Any], sittings: Sequence[Sitting]) -> list[str]:
    [sitting] = [one for one in sittings if one.attempt["id"] == read["id"]]
    shown = {(item["position"], item["revision"], item["answer"]) for item in read["items"]}
    last = {(one.position, one.revision, one.answer) for one in sitting.newest.values()}
    if read["state"] == "sealed" and shown == last:
        return []
    return [f"attempt {read['id']}: shown {read['state']} with {shown}, acknowledged {last}"]


def _once(what: str, due: set[UUID], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Each that is due is there once, and nothing else."""
    made = Counter(row[0] for row in rows)
    return [
        *(f"{what} of {one} is missing" for one in due - made.keys()),
        *(f"{what} of {one} is not due" for one in made.keys() - due),
        *(f"{what} of {one}: {times} times" for one, times in made.items() if times > 1),
    ]


async def _of_numbers(connection: asyncpg.Connection) -> list[str]:
    """The numbers of each kind and year are 1 to n, and the counter stands at n."""
    given = defaultdict(list)
    for row in await connection.fetch(CERTIFICATES):
        given[row["kind"], row["year"]].append(row["serial"])
    counted = {(r["kind"], r["year"]): r["last"] for r in await connection.fetch(COUNTERS)}
    return [
        f"numbers of {which}: {sorted(given[which])}, the counter stands at {counted.get(which)}"
        for which in given.keys() | counted.keys()
        if sorted(given[which]) != list(range(1, counted.get(which, 0) + 1))
    ]


async def _of_deliveries(connection: asyncpg.Connection, room: ExamRoom) -> list[str]:
    """No delivery is held, and each thing happened as often as it should."""
    happened = {row["type"]: row["times"] for row in await connection.fetch(EVENTS)}
    people, centres = len(room.passing), len(room.certified_centres)
    due = {
        "courses.course-passed.v1": people,
        "certs.award-made.v1": people,
        "certs.certificate-issued.v1": people + centres,
        "certs.certificate-published.v1": people + centres,
    }
    return [
        *(f"held: {row['handler']}: {row['last_error']}" for row in await connection.fetch(HELD)),
        *(
            f"{name} happened {happened.get(name, 0)} times, not {times}"
            for name, times in due.items()
            if happened.get(name, 0) != times
        ),
    ]


async def _of_documents(
    http: httpx.AsyncClient, certificates: Sequence[asyncpg.Record]
) -> list[str]:
    """Each is found by its code, valid, with the bytes that its signature is of."""
    keys = jwt.PyJWKSet.from_dict((await http.get("/.well-known/jwks.json")).json())
    found = []
    for row in certificates:
        code = row["verification_code"]
        told = (await http.get(f"/verify/{code}")).json()
        claims = jwt.decode(
            told["token"],
            keys[jwt.get_unverified_header(told["token"])["kid"]],
            algorithms=["ES256"],
        )
        exact = hashlib.sha256(row["payload"]).hexdigest()
        if not (told["valid"] and told["payload_sha256"] == claims["payload_sha256"] == exact):
            found.append(f"certificate {code}: {told}")
    return found
