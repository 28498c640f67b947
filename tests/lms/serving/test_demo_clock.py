from pathlib import Path

import pytest

from lms.serving.database import addressed
from lms.serving.demo_clock import refuse_moved_clock
from lms.serving.postgres.cluster import Cluster
from lms.serving.refusal import Refusal
from lms.settings import Settings


def moved(folder: Path) -> Settings:
    return Settings(env="demo", data_dir=folder, clock_offset_seconds=86400)


def test_a_folder_made_by_a_demonstration_may_move_its_clock(tmp_path: Path):
    refuse_moved_clock(Settings(env="demo", data_dir=tmp_path / "new"))
    (tmp_path / "new" / "something").touch()
    refuse_moved_clock(moved(tmp_path / "new"))


def test_a_folder_of_real_use_never_moves_its_clock(tmp_path: Path):
    (tmp_path / "something").touch()
    refuse_moved_clock(Settings(env="demo", data_dir=tmp_path))
    with pytest.raises(Refusal, match="not made with LMS_ENV=demo"):
        refuse_moved_clock(moved(tmp_path))


@pytest.mark.parametrize("depth", [1, 60])
def test_a_database_elsewhere_never_moves_its_clock(tmp_path: Path, depth: int):
    folder = tmp_path / ("long" * depth)
    refuse_moved_clock(Settings(env="demo", data_dir=folder))
    away = {"database_url": "postgresql+asyncpg://me@db/lms"}
    with pytest.raises(Refusal, match="a database elsewhere"):
        refuse_moved_clock(moved(folder).model_copy(update=away))
    (folder / "postgres").mkdir()
    own = addressed(moved(folder), Cluster(folder))  # what `serve` hands to its processes
    refuse_moved_clock(own)
    with pytest.raises(Refusal, match="a database elsewhere"):
        refuse_moved_clock(own.model_copy(update=away))


def test_no_other_folder_is_marked(tmp_path: Path):
    refuse_moved_clock(Settings(env="development", data_dir=tmp_path / "new"))
    assert not (tmp_path / "new").exists()
