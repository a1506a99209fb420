"""Settings that cannot be used: every fault at once, in plain words."""

from __future__ import annotations

import sqlite3

import pytest

from bot.commands.console import Fault
from bot.commands.opening import database_faults, settings
from tests.conftest import TOKEN


def test_every_fault_of_the_settings_is_named_at_once(dondoc, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[office]\nlanguage = "fr"\n[telegram]\ntoken = "123:short"\ntokn = "x"\n')
    told = dondoc("run", "--config", path)
    assert told.code == 1
    assert told.out == ""
    for fault in ("office.name is missing", "office.language", "did you mean token?"):
        assert fault in told.err
    assert "telegram.token: this is not a bot token" in told.err
    assert "123:short" not in told.err


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "db upgrade",
        "db backup",
        "db restore x --yes",
        "staff add",
        "units import x.csv",
        "invite add A",
        "invite list",
        "invite revoke 1",
        "invite sheet --group G x.pdf",
    ],
)
def test_missing_settings_are_one_sentence(dondoc, tmp_path, command):
    path = tmp_path / "nowhere.toml"
    told = dondoc("--config", path, *command.split())
    assert told.code == 1
    assert told.err.count("\n") == 1
    assert f"{path}: there is no such file: copy config.example.toml" in told.err


def test_the_environment_names_the_settings(dondoc, tmp_path, monkeypatch):
    monkeypatch.setenv("DONDOC_CONFIG", str(tmp_path / "elsewhere.toml"))
    assert "elsewhere.toml: there is no such file" in dondoc("run").err
    assert "nearer.toml: there" in dondoc("run", "--config", tmp_path / "nearer.toml").err


def test_a_directory_is_no_settings(dondoc, tmp_path):
    told = dondoc("run", "--config", tmp_path)
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "is a directory" in told.err


def test_settings_that_are_no_toml(dondoc, tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    told = dondoc("run", "--config", path)
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "cannot be read" in told.err


def test_a_missing_token_is_one_sentence(dondoc, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(f'[office]\nname = "Sở"\n[database]\nurl = "sqlite:///{tmp_path / "d.db"}"\n')
    told = dondoc("run", "--config", path)
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "token is missing" in told.err
    assert "@BotFather" in told.err
    assert not (tmp_path / "d.db").exists()


@pytest.mark.parametrize(("mode", "code"), [(0o644, 1), (0o640, 1), (0o600, 0)])
def test_a_token_file_others_can_read_is_refused(dondoc, tmp_path, mode, code):
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    secret.chmod(mode)
    path = tmp_path / "config.toml"
    path.write_text(
        f'[office]\nname = "Sở"\n[database]\nurl = "sqlite:///{tmp_path / "d.db"}"\n'
        '[telegram]\ntoken_file = "token"\n'
    )
    told = dondoc("staff", "add", "--config", path)
    assert told.code == code
    assert ("chmod 600" in told.err) == (code == 1)


@pytest.mark.parametrize(
    "url",
    ["postgresql://office:hush-hush@127.0.0.1:9/dondoc", "sqlite:////dev/null/x/dondoc.db"],
)
def test_a_database_out_of_reach_is_one_sentence(dondoc, write_config, url):
    for command in (("staff", "add"), ("db", "upgrade")):
        told = dondoc(*command, "--config", write_config(url))
        assert (told.code, told.err.count("\n")) == (1, 1)
        assert "cannot be used" in told.err or "the upgrade failed" in told.err
        assert "hush-hush" not in told.err


def test_a_database_file_that_is_none(dondoc, write_config, tmp_path):
    file = tmp_path / "dondoc.db"
    file.write_bytes(b"this is a shopping list " * 50)
    before = file.read_bytes()
    for command in (("staff", "add"), ("db", "upgrade"), ("db", "backup")):
        told = dondoc(*command, "--config", write_config(f"sqlite:///{file}"))
        assert (told.code, told.err.count("\n")) == (1, 1)
        assert "file is not a database" in told.err
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("calendar", "fault"),
    [
        ('country = "XX"', "calendar.country: 'XX' is not a known country, such as VN"),
        ("working_hours = []", "calendar: quiet_hours leave nothing of working_hours"),
        ('working_hours = ["20:00-22:00"]', "calendar: quiet_hours leave nothing of working_hours"),
    ],
)
def test_a_calendar_that_never_works_is_one_sentence(dondoc, write_config, calendar, fault):
    path = write_config(more=f"[calendar]\n{calendar}\n")
    for command in (("run",), ("calendar", "list"), ("staff", "list")):
        told = dondoc(*command, "--config", path)
        assert (told.code, told.err) == (1, f"dondoc: {path}: {fault}\n")
    assert f"FAULT  configuration  {path}: {fault}" in dondoc("check", "--config", path).out


def test_settings_that_may_not_be_looked_at_are_one_sentence(dondoc, tmp_path):
    path = tmp_path / ("n" * 300)  # also refused to those who may enter every directory
    told = dondoc("check", "--config", path)
    assert (told.code, told.err) == (1, "")
    assert told.out == f"FAULT  configuration  {path} cannot be read: File name too long\n"


def test_a_database_that_cannot_be_made_is_told_before_the_first_start(dondoc, write_config):
    told = dondoc("check", "--config", write_config("sqlite:////dev/null/x/dondoc.db"))
    assert (
        "FAULT  database       sqlite:////dev/null/x/dondoc.db cannot be made: see that" in told.out
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (sqlite3.OperationalError("database or disk is full"), "full; make room on its disk"),
        (OSError(28, "No space left on device", "d.db"), "device; make room on its disk"),
        (
            sqlite3.OperationalError("attempt to write a readonly database"),
            "database; see that the user who runs this may read and write the file and its "
            "directory",
        ),
        (
            PermissionError(13, "Permission denied", "data/d.db"),
            "cannot be used: data/d.db: Permission denied; see that the user who runs this may "
            "read and write the file and its directory",
        ),
        (ConnectionRefusedError(111, "refused"), "refused; check database.url in the settings"),
    ],
)
def test_a_fault_of_the_database_says_what_to_do(write_config, error, sentence):
    with pytest.raises(Fault) as caught, database_faults(settings(write_config())):
        raise error
    assert str(caught.value).endswith(sentence)
