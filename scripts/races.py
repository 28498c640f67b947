"""Two writers on one centre, over HTTP, each at a server process of its own.

    python -m scripts.races [centres per scenario, 300 unless told]

For each scenario: passes that each reach nine tenths, passes that only together do, a pass against
a new hire. A pass here is an award that a second person approves, which is decided in the request.
Ends with 1 if a certificate was issued twice or missed, or a change was lost, or if the plain model
of the tests decides otherwise on the same changes in the order of their sequence numbers.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx

from certs.awards.permissions import DECIDE_AWARDS
from certs.awards.schemas import WithoutResultIn
from certs.awards.without_result import propose_without_result
from lms.app import Platform, platform
from lms.kernel.actor import Actor
from lms.kernel.clock import SystemClock
from lms.kernel.db import ISSUER_REACH
from lms.kernel.ids import new_token
from lms.migrating import migrate
from lms.orgs.staff import service as staff
from lms.orgs.staff.service import StaffFacts
from lms.people.grants.roles import Role
from lms.serving.postgres.cluster import APPLICATION, OWNER
from lms.serving.postgres.ephemeral import ephemeral_cluster
from lms.settings import Settings
from scripts.bench.processes import ROOT, free_port
from tests.builders.people import a_person, signed_in
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.replay import UntoldError, replay
from tests.certs.centres.world import World, a_world

EACH, TOGETHER, HIRE = "each reaches nine tenths", "only together", "a pass against a hire"
SCENARIOS = {EACH: (10, 8), TOGETHER: (10, 7), HIRE: (10, 8)}
AT_ONCE = 8
START_PATIENCE = 60.0
FULL = 300


@dataclass(frozen=True, slots=True)
class Race:
    """One centre and its two requests: (path, body) each."""

    scenario: str
    centre_id: UUID
    requests: tuple[tuple[str, dict[str, object]], tuple[str, dict[str, object]]]


@dataclass(slots=True)
class Findings:
    """What must all be nothing, and how often each scenario issued."""

    doubled: int = 0
    missed: int = 0
    lost: int = 0
    otherwise: list[str] = field(default_factory=list)
    issued: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not (self.doubled or self.missed or self.lost or self.otherwise)


@asynccontextmanager
async def two_servers(chosen: Settings) -> AsyncIterator[tuple[str, str]]:
    """Two API processes on one database, as behind a proxy."""
    started = [_serve(chosen, port) for port in (free_port(), free_port())]
    try:
        for url, process in started:
            await _ready(url, process)
        yield started[0][0], started[1][0]
    finally:
        for _, process in started:
            process.terminate()
        for _, process in started:
            process.wait(START_PATIENCE)


def _serve(chosen: Settings, port: int) -> tuple[str, subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "LMS_ENV": chosen.env.value,
        "LMS_DATABASE_URL": chosen.database_url,
        "LMS_DATABASE_OWNER_URL": chosen.database_owner_url,
        "LMS_DATA_DIR": str(chosen.data_dir),
        "LMS_SECRET": chosen.secret.get_secret_value(),
    }
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
        *("--workers-kill-timeout", "8"),
        "lms.app:create_app",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return f"http://127.0.0.1:{port}", process


async def _ready(url: str, process: subprocess.Popen[bytes]) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(int(START_PATIENCE * 10)):
            if process.poll() is not None:
                raise RuntimeError(f"a server ended with {process.returncode}")
            try:
                if (await client.get(f"{url}/health/ready")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"no answer from {url}")


async def prepare(world: World, proposer: Actor, scenario: str) -> Race:
    """A registered centre just below nine tenths, and the two requests that wait."""
    size, qualified = SCENARIOS[scenario]
    centre_id = await world.centre()
    people = await a_crowd(world, centre_id, size=size, qualified=qualified)
    first = await _a_pass(world, proposer, people[qualified])
    if scenario == HIRE:
        return Race(scenario, centre_id, (first, await _a_hire(world, centre_id)))
    return Race(scenario, centre_id, (first, await _a_pass(world, proposer, people[qualified + 1])))


async def _a_pass(world: World, proposer: Actor, person_id: UUID) -> tuple[str, dict[str, object]]:
    wanted = WithoutResultIn(
        person_ids=[person_id],
        course_code="CPCS",
        version_id=world.courses["CPCS"],
        from_day=world.today,
        ground="a paper exam",
    )
    async with world.works.write(proposer) as work:
        proposal = await propose_without_result(work, wanted)
    return f"/api/v1/proposals/{proposal.id}/approval", {"reason": "agreed"}


async def _a_hire(world: World, centre_id: UUID) -> tuple[str, dict[str, object]]:
    world.numbers += 1
    async with world.write() as work:
        facts = StaffFacts(f"H{world.numbers}", None, "Newly Hired")
        record = await staff.add(work, world.organisation_id, facts)
    path = f"/api/v1/organisations/{world.organisation_id}/staff/{record.id}/assignments"
    return path, {"centre_id": str(centre_id)}


async def run(race: Race, clients: Sequence[httpx.AsyncClient]) -> int:
    """Send both requests at once, one to each server; answers how many were refused."""
    answers = await asyncio.gather(
        *(
            client.post(path, json=body)
            for client, (path, body) in zip(clients, race.requests, strict=True)
        )
    )
    for answer in answers:
        if not answer.is_success:
            print(f"refused: {answer.status_code} {answer.text}", file=sys.stderr)
    return sum(not answer.is_success for answer in answers)


async def judge(world: World, race: Race, findings: Findings) -> None:
    """Compare what was decided with what the plain model decides on the same changes."""
    size, qualified = SCENARIOS[race.scenario]
    decided = await world.decisions(race.centre_id)
    try:
        expected, changes = await replay(world, race.centre_id, size=size, qualified=qualified)
    except UntoldError as untold:
        findings.otherwise.append(f"{race.scenario}: {untold}")
        return
    findings.issued[race.scenario] += len(decided)
    findings.lost += 2 - changes
    findings.doubled += len(decided) > len(expected)
    findings.missed += len(decided) < len(expected)
    if decided != expected:
        findings.otherwise.append(f"{race.scenario}: decided {decided}, expected {expected}")


async def races(chosen: Settings, centres: int) -> Findings:
    """Run `centres` races of each scenario on a migrated, empty database."""
    findings = Findings()
    async with platform(chosen, SystemClock()) as opened:
        world = await a_world(opened.works, opened.works.clock)
        rights = {DECIDE_AWARDS: None}
        proposer = Actor("person", world.deciders[0], rights, reach=ISSUER_REACH)
        admin = await _an_admin(opened)
        prepared = [
            await prepare(world, proposer, scenario)
            for scenario in SCENARIOS
            for _ in range(centres)
        ]
        async with two_servers(chosen) as urls:
            findings.lost += await _run_all(opened, admin, prepared, urls)
        for race in prepared:
            await judge(world, race, findings)
    return findings


async def _run_all(
    opened: Platform, admin: UUID, prepared: Sequence[Race], urls: tuple[str, str]
) -> int:
    refused = 0
    async with httpx.AsyncClient(timeout=60) as one, httpx.AsyncClient(timeout=60) as other:
        for url, client in zip(urls, (one, other), strict=True):
            client.base_url = httpx.URL(url)
        for start in range(0, len(prepared), AT_ONCE):
            headers = await signed_in(opened, admin)
            one.headers.update(headers)
            other.headers.update(headers)
            batch = prepared[start : start + AT_ONCE]
            refused += sum(await asyncio.gather(*(run(race, (one, other)) for race in batch)))
    return refused


async def _an_admin(opened: Platform) -> UUID:
    async with opened.works.write(Actor.system("races")) as work:
        return (await a_person(work, role=Role.ADMIN)).id


async def _on_a_cluster_of_its_own(centres: int) -> Findings:
    with ephemeral_cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        owner = cluster.url(OWNER)
        await migrate(owner, app_role=APPLICATION)
        chosen = Settings(
            env="test",
            database_url=cluster.url(),
            database_owner_url=owner,
            data_dir=Path(folder),
            secret=new_token(),
        )
        return await races(chosen, centres)


def main() -> None:
    centres = int(sys.argv[1]) if len(sys.argv) > 1 else FULL
    findings = asyncio.run(_on_a_cluster_of_its_own(centres))
    print(f"{centres} centres in each of {len(SCENARIOS)} scenarios, two servers, two writers")
    for scenario in SCENARIOS:
        print(f"  {scenario}: {findings.issued[scenario]} certificates")
    print(
        f"doubled {findings.doubled}, missed {findings.missed}, lost {findings.lost}, "
        f"decided otherwise than the plain model {len(findings.otherwise)}"
    )
    for line in findings.otherwise[:20]:
        print(f"  {line}")
    sys.exit(0 if findings.clean else 1)


if __name__ == "__main__":
    main()
