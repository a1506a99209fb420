"""The composition root: builds the parts, starts them in order, stops them in reverse in time.

Only this module and the command line see everything.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from telegram import Update, User
from telegram.ext import Application, ContextTypes, ExtBot

import handlers
from bot import keys
from bot.actions import policy as policies
from bot.articles.fetch import policy_from
from bot.articles.policy import FetchPolicy
from bot.articles.worker import PagesWorker
from bot.clock import Clock, system_clock
from bot.config import Config
from bot.delivery.failures import TransportError
from bot.delivery.pacing import Limits
from bot.delivery.retry import Accepted, Unauthorized, classify
from bot.delivery.transport import AiohttpRequest
from bot.delivery.worker import Delivery
from bot.intake.poller import Poller
from bot.intake.processor import Processor
from bot.intake.subscription import Subscription, webhook_secret
from bot.intake.webhook import Webhook
from bot.letters.worker import LettersWorker
from bot.runtime import Runtime, no_fault
from bot.storage import kept, schema, seals
from bot.storage.engine import Database, is_trouble
from bot.storage.schema import Schema
from bot.tables.worker import TablesWorker
from bot.texts import LANGUAGES, texts
from bot.web.server import listening
from handlers.context import Context
from scheduler.runner import Ticks

_log = logging.getLogger(__name__)

_RENEW_SECONDS = 3.0
_STANDBY_SECONDS = 1.0
_RETRY_SECONDS = 5.0
_STOP_SECONDS = 22.0  # systemd and container engines give 30 and 10; ours must end within 25


class StartError(Exception):
    """Why the bot cannot start, as one sentence for the operator."""


AnyApplication = Application[Any, Context, Any, Any, Any, Any]


class IdentifiedBot(ExtBot[None]):
    """A Bot that is told who it is instead of asking, so that it starts without Telegram."""

    def __init__(self, identity: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with self._unfrozen():
            self._identity = identity

    @property
    def bot(self) -> User:
        """The bot's own account."""
        return self._identity

    async def get_me(self, *_args: Any, **_kwargs: Any) -> User:
        """The account as it was kept; `App` asks Telegram itself."""
        return self._identity


class RaisingApplication(Application[Any, Context, Any, Any, Any, Any]):
    """Lets a handler's error reach the processor instead of swallowing it."""

    async def process_error(
        self,
        update: object,
        error: Exception,
        job: object = None,
        coroutine: object = None,
    ) -> bool:
        """Raise it: the transaction must not be committed."""
        raise error


class App:
    """One running instance. `stop` asks it to end; `run` returns when it has."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock = system_clock,
        limits: Limits | None = None,
        fault: Callable[[str], None] = no_fault,
        seconds: Callable[[], float] = time.monotonic,
        fetch_policy: FetchPolicy | None = None,
    ) -> None:
        database = Database(config.database.url)
        self.rt = Runtime(config, database, clock, fault=fault, seconds=seconds)
        self._limits = limits
        self._fetch_policy = fetch_policy or policy_from(config)
        self._stop = asyncio.Event()
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._epoch: int | None = None
        self._renewed_at = self.rt.now()
        self._secret = ""
        self.ready = asyncio.Event()

    def stop(self) -> None:
        """Ask the instance to end."""
        self._stop.set()
        self.rt.signals.wake()

    async def run(self) -> None:
        """Start everything, work until `stop`, end in order; StartError if it cannot start."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.rt.database.close)
            await self._check_schema()
            await self._check_key()
            self._check_calendar()
            # Each takes a sixth of a second, in which nobody would be answered.
            for language in LANGUAGES:
                texts(language)
            settings = self.rt.config.telegram
            if settings.mode == "webhook":
                await self._serve_webhook(stack)
            sends = await self._transport(stack, pool=self.rt.config.delivery.connections + 4)
            polls = await self._transport(stack, pool=2)
            identity = await self._identify(sends)
            if identity is None or not await self._become_worker():
                return
            stack.push_async_exit(self._release_lease)
            bot = IdentifiedBot(
                identity,
                token=settings.bot_token,
                base_url=f"{settings.api_base_url}/bot",
                base_file_url=f"{settings.api_base_url}/file/bot",
                request=sends,
                get_updates_request=polls,
            )
            application = _application(bot)
            await application.initialize()
            stack.push_async_callback(application.shutdown)
            await self._work(application, sends, polls)

    async def _serve_webhook(self, stack: AsyncExitStack) -> None:
        """Take updates in from now until the database is closed: while this instance stands by,
        and while it stops. Whoever has the worker role finds them in the inbox."""
        self._secret = await webhook_secret(self.rt)
        route = Webhook(self.rt, self._secret).route()
        web = self.rt.config.web
        try:
            await stack.enter_async_context(listening([route], host=web.host, port=web.port))
        except OSError as error:
            raise StartError(
                f"nobody can listen at {web.host}:{web.port} ({error.strerror or error}): "
                "check web.host and web.port"
            ) from None

    def _intake(self, telegram: AiohttpRequest) -> Coroutine[Any, Any, None]:
        if self.rt.config.telegram.mode == "webhook":
            return Subscription(self.rt, telegram, self._secret).run(self._stop)
        return Poller(self.rt, telegram).run(self._stop)

    async def _work(
        self, application: AnyApplication, sends: AiohttpRequest, polls: AiohttpRequest
    ) -> None:
        async def handle(update: Update) -> None:
            await application.process_update(update)

        delivery = Delivery(self.rt, sends, limits=self._limits)
        delivery.epoch = self._epoch
        await delivery.recover()

        def answer_press(query_id: str, text: str, alert: bool) -> None:
            delivery.answer_press(query_id, text, alert=alert)

        # Stopped in this order: first nothing new comes in, last everything owed is recorded.
        loops: list[tuple[str, Coroutine[Any, Any, None]]] = [
            ("intake", self._intake(polls)),
            (
                "processor",
                Processor(
                    self.rt, application.bot, handle, answer_press, is_shared=handlers.is_shared
                ).run(self._stop),
            ),
            ("letters", LettersWorker(self.rt, sends).run(self._stop)),
            ("tables", TablesWorker(self.rt, sends).run(self._stop)),
            ("pages", PagesWorker(self.rt, self._fetch_policy).run(self._stop)),
            ("ticks", Ticks(self.rt).run(self._stop)),
            ("delivery", delivery.run(self._stop)),
            ("lease", self._keep_lease(delivery)),
        ]
        tasks = [asyncio.create_task(loop, name=name) for name, loop in loops]
        _log.info("started", extra={"bot": application.bot.username})
        self.ready.set()
        await self._until_stopped(tasks)

    async def _until_stopped(self, tasks: list[asyncio.Task[None]]) -> None:
        stopped = asyncio.create_task(self._stop.wait(), name="stop")
        try:
            await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            died = [task for task in tasks if task.done() and not self._stop.is_set()]
            self.stop()
            await asyncio.wait(tasks, timeout=_STOP_SECONDS)
        finally:
            # Also when this instance is told to end at once: no loop may outlive the database.
            for task in (stopped, *tasks):
                if not task.done():
                    _log.warning("stopped_hard", extra={"loop": task.get_name()})
                    task.cancel()
            await asyncio.gather(stopped, *tasks, return_exceptions=True)
        for task in died:
            # A loop only ends when told to: limping on without it would hide the fault.
            if error := task.exception():
                raise error
            raise StartError(f"the {task.get_name()} ended by itself")

    async def _check_schema(self) -> None:
        url = self.rt.config.database.url
        match await schema.check(url):
            case Schema.EMPTY:
                await schema.upgrade(url)
            case Schema.OLDER:
                raise StartError(
                    "the database has an older schema; run `dondoc db upgrade` "
                    "(on SQLite it copies the file first)"
                )
            case Schema.NEWER:
                raise StartError(
                    "the database was made by a newer version of dondoc; install that version, "
                    "or restore a backup with `dondoc db restore`"
                )
            case Schema.CURRENT:
                pass

    async def _check_key(self) -> None:
        """Make the record's key at the first start. When it is lost, no new one hides that: events
        wait for their seal, and `dondoc check` says so."""
        place = self.rt.config.audit.key_file
        if place is None:
            return
        async with self.rt.read() as session:
            has_seals = (await seals.head(session)).number > 0
        if has_seals and not place.exists():
            _log.error("audit_key_missing", extra={"file": str(place)})
            return
        try:
            keys.make(place)
            keys.read(place)
        except OSError as error:
            raise StartError(
                f"the key {place} cannot be made ({error.strerror}); set audit.key_file"
            ) from None
        except keys.KeyFault as fault:
            raise StartError(str(fault)) from None

    def _check_calendar(self) -> None:
        if fault := policies.calendar_fault(self.rt.config):
            raise StartError(fault)

    async def _transport(self, stack: AsyncExitStack, *, pool: int) -> AiohttpRequest:
        transport = transport_of(self.rt.config, pool=pool)
        await transport.initialize()
        stack.push_async_callback(transport.shutdown)
        return transport

    async def _identify(self, transport: AiohttpRequest) -> User | None:
        """Who the bot is, from Telegram or as it was kept; None when stopped while waiting."""
        while not self._stop.is_set():
            found = await self._ask_identity(transport)
            if found is None:
                async with self.rt.read() as session:
                    found = await kept.get(session, kept.IDENTITY)
                if found is not None and found.get("id") != self.rt.config.telegram.bot_id:
                    found = None
            user = User.de_json(dict(found), None) if found else None
            if user is not None:
                return user
            _log.warning("waiting_for_telegram", extra={"seconds": _RETRY_SECONDS})
            await self._pause(_RETRY_SECONDS)
        return None

    async def _ask_identity(self, transport: AiohttpRequest) -> Mapping[str, Any] | None:
        try:
            answer = await transport.call("getMe", {}, read_timeout=_RETRY_SECONDS)
        except TransportError as error:
            _log.warning("telegram_unreachable", extra={"reason": str(error.trouble)})
            return None
        match classify(answer):
            case Unauthorized():
                raise StartError(
                    "Telegram refused the token: check telegram.token in config.toml "
                    "(@BotFather, /mybots, API Token)"
                )
            case Accepted(result=Mapping() as me):
                async with self.rt.write() as session:
                    await kept.put(session, kept.IDENTITY, dict(me), now=self.rt.now())
                return me
            case _:
                return None

    async def _become_worker(self) -> bool:
        """Take the worker role, standing by while another instance has it; False when stopped."""
        told = False
        while not self._stop.is_set():
            self._epoch = await self._take_lease()
            if self._epoch is not None:
                return True
            if not told:
                _log.warning("standing_by")
                told = True
            await self._pause(_STANDBY_SECONDS)
        return False

    async def _take_lease(self) -> int | None:
        now = self.rt.now()
        async with self.rt.write() as session:
            epoch = await kept.take_lease(session, self._holder, now=now)
        self._renewed_at = now
        return epoch

    async def _keep_lease(self, delivery: Delivery) -> None:
        while not self._stop.is_set():
            await self._pause(_RENEW_SECONDS)
            try:
                epoch = await self._take_lease()
            except Exception as error:
                if not is_trouble(error):
                    raise
                _log.warning("lease_not_renewed", extra={"reason": type(error).__name__})
                if self.rt.now() - self._renewed_at < kept.LEASE_LIFE:
                    continue
                self._epoch = delivery.epoch = None
                raise StartError("the database has been out of reach for too long") from None
            if epoch != self._epoch:
                self._epoch = delivery.epoch = None
                raise StartError("another instance has taken over the worker role")

    async def _release_lease(self, error: type[BaseException] | None, *_: object) -> None:
        """Let the next instance begin at once, except when cut off: a transaction that was under
        way may still hold the database, and the lease ends by itself."""
        if error is not asyncio.CancelledError and self._epoch is not None:
            async with self.rt.write() as session:
                await kept.release_lease(session, self._holder, now=self.rt.now())

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            pass


def transport_of(config: Config, *, pool: int) -> AiohttpRequest:
    """A pool of connections to the Bot API server of the configuration."""
    settings = config.telegram
    return AiohttpRequest(
        settings.bot_token,
        api_url=settings.api_base_url,
        pool_size=pool,
        connect_timeout=settings.connect_timeout_seconds,
        read_timeout=settings.read_timeout_seconds,
        proxy=settings.proxy or None,
        local_files=Path(settings.local_files) if settings.local_files else None,
    )


def _application(bot: IdentifiedBot) -> AnyApplication:
    application = (
        Application.builder()
        .application_class(RaisingApplication)
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context))
        .build()
    )
    handlers.register(application)
    return application
