"""Where Telegram sends is what the settings say; another program on the token is told, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.states import StaffRole
from bot.intake import poller as module
from bot.intake.conflicts import KEPT
from bot.intake.poller import Poller
from bot.intake.raw import ALLOWED_UPDATES
from bot.intake.subscription import Subscription, webhook_secret
from bot.runtime import Runtime
from bot.sandbox import polling
from bot.storage import kept
from bot.storage.tables import KeptValue
from tests import factories
from tests.intake.conftest import Inbox
from tests.intake.test_poller import somebody_writes, stored

ELSEWHERE = "http://127.0.0.1:9/elsewhere"


@pytest.fixture
def office(inbox: Inbox) -> Runtime:
    """The office in webhook mode; nobody is at the address yet."""
    config = inbox.rt.config
    web = config.web.model_copy(update={"public_url": "http://127.0.0.1:9/dondoc/"})
    telegram = config.telegram.model_copy(update={"mode": "webhook"})
    return replace(inbox.rt, config=config.model_copy(update={"web": web, "telegram": telegram}))


async def subscription(inbox: Inbox, office: Runtime) -> Subscription:
    """What an instance that has just started looks with."""
    inbox.sandbox.bot().webhook.next_change = 0  # Telegram takes one change a second
    return Subscription(office, inbox.transport, await webhook_secret(office))


async def elsewhere(inbox: Inbox, **more: object) -> None:
    """Another program with the token sets its webhook."""
    inbox.sandbox.bot().webhook.next_change = 0
    payload = {"url": ELSEWHERE, **more}
    await inbox.transport.call("setWebhook", payload, read_timeout=5)
    inbox.sandbox.bot().webhook.next_change = 0


async def test_the_webhook_is_set_once_and_not_again(inbox: Inbox, office: Runtime):
    first = await subscription(inbox, office)
    assert await first.do_one() is True
    assert await first.do_one() is False
    assert await (await subscription(inbox, office)).do_one() is False  # after a restart
    (call,) = inbox.calls("setWebhook")
    assert call["url"] == "http://127.0.0.1:9/dondoc/telegram"
    assert sorted(call["allowed_updates"]) == sorted(ALLOWED_UPDATES)
    assert len(call["secret_token"]) >= 32
    assert "drop_pending_updates" not in call


async def test_the_secret_is_made_once(office: Runtime):
    assert await webhook_secret(office) == await webhook_secret(office)


@pytest.mark.parametrize("change", ["url", "allowed_updates", "max_connections", "secret"])
async def test_what_differs_is_set_again(inbox: Inbox, office: Runtime, change: str):
    await (await subscription(inbox, office)).do_one()
    webhook = inbox.sandbox.bot().webhook
    if change == "url":
        await elsewhere(inbox)
    elif change == "allowed_updates":
        inbox.sandbox.bot().queue.allowed = frozenset({"message"})
    elif change == "max_connections":
        webhook.max_connections = 7
    else:
        async with office.write() as session:
            await kept.forget(session, "webhook_secret")
    assert await (await subscription(inbox, office)).do_one() is True
    set_first, set_again = (inbox.calls("setWebhook")[number] for number in (0, -1))
    assert (set_first["secret_token"] != set_again["secret_token"]) == (change == "secret")


async def test_a_secret_that_is_refused_is_told_again(inbox: Inbox, office: Runtime):
    """A restored database may have an older secret than Telegram."""
    await (await subscription(inbox, office)).do_one()
    webhook = inbox.sandbox.bot().webhook
    webhook.last_error_date = int(inbox.clock().timestamp()) + 5
    webhook.last_error_message = "Wrong response from the webhook: 503 Service Unavailable"
    assert await (await subscription(inbox, office)).do_one() is False
    webhook.last_error_message = "Wrong response from the webhook: 403 Forbidden"
    assert await (await subscription(inbox, office)).do_one() is True


async def test_a_webhook_left_over_is_removed_before_polling(
    inbox: Inbox, office: Runtime, hurried: None
):
    await (await subscription(inbox, office)).do_one()
    sent = somebody_writes(inbox, "một", "hai")
    poller = hasty_poller(inbox)
    await poller.do_one()
    await poller.do_one()
    assert await stored(inbox) == sent
    assert inbox.calls("deleteWebhook") == [{}]
    assert await told(inbox) == []


# --- another program -----------------------------------------------------------------------------


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a second for the next try, and Telegram does not calm the hasty."""
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(polling, "_CONFLICT_PAUSE", 0.0)
    monkeypatch.setattr(polling, "_REPEATED_WITHIN", 0.0)


def hasty_poller(inbox: Inbox) -> Poller:
    """The poller of an instance that has just started and asks without waiting."""
    config = inbox.rt.config
    telegram = config.telegram.model_copy(update={"poll_seconds": 0})
    rt = replace(inbox.rt, config=config.model_copy(update={"telegram": telegram}))
    return Poller(rt, inbox.transport)


async def told(inbox: Inbox) -> list[str]:
    """What was said of a conflict."""
    return [key for key in await inbox.replies() if key == "intake.conflict"]


async def conflict(inbox: Inbox) -> bool:
    """Whether `dondoc check` would say so."""
    return KEPT in [value.name for value in await inbox.all(KeptValue)]


async def admins(inbox: Inbox) -> None:
    """Two administrators and somebody else of the office."""
    async with inbox.rt.write() as session:
        for role in (StaffRole.ADMIN, StaffRole.ADMIN, StaffRole.SENDER):
            await factories.create_staff(session, role=role)


async def refuse(inbox: Inbox, times: int) -> None:
    """So many answers that another program asks as well."""
    inbox.sandbox.add_fault("status", method="getUpdates", status=409, times=times)


@pytest.mark.usefixtures("hurried")
async def test_another_program_that_polls_is_told_once(inbox: Inbox):
    await admins(inbox)
    poller = hasty_poller(inbox)
    await refuse(inbox, 1)
    await poller.do_one()
    assert (await told(inbox), await conflict(inbox)) == ([], False)  # a relieved instance's last
    await poller.do_one()
    await refuse(inbox, 3)
    for _ in range(3):
        await poller.do_one()
    restarted = hasty_poller(inbox)
    await refuse(inbox, 2)
    for _ in range(3):
        await restarted.do_one()
    assert (await told(inbox), await conflict(inbox)) == (["intake.conflict"] * 2, True)
    assert inbox.sandbox.bot().webhook.url == ""


@pytest.mark.usefixtures("hurried")
async def test_a_conflict_is_over_when_it_has_been_quiet(inbox: Inbox):
    await admins(inbox)
    poller = hasty_poller(inbox)
    await refuse(inbox, 2)
    for _ in range(3):
        await poller.do_one()
    inbox.clock.at += timedelta(minutes=9)
    await poller.do_one()
    assert await conflict(inbox)
    inbox.clock.at += timedelta(minutes=2)
    await poller.do_one()
    assert not await conflict(inbox)
    await refuse(inbox, 2)
    for _ in range(2):
        await poller.do_one()
    assert len(await told(inbox)) == 4


@pytest.mark.usefixtures("hurried")
async def test_a_webhook_that_appears_while_we_poll_is_another_programs(inbox: Inbox):
    await admins(inbox)
    poller = hasty_poller(inbox)
    await poller.do_one()
    await elsewhere(inbox)
    for _ in range(2):
        await poller.do_one()
    assert inbox.calls("deleteWebhook") == []
    assert len(await told(inbox)) == 2


async def test_a_webhook_that_is_taken_away_is_told_and_set_again(inbox: Inbox, office: Runtime):
    await admins(inbox)
    looking = await subscription(inbox, office)
    await looking.do_one()
    for _ in range(2):
        await elsewhere(inbox)
        inbox.clock.at += timedelta(minutes=5)
        assert await looking.do_one() is True
    assert inbox.sandbox.bot().webhook.url.endswith("/dondoc/telegram")
    assert len(await told(inbox)) == 2


async def test_nothing_that_waits_is_ever_dropped(inbox: Inbox, office: Runtime, hurried: None):
    sent = somebody_writes(inbox, "một", "hai")
    for _ in range(3):
        await (await subscription(inbox, office)).do_one()
        inbox.sandbox.bot().webhook.next_change = 0
        poller = hasty_poller(inbox)
        await poller.do_one()
        await poller.do_one()
    assert await stored(inbox) == sent
