"""`dondoc check`: what is well, what is not, and what to do."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.states import DraftState
from bot.intake.raw import ALLOWED_UPDATES
from bot.storage import drafts
from bot.storage.engine import Database
from tests import factories
from tests.cli.conftest import USERNAME, as_if_newer, as_if_older, in_sqlite, sqlite_url
from tests.conftest import TOKEN

OTHER_TOKEN = "7000000002:another-token-that-telegram-does-not-know"


async def test_check_when_all_is_well(dondoc, write_config, sandbox, database_url):
    config = write_config(database_url, api_base_url=sandbox.url)
    told = await asyncio.to_thread(dondoc, "check", "--config", config)
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", "configuration"],
        ["ok", "database"],
        ["ok", "inbox"],
        ["ok", "unplaced"],
        ["ok", "outbox"],
        ["ok", "ticks"],
        ["ok", "record"],
        ["ok", "audit"],
        ["ok", "telegram"],
        ["ok", "intake"],
    ]
    assert f"@{USERNAME}" in lines[-2]
    assert "Dondoc asks Telegram; 0 updates held" in lines[-1]


async def test_check_makes_no_database(dondoc, write_config, sandbox, tmp_path):
    config = write_config(api_base_url=sandbox.url)
    told = await asyncio.to_thread(dondoc, "check", "--config", config)
    assert told.code == 0
    assert "is empty" in told.out
    assert not (tmp_path / "data").exists()


async def test_check_names_every_fault(dondoc, write_config, sandbox, sqlite_template, tmp_path):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    as_if_newer(file)
    config = write_config(sqlite_url(file), api_base_url=sandbox.url, token=OTHER_TOKEN)
    told = await asyncio.to_thread(dondoc, "check", "--json", "--config", config)
    assert told.code == 1
    assert OTHER_TOKEN.partition(":")[2] not in told.out
    answer = json.loads(told.out)
    assert answer["ok"] is False
    items = {item["name"]: item for item in answer["items"]}
    assert items["configuration"]["ok"] is True
    assert items["database"]["ok"] is False
    assert "newer version" in items["database"]["sentence"]
    assert items["telegram"]["ok"] is False
    assert "@BotFather" in items["telegram"]["sentence"]


def test_check_names_db_upgrade_for_an_older_database(
    dondoc, write_config, sqlite_template, tmp_path
):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    as_if_older(file)
    told = dondoc("check", "--config", write_config(sqlite_url(file)))
    assert told.code == 1
    assert "`dondoc db upgrade`" in told.out


def test_check_when_nothing_can_be_reached(dondoc, write_config):
    config = write_config("postgresql://office:hush-hush@127.0.0.1:9/dondoc")
    told = dondoc("check", "--config", config)
    assert (told.code, told.err) == (1, "")
    faults = [line for line in told.out.splitlines() if line.startswith("FAULT")]
    assert [line.split()[1] for line in faults] == ["database", "telegram"]
    assert "hush-hush" not in told.out
    assert "check the network" in told.out


def test_check_with_unusable_settings(dondoc, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[office]\n[delivery]\nconnections = 0\n")
    told = dondoc("check", "--json", "--config", path)
    assert told.code == 1
    (item,) = json.loads(told.out)["items"]
    assert "office.name is missing" in item["sentence"]
    assert "delivery.connections" in item["sentence"]


def test_check_asks_for_a_token(dondoc, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(f'[office]\nname = "Sở"\n[database]\nurl = "sqlite:///{tmp_path}/d.db"\n')
    told = dondoc("check", "--config", path)
    assert told.code == 1
    assert "there is no token" in told.out


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_check_says_when_others_can_read_the_token(dondoc, write_config, mode):
    config = write_config()
    config.chmod(mode)
    told = dondoc("check", "--config", config)
    assert ("chmod 600" in told.out) == (mode == 0o644)


def test_check_counts_what_waits_for_people(dondoc, write_config, sqlite_template, tmp_path):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    in_sqlite(
        file,
        "INSERT INTO updates (bot_id, update_id, chat_key, body, state, tries, next_try_at,"
        " received_at) VALUES (1, 1, 1, '{}', 'parked', 8, '2026-01-01', '2026-01-01')",
    )
    in_sqlite(
        file,
        "INSERT INTO chats (id, telegram_id, kind, title, language, staff_group)"
        " VALUES (1, 1, 'private', '', 'vi', 0)",
    )
    for key in "ab":
        in_sqlite(
            file,
            "INSERT INTO outbox_messages (kind, lane, chat_id, key, parameters, state, send_at,"
            " attempts, uncertain_attempts, created_at, finished_at)"
            f" VALUES ('notice', '1_answer', 1, '{key}',"
            " '{}', 'uncertain', '2026-01-01', 1, 1, '2026-01-01', '2026-01-01')",
        )
    told = dondoc("check", "--config", write_config(sqlite_url(file)))
    assert "1 update could not be handled" in told.out
    assert "2 messages may or may not have arrived" in told.out
    assert TOKEN.partition(":")[2] not in told.out


@pytest.mark.parametrize(
    ("looked", "hangs", "runs", "verdict", "said"),
    [
        (1, False, True, "ok", "was last looked at"),
        (10, False, True, "FAULT", "although Dondoc runs"),
        (1, True, True, "FAULT", '"prune" has not run since'),
        (10, True, False, "ok", "Dondoc does not run"),
    ],
)
def test_check_says_whether_the_ticks_run(
    dondoc, write_config, sqlite_template, tmp_path, looked, hangs, runs, verdict, said
):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    now = datetime.now(UTC)

    def keep(name: str, value: dict[str, str]) -> None:
        in_sqlite(
            file,
            f"INSERT INTO kept_values VALUES ('{name}', '{json.dumps(value)}', '2026-01-01')",
        )

    keep("ticked", {"at": (now - timedelta(minutes=looked)).isoformat()})
    if hangs:
        keep("tick_hangs", {"tick": "prune", "since": now.isoformat()})
    until = now + timedelta(minutes=10 if runs else -10)
    in_sqlite(
        file,
        "INSERT INTO leases (name, holder, epoch, expires_at)"
        f" VALUES ('worker', 'somebody', 1, '{until:%Y-%m-%d %H:%M:%S.%f}')",
    )
    told = dondoc("check", "--config", write_config(sqlite_url(file)))
    (line,) = [line for line in told.out.splitlines() if line.split()[1] == "ticks"]
    assert line.startswith(verdict)
    assert said in line


def test_check_says_when_nobody_could_approve(dondoc, write_config, sqlite_template, tmp_path):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    config = write_config(sqlite_url(file), more='[issue]\napproval = "all"\n')
    told = dondoc("check", "--config", config)
    assert "issue.approval is all, but 0 may issue" in told.out
    for number in (1, 2):
        in_sqlite(
            file,
            "INSERT INTO persons (id, telegram_id, name, language, created_at)"
            f" VALUES ({number}, {number}, 'Mai', 'vi', '2026-01-01')",
        )
        in_sqlite(
            file,
            "INSERT INTO staff (person_id, role, added_at)"
            f" VALUES ({number}, 'sender', '2026-01-01')",
        )
    assert "issue.approval" not in dondoc("check", "--config", config).out


async def test_check_names_plans_of_reminders_that_the_settings_lost(
    dondoc, write_config, database_url
):
    names = ("Dày", "Cũ", "Lạ", "Mẫu", "Việc", "Xong", "Bỏ")
    database = Database(database_url)
    async with database.write() as session:
        unit = await factories.create_unit(session)
        author = await factories.create_staff(session)
        directive, of_task, of_old = [
            await factories.create_directive(session, [unit], tasks=1, closed_at=closed_at)
            for closed_at in (None, None, factories.NOON)
        ]
        template, draft, dropped = [
            await factories.create_draft(session, author, tasks=1, state=state)
            for state in (DraftState.TEMPLATE, DraftState.OPEN, DraftState.DROPPED)
        ]
        (task,) = await drafts.tasks(session, draft.id)
        having = (draft, directive.directive, task, template, of_task.tasks[0])
        for row, name in zip((*having, of_old.directive, dropped), names, strict=True):
            row.reminder_plan = name
    await database.close()
    told = await asyncio.to_thread(dondoc, "check", "--config", write_config(database_url))
    assert "FAULT  reminders" in told.out
    assert "reminders.plans does not have Cũ, Lạ, Mẫu, Việc, which" in told.out
    more = "".join(f'[reminders.plans."{name}"]\n' for name in names[:5])
    config = write_config(database_url, more=more)
    told = await asyncio.to_thread(dondoc, "check", "--config", config)
    assert "reminders.plans" not in told.out


async def test_check_names_what_must_never_be(
    dondoc, write_config, sandbox, sqlite_template, tmp_path
):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    in_sqlite(
        file,
        "INSERT INTO cards (id, kind, subject_id, chat_id) VALUES (31, 'directive', 1, 1),"
        " (32, 'directive', 2, 1), (33, 'draft', 1, 1)",
    )
    config = write_config(sqlite_url(file), api_base_url=sandbox.url)
    told = await asyncio.to_thread(dondoc, "check", "--json", "--config", config)
    assert told.code == 1
    faults = [item for item in json.loads(told.out)["items"] if not item["ok"]]
    assert [item["name"] for item in faults] == ["audit"]
    assert "first sending: 2 (card ids 31, 32)" in faults[0]["sentence"]


WEBHOOK = 'mode = "webhook"\n[web]\npublic_url = "http://127.0.0.1:9"\n'


async def intake_of(dondoc, config) -> tuple[bool, str]:
    """What is said of the way updates come."""
    told = await asyncio.to_thread(dondoc, "check", "--json", "--config", config)
    (item,) = (item for item in json.loads(told.out)["items"] if item["name"] == "intake")
    return item["ok"], item["sentence"]


async def test_check_compares_the_webhook_with_the_settings(dondoc, write_config, sandbox):
    config = write_config(api_base_url=sandbox.url, more=WEBHOOK)
    ok, sentence = await intake_of(dondoc, config)
    assert not ok
    assert "not told to send to http://127.0.0.1:9/telegram (url, " in sentence
    webhook = sandbox.bot().webhook
    webhook.url = "http://127.0.0.1:9/telegram"
    sandbox.bot().queue.allowed = frozenset(ALLOWED_UPDATES)
    assert await intake_of(dondoc, config) == (
        True, "Telegram sends to http://127.0.0.1:9/telegram; 0 updates held at Telegram"
    )  # fmt: skip
    polling = write_config(api_base_url=sandbox.url)
    ok, sentence = await intake_of(dondoc, polling)
    assert not ok
    assert "`dondoc run` ends that" in sentence


@pytest.mark.parametrize(
    ("complaint", "advice"),
    [
        ("Wrong response from the webhook: 403 Forbidden", "sets the webhook anew"),
        ("Wrong response from the webhook: 503 Service Unavailable", "database"),
        ("SSL error {certificate verify failed}", "certificate"),
        ("Connection refused", "web.host and web.port"),
    ],
)
async def test_check_says_what_telegram_complains_of(
    dondoc, write_config, sandbox, complaint, advice
):
    webhook = sandbox.bot().webhook
    webhook.url = "http://127.0.0.1:9/telegram"
    sandbox.bot().queue.allowed = frozenset(ALLOWED_UPDATES)
    webhook.last_error_message, webhook.last_error_date = complaint, int(time.time()) - 120
    config = write_config(api_base_url=sandbox.url, more=WEBHOOK)
    ok, sentence = await intake_of(dondoc, config)
    assert not ok
    assert f"2 min ago it met: {complaint}; " in sentence
    assert advice in sentence
    webhook.last_error_date -= 3600
    assert (await intake_of(dondoc, config))[0]


async def test_check_names_another_program_with_the_token(
    dondoc, write_config, sandbox, sqlite_template, tmp_path
):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    in_sqlite(
        file,
        "INSERT INTO kept_values (name, value, kept_at) VALUES"
        " ('telegram_conflict', '{\"since\": \"2026-10-06T05:00\"}', '2026-10-06')",
    )
    config = write_config(sqlite_url(file), api_base_url=sandbox.url)
    told = await asyncio.to_thread(dondoc, "check", "--config", config)
    assert told.code == 1
    assert "another program takes updates with this token, noticed 2026-10-06T05:00" in told.out


async def test_check_says_how_long_telegram_holds_the_bot(
    dondoc, write_config, sandbox, sqlite_template, tmp_path
):
    file = tmp_path / "dondoc.db"
    shutil.copyfile(sqlite_template, file)
    until = (datetime.now(UTC) + timedelta(minutes=29, seconds=30)).isoformat()
    in_sqlite(
        file,
        "INSERT INTO kept_values (name, value, kept_at) "
        f"""VALUES ('sending_held', '{{"until": "{until}"}}', '2026-11-28 00:00:00')""",
    )
    config = write_config(sqlite_url(file), api_base_url=sandbox.url)
    told = await asyncio.to_thread(dondoc, "check", "--config", config)
    assert told.code == 0
    assert "told the bot to wait 30 more minutes" in told.out
