"""Public reads: the list of courses, and verification in small and large registers."""

import asyncio
import statistics
from collections.abc import Sequence

import asyncpg
import httpx

from lms.app import Platform
from lms.kernel import db
from scripts.bench.crowds import a_bench_exam, a_bench_world, ready_in_centres
from scripts.bench.processes import Served
from scripts.bench.rows import Row, against_floor, at_most

REQUESTS = 400
ROUNDS = 7
SMALL, LARGE = 1_000, 1_000_000
SIGNED_WITHIN = 60
ASKED = 200
"""Different certificates asked for, spread over the register."""

COPIES = """
    INSERT INTO certificate (id, issuer_id, kind, award_id, person_id, year, serial, number,
        verification_code, payload, payload_hash, key_id, token, issued_at, issued_on, signed_at,
        from_day, last_day, zone, status, status_at, revision)
    SELECT gen_random_uuid(), c.issuer_id, c.kind, gen_random_uuid(), c.person_id, c.year,
        1000000 + n, 'BENCH-' || n, upper(left(md5(gen_random_uuid()::text), 26)), c.payload,
        c.payload_hash, c.key_id, c.token, c.issued_at, c.issued_on, c.signed_at, c.from_day,
        c.last_day, c.zone, c.status, c.status_at, 1
    FROM (SELECT * FROM certificate WHERE kind = 'person' AND token IS NOT NULL
          AND serial < 1000000 LIMIT 1) AS c,
        generate_series((SELECT count(*) FROM certificate WHERE serial > 1000000) + 1, $1) AS n
"""


async def measured(opened: Platform, product: Served, floor: Served) -> list[Row]:
    """Courses; then verification with 1,000 and with 1,000,000 certificates."""
    await _pad_courses(opened)
    await _one_certificate(opened, product)
    ours, theirs = await _interleaved(product, ["/api/v1/courses?limit=50"], floor, ["/courses"])
    rows = [against_floor("list 50 courses, CPU", ours, theirs, "CPU-ms", 2.0)]
    above_floor = []
    for size in (SMALL, LARGE):
        codes = await _fill_register(opened, size)
        ours, theirs = await _interleaved(
            product,
            [f"/verify/{code}" for code in codes],
            floor,
            [f"/verify/CODE{1 + number % 1000}" for number in range(ASKED)],
        )
        above_floor.append(ours / theirs)
        name = f"verify a certificate, {size:,} in the register, CPU"
        rows.append(against_floor(name, ours, theirs, "CPU-ms", 2.0))
    apart = max(above_floor) / min(above_floor)
    rows.append(at_most("verify: the two registers apart, each over the floor", apart, "x", 1.3))
    return rows


async def _interleaved(
    product: Served, our_paths: Sequence[str], floor: Served, their_paths: Sequence[str]
) -> tuple[float, float]:
    """Median CPU-ms of a request, product and floor."""
    ours, theirs = [], []
    for number in range(ROUNDS + 1):
        first = await _cpu_of(product, our_paths)
        second = await _cpu_of(floor, their_paths)
        if number:
            ours.append(first)
            theirs.append(second)
    return statistics.median(ours) * 1000, statistics.median(theirs) * 1000


async def _cpu_of(served: Served, paths: Sequence[str]) -> float:
    headers = {"Accept": "application/json"}
    async with httpx.AsyncClient(base_url=served.url, headers=headers, timeout=60) as client:
        before = served.cpu_seconds()
        for number in range(REQUESTS):
            (await client.get(paths[number % len(paths)])).raise_for_status()
        return (served.cpu_seconds() - before) / REQUESTS


async def _one_certificate(opened: Platform, product: Served) -> None:
    """A real one, by a real pass, to make copies of."""
    world = await a_bench_world(opened)
    exam = await a_bench_exam(opened, world, "CCCS")
    [one] = await ready_in_centres(opened, world, exam, product.url, centres=1)
    async with httpx.AsyncClient(base_url=product.url, timeout=60) as client:
        path = f"/api/v1/attempts/{one.attempt_id}/submission"
        (await client.post(path, headers=one.headers)).raise_for_status()
    signed = "SELECT count(*) FROM certificate WHERE kind = 'person' AND token IS NOT NULL"
    for _ in range(SIGNED_WITHIN * 10):
        if await opened.pool.fetchval(signed):
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the pass led to no certificate")


async def _pad_courses(opened: Platform) -> None:
    """As many courses as a page holds."""
    await opened.pool.execute(
        """INSERT INTO course (id, issuer_id, code, title_zh_hant, title_en, title_en_status,
               cef_reimbursable, family, position, revision)
           SELECT gen_random_uuid(), c.issuer_id, 'PAD' || n, c.title_zh_hant, c.title_en,
               'unverified', false, c.family, 100 + n, 1
           FROM (SELECT * FROM course ORDER BY position LIMIT 1) AS c,
               generate_series((SELECT count(*) + 1 FROM course), 50) AS n"""
    )


async def _fill_register(opened: Platform, size: int) -> list[str]:
    """Copies of a real certificate, each under a code and number of its own; answers some codes.

    Written past the foreign keys by a superuser: the register's size is what matters.
    """
    url = opened.settings.database_owner_url.replace("lms_owner@", "postgres@", 1)
    connection = await asyncpg.connect(db.plain_dsn(url))
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(COPIES, size)
        await connection.execute("VACUUM ANALYZE certificate")
        rows = await connection.fetch(
            "SELECT verification_code FROM certificate WHERE serial > 1000000 "
            "ORDER BY md5(verification_code) LIMIT $1",
            ASKED,
        )
    finally:
        await connection.close()
    return [row[0] for row in rows]
