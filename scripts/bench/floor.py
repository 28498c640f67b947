"""The bench's floor: a bare Litestar + asyncpg app that does the same requests and nothing more.

No token, no rights, no audit, no events, no revision: plain INSERT, UPDATE and SELECT by key. What
the product costs above it is the price of what it promises.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
from litestar import Litestar, get, post, put
from litestar.datastructures import State

QUESTIONS = 40
COURSES = 50
SCHEMA = """
    CREATE TABLE course (id int PRIMARY KEY, code text, title_zh_hant text, title_en text,
        cef_reimbursable bool, family text, role_level text);
    CREATE TABLE question (id int PRIMARY KEY, body text);
    CREATE TABLE attempt (id uuid PRIMARY KEY, state text, score int) WITH (fillfactor = 60);
    CREATE TABLE item (attempt_id uuid, position int, question_id int, answer text,
        PRIMARY KEY (attempt_id, position)) WITH (fillfactor = 60);
    CREATE TABLE certificate (code text PRIMARY KEY, holder text, course text, issued_on date,
        last_day date, status text);
"""


class Answer(msgspec.Struct):
    answer: list[str]


def question_body(number: int) -> str:
    """A question as long as a bilingual one of the demonstration bank."""
    stem = {"zh_hant": "顧客投訴時，首先應該做甚麼？" * 2, "en": "What comes first? " * 4}
    options = [
        {"id": key, "zh_hant": "細心聆聽並確認問題", "en": "Listen and confirm the problem"}
        for key in "abcd"
    ]
    return json.dumps({"number": number, "stem": stem, "options": options}, ensure_ascii=False)


async def fill(pool: asyncpg.Pool) -> None:
    """Make the tables and their fixed rows."""
    await pool.execute(SCHEMA)
    await pool.executemany(
        "INSERT INTO course VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (n, f"C{n:03}", "傑出顧客服務證書", "Professional Service", n % 2 == 0, "service", None)
            for n in range(COURSES)
        ],
    )
    await pool.executemany(
        "INSERT INTO question VALUES ($1, $2)", [(n, question_body(n)) for n in range(QUESTIONS)]
    )
    await pool.execute(
        """INSERT INTO certificate SELECT 'CODE' || n, '陳大文 CHAN Tai Man', 'CPCS',
           '2026-01-01', '2027-12-31', 'issued' FROM generate_series(1, 1000) AS n"""
    )


@get("/courses")
async def courses(state: State) -> list[dict[str, Any]]:
    rows = await state.pool.fetch("SELECT * FROM course ORDER BY id LIMIT 50")
    return [dict(row) for row in rows]


@get("/verify/{code:str}")
async def verify(code: str, state: State) -> dict[str, Any]:
    return dict(await state.pool.fetchrow("SELECT * FROM certificate WHERE code = $1", code))


@post("/attempts")
async def start(state: State) -> dict[str, Any]:
    attempt_id = uuid4()
    async with state.pool.acquire() as connection, connection.transaction():
        await connection.execute("INSERT INTO attempt VALUES ($1, 'open', NULL)", attempt_id)
        await connection.execute(
            "INSERT INTO item SELECT $1, n, n, NULL FROM generate_series(0, $2 - 1) AS n",
            attempt_id,
            QUESTIONS,
        )
    return {"id": attempt_id}


@get("/attempts/{attempt_id:uuid}")
async def read(attempt_id: UUID, state: State) -> list[dict[str, Any]]:
    rows = await state.pool.fetch(
        """SELECT i.position, q.body, i.answer FROM item AS i JOIN question AS q
           ON q.id = i.question_id WHERE i.attempt_id = $1 ORDER BY i.position""",
        attempt_id,
    )
    return [{**dict(row), "body": json.loads(row["body"])} for row in rows]


@put("/attempts/{attempt_id:uuid}/answers/{position:int}")
async def save(attempt_id: UUID, position: int, data: Answer, state: State) -> dict[str, int]:
    await state.pool.execute(
        "UPDATE item SET answer = $3 WHERE attempt_id = $1 AND position = $2",
        attempt_id,
        position,
        ",".join(data.answer),
    )
    return {"position": position}


@post("/attempts/{attempt_id:uuid}/submission")
async def submit(attempt_id: UUID, state: State) -> dict[str, Any]:
    async with state.pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(
            "SELECT position, answer FROM item WHERE attempt_id = $1", attempt_id
        )
        score = sum(row["answer"] == "a" for row in rows)
        await connection.execute(
            "UPDATE attempt SET state = 'sealed', score = $2 WHERE id = $1", attempt_id, score
        )
    return {"state": "sealed", "score": score}


def create_app() -> Litestar:
    """The floor's application; its database is named by FLOOR_DSN."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=1, max_size=10) as pool:
            app.state.pool = pool
            yield

    return Litestar(
        [courses, verify, start, read, save, submit],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )
