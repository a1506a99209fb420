"""The worker role is kept through trouble with the database, for as long as the lease lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, event
from sqlalchemy.exc import OperationalError

from bot import app as module
from bot.app import App, StartError
from bot.delivery.worker import Delivery
from bot.storage import kept
from bot.storage.tables import Lease
from tests.intake.conftest import Inbox

FAILS, PASSES = True, False


class Renewals:
    """Two seconds pass at each renewal, which fails or not; then the app is told to stop."""

    def __init__(self, inbox: Inbox, app: App, *script: bool) -> None:
        self.inbox, self.app, self.left = inbox, app, list(script)
        engine = app.rt.database._writer.sync_engine
        event.listen(engine, "before_cursor_execute", self._at_statement)

    def _at_statement(self, connection, cursor, statement, parameters, context, many) -> None:
        if not statement.startswith("INSERT INTO leases"):  # the first one of a renewal
            return
        self.inbox.clock.at += timedelta(seconds=2)
        fails = self.left.pop(0)
        if not self.left:
            self.app.stop()
        if fails:
            raise OperationalError(statement, None, OSError("the disk is gone"))


@pytest.fixture
async def app(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> App:
    """An instance that has just taken the worker role."""
    monkeypatch.setattr(module, "_RENEW_SECONDS", 0)
    async with inbox.rt.write() as session:
        await session.execute(delete(Lease))
    app = App(inbox.rt.config, clock=inbox.clock)
    assert await app._become_worker()
    inbox.delivery.epoch = app._epoch
    return app


async def keeps(app: App, delivery: Delivery) -> None:
    try:
        await app._keep_lease(delivery)
    finally:
        await app._release_lease(None)
        await app.rt.database.close()


async def test_moments_without_a_database_end_nothing(inbox: Inbox, app: App):
    script = Renewals(inbox, app, FAILS, FAILS, PASSES, FAILS, FAILS, PASSES)
    await keeps(app, inbox.delivery)
    assert script.left == []
    assert inbox.delivery.epoch == app._epoch is not None


async def test_the_role_is_given_up_when_the_lease_has_run_out(inbox: Inbox, app: App):
    script = Renewals(inbox, app, PASSES, FAILS, FAILS, FAILS, FAILS, PASSES)
    with pytest.raises(StartError, match="database"):
        await keeps(app, inbox.delivery)
    assert script.left == [PASSES]
    assert inbox.delivery.epoch is None


async def test_the_role_is_given_up_when_another_instance_has_it(inbox: Inbox, app: App):
    inbox.clock.at += kept.LEASE_LIFE + timedelta(seconds=1)
    async with inbox.rt.write() as session:
        assert await kept.take_lease(session, "another", now=inbox.clock()) is not None
    with pytest.raises(StartError, match="another instance"):
        await keeps(app, inbox.delivery)
    assert inbox.delivery.epoch is None
    (lease,) = await inbox.all(Lease)
    assert lease.holder == "another"


async def test_another_instance_takes_over_within_ten_seconds_of_the_first_ones_death(
    inbox: Inbox, app: App
):
    died_at = inbox.clock.at  # right after it took the role, which it never gives back
    other = App(inbox.rt.config, clock=inbox.clock)
    while await other._take_lease() is None:
        inbox.clock.at += timedelta(seconds=module._STANDBY_SECONDS)
    assert timedelta() < inbox.clock.at - died_at <= timedelta(seconds=10)
    for each in (app, other):
        await each.rt.database.close()
