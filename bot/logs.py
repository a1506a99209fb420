"""Structured logging: an event name and fields, as JSON lines or for a console.

`log.info("update_stored", extra={"update_id": 7})`. Secrets are taken out of everything; texts of
people and bodies of messages are not to be logged at all.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

# The digits of a bot's id, a colon (perhaps encoded), about 35 letters.
_TOKEN = re.compile(r"\d{3,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
_URL_PASSWORD = re.compile(r"(?<=://)[^/@\s]+:[^/@\s]+(?=@)")
# What drivers of databases repeat of the values they were given; texts have several lines.
_VALUES = re.compile(
    r"(?<=invalid input for query argument )\$\d+: .*"
    r"|(?<=DETAIL:  )(?s:.*?)"
    r"(?=\n[\s|]*(?:HINT:  |\[SQL: |The above exception|During handling)|\Z)"
)
_HIDDEN = "<hidden>"

_log = logging.getLogger(__name__)

# Fields that would hold what people wrote.
_WITHHELD = frozenset({"body", "text", "caption", "payload", "raw", "data"})

# These tell addresses with tokens, parameters of calls or rows at INFO or DEBUG.
_QUIET = (
    "aiohttp",
    "aiosqlite",
    "apscheduler",
    "asyncio",
    "asyncpg",
    "httpcore",
    "httpx",
    "sqlalchemy",
    "telegram",
)

# What ends a line, steers a console, turns the direction of writing or cannot be encoded: written
# as JSON would write it.
_UNSAFE = ((0, 0x20), (0x7F, 0xA0), (0x2028, 0x202F), (0x2066, 0x206A), (0xD800, 0xE000))
_CONTROLS = {code: f"\\u{code:04x}" for first, end in _UNSAFE for code in range(first, end)}
_CONTROLS |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LogForm(StrEnum):
    """How a log line looks."""

    JSON = "json"
    PLAIN = "plain"


class Redaction(logging.Filter):
    """Takes secrets out of a record: message, arguments, fields, traceback and stack.

    It turns all of these into finished text, so nothing behind it can bring a secret back.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        given = [secret for secret in secrets if secret]
        given += [secret.partition(":")[2] for secret in given if _TOKEN.fullmatch(secret)]
        variants = {form for secret in given for form in (secret, quote(secret, safe=""))}
        longest_first = sorted(variants, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def clean(self, text: str) -> str:
        """The text without secrets."""
        text = self._secrets.sub(_HIDDEN, text)
        text = _VALUES.sub(_HIDDEN, text)
        return _URL_PASSWORD.sub(_HIDDEN, _TOKEN.sub(_HIDDEN, text))

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; every record passes."""
        record.msg, record.args = self.clean(_message(record)), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        record.exc_info = None
        if record.exc_text:
            record.exc_text = self.clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self.clean(record.stack_info)
        for name, value in _fields(record).items():
            setattr(record, name, self._clean_field(name, value))
        return True

    def _clean_field(self, name: str, value: object) -> object:
        if name in _WITHHELD:
            return "<withheld>"
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.clean(str(value))


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, event, the fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        for name, value in _fields(record).items():
            line[f"{name}_" if name in line else name] = value
        if details := _details(record):
            line["error"] = details
        return json.dumps(line, ensure_ascii=False, default=str).translate(_CONTROLS)


class PlainLines(logging.Formatter):
    """For a console: one line an event; the lines of a traceback are indented below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; no field can begin a line that looks like another event."""
        fields = "".join(f" {name}={_value(value)}" for name, value in _fields(record).items())
        line = f"{_time(record)} {record.levelname:<8} {record.name} {record.getMessage()}{fields}"
        details = "".join(
            f"\n    {part.translate(_CONTROLS)}" for part in _details(record).splitlines()
        )
        return line.translate(_CONTROLS) + details


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, known again by its class when logging is set up anew."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Name the place only: the inherited one would print the record as it was."""
        if sys.__stderr__:
            sys.__stderr__.write(f"a log line was lost: {record.name}, line {record.lineno}\n")


def configure(
    *, level: str, form: LogForm, secrets: Iterable[str], stream: TextIO | None = None
) -> None:
    """Set up all logging of the process, also of uncaught exceptions; may be called again.

    `level` is a name such as "INFO"; lines go to `stream`, by default standard error.
    """
    redaction = Redaction(secrets)
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form is LogForm.JSON else PlainLines())
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _Handler)]
    root.addHandler(handler)
    for each in root.handlers:
        each.filters = [old for old in each.filters if not isinstance(old, Redaction)]
        each.addFilter(redaction)
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread
    sys.unraisablehook = _on_unraisable


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a wrong number of arguments is no reason to fail
        return f"{record.msg} {record.args}"


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What came in by `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _details(record: logging.LogRecord) -> str:
    return "\n".join(part for part in (record.exc_text, record.stack_info) if part)


def _value(value: object) -> str:
    text = str(value)
    return text if re.fullmatch(r"[^\s=\"]+", text) else json.dumps(text, ensure_ascii=False)


def _on_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _log.critical("uncaught", exc_info=(kind, error, trace))


def _on_uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        _on_uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def _on_unraisable(given: "sys.UnraisableHookArgs") -> None:
    _log.error("unraisable", exc_info=given.exc_value, extra={"where": repr(given.object)})
