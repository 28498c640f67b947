from pathlib import Path

import asyncpg
import pytest

from lms.serving.postgres.cluster import OWNER, Cluster
from lms.serving.postgres.upgrade import upgrade
from lms.serving.refusal import Refusal

pytestmark = pytest.mark.processes


async def ask(cluster: Cluster, question: str) -> object:
    connection = await asyncpg.connect(cluster.url(OWNER, driver=""), timeout=10)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_data_of_an_older_major_is_moved_and_the_old_cluster_kept(tmp_path: Path):
    old = Cluster(tmp_path, durable=False, major=16)
    old.start()
    await ask(old, "CREATE TABLE kept AS SELECT 42 AS answer")
    old.stop()
    with pytest.raises(Refusal, match="upgrade-postgres"):
        Cluster(tmp_path).start()
    # as an upgrade leaves it that is killed between its two renames
    old.folder.cluster.rename(old.folder.postgres / "cluster-16")
    with pytest.raises(Refusal, match=r"interrupted.*upgrade-postgres"):
        Cluster(tmp_path).start()

    kept = upgrade(tmp_path)

    assert (kept / "data" / "PG_VERSION").read_text().strip() == "16"
    new = Cluster(tmp_path, durable=False)
    new.start()
    assert await ask(new, "SELECT answer FROM kept") == 42
    new.stop()
    assert not (tmp_path / "postgres" / "upgrading").exists()


def test_there_must_be_something_to_move(tmp_path: Path):
    with pytest.raises(Refusal, match="no embedded PostgreSQL"):
        upgrade(tmp_path)


def test_current_data_is_left_alone(tmp_path: Path):
    version = tmp_path / "postgres" / "cluster" / "data" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("18\n")
    with pytest.raises(Refusal, match="already"):
        upgrade(tmp_path)


def test_data_that_no_program_reads_is_refused_with_the_way_out(tmp_path: Path):
    version = tmp_path / "postgres" / "cluster" / "data" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("13\n")
    with pytest.raises(Refusal, match="pg_dump"):
        upgrade(tmp_path)
