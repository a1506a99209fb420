"""Where Telegram sends updates: told when it is not as the settings say, and looked at again.

The secret is made once and kept, since Telegram does not tell it; so is what was last set.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.config import Config
from bot.delivery.failures import BotApi, TransportError
from bot.delivery.retry import Accepted, classify
from bot.intake.conflicts import Conflicts
from bot.intake.raw import ALLOWED_UPDATES
from bot.intake.webhook import PATH
from bot.runtime import Runtime
from bot.storage import kept

_log = logging.getLogger(__name__)

CONNECTIONS = 40  # Telegram's own default
_SECRET = "webhook_secret"  # noqa: S105 - the name under which it is kept
_SET = "webhook_set"
_LOOK_SECONDS = 300.0
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0
_FRESH = timedelta(minutes=10)


class NoAnswer(Exception):
    """Telegram did not do what it was asked; the text says why, for the log."""


async def webhook_secret(rt: Runtime) -> str:
    """The secret Telegram shows at every request; made by whichever instance comes first."""
    value = {"secret": secrets.token_urlsafe(32)}
    async with rt.write() as session:
        found = await kept.put_first(session, _SECRET, value, now=rt.now())
    return str(found["secret"])


def webhook_url(config: Config) -> str:
    """Where Telegram is to send."""
    return config.web.public_url.rstrip("/") + PATH


def differences(info: Mapping[str, Any], config: Config) -> list[str]:
    """What of getWebhookInfo is not as it should be, by the names Telegram has for it."""
    wanted: dict[str, object] = {
        "url": webhook_url(config),
        "max_connections": CONNECTIONS,
        "allowed_updates": sorted(ALLOWED_UPDATES),
    }
    found = {**info, "allowed_updates": sorted(info.get("allowed_updates", ()))}
    return [name for name, value in wanted.items() if found.get(name) != value]


def last_error(info: Mapping[str, Any], *, now: datetime) -> tuple[str, timedelta] | None:
    """What Telegram last had to complain of our webhook, and how long ago."""
    date, message = info.get("last_error_date"), info.get("last_error_message")
    if not isinstance(date, int) or not message:
        return None
    return str(message), timedelta(seconds=now.timestamp() - date)


async def webhook_info(telegram: BotApi, *, read_timeout: float) -> Mapping[str, Any]:
    """getWebhookInfo; NoAnswer or TransportError if there is none."""
    info = await _ask(telegram, "getWebhookInfo", {}, read_timeout=read_timeout)
    if not isinstance(info, Mapping):
        raise NoAnswer("getWebhookInfo")
    return info


async def remove_webhook(telegram: BotApi, rt: Runtime) -> None:
    """Let Telegram keep updates until it is asked; none is dropped."""
    read_timeout = rt.config.telegram.read_timeout_seconds
    await telegram.call("deleteWebhook", {}, read_timeout=read_timeout)
    _log.warning("webhook_removed")


async def _ask(
    telegram: BotApi, method: str, payload: Mapping[str, object], *, read_timeout: float
) -> object:
    outcome = classify(await telegram.call(method, payload, read_timeout=read_timeout))
    if not isinstance(outcome, Accepted):
        description = getattr(outcome, "description", "")
        raise NoAnswer(f"{method}: {description or type(outcome).__name__}")
    return outcome.result


class Subscription:
    """Sees to it that Telegram sends to this office's webhook, as long as it runs."""

    def __init__(self, rt: Runtime, telegram: BotApi, secret: str) -> None:
        self._rt = rt
        self._telegram = telegram
        self._secret = secret
        self._timeout = rt.config.telegram.read_timeout_seconds
        self._pause = 0.0
        self._conflicts = Conflicts(rt)
        self._was_right = False

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and then until told to stop. The webhook stays: Telegram keeps what it cannot
        bring, and another instance may be there to take it."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            looking = asyncio.create_task(self._look_carefully())
            await asyncio.wait({looking, stopped}, return_when=asyncio.FIRST_COMPLETED)
            looking.cancel()
            await asyncio.wait({stopped}, timeout=self._pause or _LOOK_SECONDS)
        await stopped

    async def _look_carefully(self) -> None:
        try:
            await self.do_one()
        except (TransportError, NoAnswer) as error:
            _log.warning("webhook_not_set", extra={"reason": str(error)})
        except Exception:
            _log.exception("webhook_not_set")
        else:
            self._pause = 0.0
            return
        self._pause = min(max(_FIRST_PAUSE_SECONDS, self._pause * 2), _LONGEST_PAUSE_SECONDS)

    async def do_one(self) -> bool:
        """Look, and set the webhook if it is not as it should be; whether it had to be set."""
        info = await webhook_info(self._telegram, read_timeout=self._timeout)
        wrong = differences(info, self._rt.config)
        if wrong and self._was_right:
            await self._conflicts.refused()  # nobody here has changed it
        else:
            await self._conflicts.answered()
        has_to_set = bool(wrong) or not await self._is_ours(info)
        if has_to_set:
            await self._set()
            _log.info("webhook_set", extra={"because": ",".join(wrong) or "secret"})
        else:
            self._tell_error(info)
        self._was_right = True
        return has_to_set

    async def _is_ours(self, info: Mapping[str, Any]) -> bool:
        """Whether Telegram knows the secret we have: what it was last told, and no request since
        was refused for it (a database may be older than Telegram's memory)."""
        async with self._rt.read() as session:
            was_set = await kept.get(session, _SET)
        if was_set is None or was_set.get("digest") != self._digest():
            return False
        refused = str(info.get("last_error_message", "")).partition(": ")[2].startswith("403")
        return not (refused and int(info.get("last_error_date", 0)) > int(was_set.get("at", 0)))

    async def _set(self) -> None:
        payload: dict[str, object] = {
            "url": webhook_url(self._rt.config),
            "secret_token": self._secret,
            "max_connections": CONNECTIONS,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        await _ask(self._telegram, "setWebhook", payload, read_timeout=self._timeout)
        now = self._rt.now()
        value = {"digest": self._digest(), "at": int(now.timestamp())}
        async with self._rt.write() as session:
            await kept.put(session, _SET, value, now=now)

    def _digest(self) -> str:
        return hashlib.sha256(self._secret.encode()).hexdigest()

    def _tell_error(self, info: Mapping[str, Any]) -> None:
        error = last_error(info, now=self._rt.now())
        if error is not None and error[1] < _FRESH:
            _log.warning("webhook_fails", extra={"reason": error[0]})
