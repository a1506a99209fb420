"""What is logged, how it looks, and above all what is not."""

import io
import json
import logging
import sys
import threading
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import LogForm, Redaction, configure

SECRET = "CANARYabcdefghijklmnopqrstuvwxyz_-0"
TOKEN = f"4839574812:{SECRET}"
OTHER_TOKEN = "987654321:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcK"
PASSWORD = "mật khẩu+/?"


@pytest.fixture
def logs(monkeypatch):
    """Set logging up on a stream of our own; everything is put back afterwards."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    manager = logging.Logger.manager
    levels = {name: logging.getLogger(name).level for name in [*manager.loggerDict, *QUIET]}
    root_level = root.level
    stream = io.StringIO()

    def start(form=LogForm.JSON, *, level="INFO", secrets=(TOKEN, PASSWORD)):
        configure(level=level, form=form, secrets=secrets, stream=stream)
        return stream

    yield start
    logging.captureWarnings(capture=False)
    root.setLevel(root_level)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


QUIET = ["aiohttp.access", "httpx", "httpcore", "telegram", "aiosqlite", "sqlalchemy.engine"]
FORMS = pytest.mark.parametrize("form", LogForm)
log = logging.getLogger("bot.test")


def test_json_line_holds_event_and_fields(logs):
    stream = logs()
    log.info("update_stored", extra={"update_id": 7, "kind": "tin nhắn", "again": False})
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "bot.test",
        "event": "update_stored",
        "update_id": 7,
        "kind": "tin nhắn",
        "again": False,
    }


def test_json_line_keeps_a_field_named_like_its_own(logs):
    stream = logs()
    log.info("x", extra={"level": "tỉnh"})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["level_"]) == ("info", "tỉnh")


def test_plain_line_holds_event_and_fields(logs):
    stream = logs(LogForm.PLAIN)
    log.warning("sent", extra={"chat": -5, "unit": "Sở Văn hoá", "code": "a"})
    assert stream.getvalue().endswith('Z WARNING  bot.test sent chat=-5 unit="Sở Văn hoá" code=a\n')


@FORMS
def test_traceback_is_told_once(logs, form):
    stream = logs(form)
    try:
        raise ValueError("không đọc được")
    except ValueError:
        log.exception("read_failed", stack_info=True)
    assert stream.getvalue().count("ValueError: không đọc được") == 1
    assert "Stack (most recent call last)" in stream.getvalue()


def leak_by_message():
    log.info(f"calling https://api.telegram.org/bot{TOKEN}/sendMessage")  # noqa: G004


def leak_by_arguments():
    log.info("calling %s with %r", f"/bot{TOKEN}/x", {"token": TOKEN})


def leak_by_wrong_arguments():
    log.info("calling %d %d", TOKEN)


def leak_by_named_arguments():
    log.info("calling %(url)s", {"url": TOKEN})


def leak_by_field():
    log.info("x", extra={"url": TOKEN, "nested": [{"deep": TOKEN}], "error": ValueError(TOKEN)})


def leak_by_traceback():
    try:
        try:
            raise OSError(f"cannot reach /bot{TOKEN}/x")
        except OSError as error:
            error.add_note(TOKEN)
            raise RuntimeError(TOKEN) from error
    except RuntimeError:
        log.exception("failed")


def leak_by_group():
    error = ExceptionGroup("many", [ValueError(TOKEN)])
    log.error("failed", exc_info=error)


def leak_by_encoded_url():
    log.info("calling /bot4839574812%%3A%s/x", SECRET)


def leak_by_half():
    log.info("the second half is %s", SECRET)


def leak_by_unknown_token():
    log.info("bot%s/", OTHER_TOKEN)


def leak_by_password():
    log.info("%s or m%%E1%%BA%%ADt%%20kh%%E1%%BA%%A9u%%2B%%2F%%3F", PASSWORD)


def leak_by_proxy():
    log.info("through http://user:sesame@proxy.example:3128/")


def leak_by_stack():
    fields = {"msg": "x", "levelno": logging.INFO, "levelname": "INFO", "stack_info": TOKEN}
    log.handle(logging.makeLogRecord(fields))


def leak_by_foreign_logger():
    logging.getLogger("some.library").error("GET %s", TOKEN)


def leak_by_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old: {TOKEN}", stacklevel=1)


def leak_by_uncaught():
    error = RuntimeError(TOKEN)
    sys.excepthook(type(error), error, None)


def leak_by_thread():
    def fail():
        raise RuntimeError(TOKEN)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def leak_by_destructor():
    class Fails:
        def __del__(self):
            raise RuntimeError(TOKEN)

    Fails()


LEAKS = [value for name, value in dict(globals()).items() if name.startswith("leak_by_")]
FORBIDDEN = [SECRET, OTHER_TOKEN, OTHER_TOKEN[10:], PASSWORD, "%E1%BA%ADt%20kh", "sesame"]


@FORMS
@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_secrets_are_hidden(logs, form, leak):
    stream = logs(form)
    leak()
    text = stream.getvalue()
    assert "<hidden>" in text
    assert not [word for word in FORBIDDEN if word in text]


def refused_row(then):
    """What PostgreSQL and SQLAlchemy say of a row that does not fit."""
    row = "Failing row contains (7, Kính gửi:\n\nBà sesame\nsesame)."
    return f"null value in column\nDETAIL:  {row}{then}"


@FORMS
def test_of_a_row_that_was_refused_no_line_is_logged(logs, form):
    stream = logs(form)
    words = refused_row("\n[SQL: INSERT INTO directives]")
    try:
        try:
            raise ValueError(refused_row(""))
        except ValueError as error:
            raise ExceptionGroup("two", [RuntimeError(words)]) from error
    except ExceptionGroup:
        log.exception("update_failed")
    text = stream.getvalue()
    assert "sesame" not in text
    assert "INSERT INTO directives" in text
    assert "The above exception" in text


def test_secrets_are_hidden_from_handlers_that_were_there_before(logs):
    lines = []
    before = logging.Handler()
    before.emit = lambda record: lines.append(f"{record.getMessage()} {vars(record)}")
    logging.getLogger().addHandler(before)
    logs()
    leak_by_arguments()
    leak_by_traceback()
    assert len(lines) == 2
    assert SECRET not in "".join(lines)


@given(
    before=st.text(),
    after=st.text(),
    digits=st.integers(1000, 10**12),
    tail=st.text("abcXYZ019_-", min_size=35, max_size=35),
)
def test_redaction_finds_a_token_anywhere(before, after, digits, tail):
    assert f"{digits}:{tail}" not in Redaction([]).clean(f"{before}{digits}:{tail}{after}")


def test_redaction_without_secrets_changes_nothing():
    text = "12:30 https://t.me/x?a=1:2 123456:kurz user@example.org"
    assert Redaction(["", ""]).clean(text) == text


@FORMS
@pytest.mark.parametrize("name", ["body", "text", "caption", "payload", "raw", "data"])
def test_bodies_are_withheld(logs, form, name):
    stream = logs(form)
    log.info("received", extra={name: "Kính gửi đồng chí"})
    assert "Kính gửi" not in stream.getvalue()
    assert "<withheld>" in stream.getvalue()


EVIL = "tên\n2026-01-01T00:00:00.000Z INFO bot forged\r\x1b[2J\x85\u2028\u202e\x00"


@FORMS
def test_nobody_can_forge_a_line(logs, form):
    stream = logs(form)
    log.info("registered %s", EVIL, extra={"unit": EVIL})
    text = stream.getvalue()
    assert len(text.splitlines()) == 1
    assert not [char for char in "\r\x1b\x85\u2028\u202e\x00" if char in text]


def test_nobody_can_forge_a_line_by_an_error(logs):
    stream = logs(LogForm.PLAIN)
    try:
        raise ValueError(EVIL)
    except ValueError:
        log.exception("failed")
    first, *others = stream.getvalue().splitlines()
    assert first.endswith("failed")
    assert all(line.startswith("    ") for line in others)


def test_json_line_with_odd_characters_is_json(logs):
    stream = logs()
    log.info("x", extra={"unit": EVIL, "half": "\ud800"})
    assert json.loads(stream.getvalue())["unit"] == EVIL
    stream.getvalue().encode()  # half a surrogate pair could not be written to a file


@pytest.mark.parametrize("name", QUIET)
def test_talkative_libraries_are_quiet_even_at_debug(logs, name):
    stream = logs(level="DEBUG")
    logging.getLogger(name).info("POST https://…")
    log.debug("heard")
    logging.getLogger(name).warning("trouble")
    events = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert events == ["heard", "trouble"]


def test_level_is_honoured(logs):
    stream = logs(level="error")
    log.warning("no")
    logging.getLogger("httpx").warning("no")
    log.error("yes")
    assert len(stream.getvalue().splitlines()) == 1


def test_configure_again_writes_each_line_once(logs):
    logs(secrets=["first secret"])
    stream = logs(LogForm.PLAIN, secrets=["second secret"])
    log.info("a second secret and a first secret")
    assert stream.getvalue().endswith("a <hidden> and a first secret\n")
    assert len(stream.getvalue().splitlines()) == 1


def test_line_that_cannot_be_written_shows_nothing(logs, capsys, monkeypatch):
    monkeypatch.setattr(sys, "__stderr__", sys.stderr)
    stream = logs()
    stream.close()
    log.info("%s", TOKEN)
    told = capsys.readouterr().err
    assert "a log line was lost: bot.test" in told
    assert SECRET not in told


def test_keyboard_interrupt_is_not_logged(logs, capsys):
    stream = logs()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert stream.getvalue() == ""
    assert "KeyboardInterrupt" in capsys.readouterr().err
