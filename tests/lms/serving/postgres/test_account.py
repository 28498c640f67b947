import os
import pwd
from pathlib import Path

import pytest

from lms.serving.postgres import account
from lms.serving.postgres.account import account_for, current_name
from lms.serving.refusal import Refusal


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account.sys, "platform", "linux")


def nobody_there(_name: object) -> pwd.struct_passwd:
    raise KeyError


def test_an_ordinary_user_stays_who_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    monkeypatch.setattr(account, "current_name", lambda: "somebody")
    found = account_for(tmp_path)
    assert (found.name, found.uid, found.switched) == ("somebody", 4711, False)
    assert found.popen() == {}


@pytest.mark.usefixtures("root")
def test_root_becomes_somebody_without_rights_or_groups(tmp_path: Path):
    found = account_for(tmp_path / "absent")
    assert found.uid != 0
    assert found.popen() == {"user": found.uid, "group": found.gid, "extra_groups": []}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_an_existing_cluster_keeps_its_owner(tmp_path: Path):
    os.chown(tmp_path, 4711, 4712)
    found = account_for(tmp_path)
    assert (found.uid, found.gid, found.switched) == (4711, 4712, True)


@pytest.mark.usefixtures("root")
def test_root_without_such_an_account_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(pwd, "getpwnam", nobody_there)
    with pytest.raises(Refusal, match="neither an account 'postgres' nor 'nobody'"):
        account_for(tmp_path / "absent")


@pytest.mark.usefixtures("root")
def test_root_elsewhere_than_on_linux_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(account.sys, "platform", "darwin")
    with pytest.raises(Refusal, match="on Linux only"):
        account_for(tmp_path)


def test_a_user_without_a_name_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pwd, "getpwuid", nobody_there)
    with pytest.raises(Refusal, match="has no name on this machine"):
        current_name()
