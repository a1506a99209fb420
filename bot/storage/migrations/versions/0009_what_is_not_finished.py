"""What is not finished is found by its moment of finishing: marks change no index any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLE = "outbox_messages"
_TO_COME = ("waiting", "claimed", "in_flight")
_FINISHED = "ck_outbox_messages_finished"
_WAITING, _UNFINISHED = "ix_outbox_messages_waiting", "ix_outbox_messages_unfinished"


def upgrade() -> None:
    op.drop_index(_WAITING, table_name=_TABLE)
    op.drop_index(_UNFINISHED, table_name=_TABLE)
    table = sa.table(_TABLE, sa.column("state"), sa.column("send_at"), sa.column("finished_at"))
    is_to_come = table.c.state.in_(_TO_COME)
    op.execute(table.update().where(is_to_come).values(finished_at=None))
    op.execute(
        table.update()
        .where(~is_to_come, table.c.finished_at.is_(None))
        .values(finished_at=table.c.send_at)
    )
    with op.batch_alter_table(_TABLE) as batch:
        batch.create_check_constraint(
            op.f(_FINISHED), f"(finished_at IS NULL) = (state IN {_TO_COME})"
        )
    _index(_UNFINISHED, "lane", "id", "send_at", where="finished_at IS NULL")
    _leave_room(50)


def downgrade() -> None:
    _leave_room(100)
    op.drop_index(_UNFINISHED, table_name=_TABLE)
    with op.batch_alter_table(_TABLE) as batch:
        batch.drop_constraint(op.f(_FINISHED), type_="check")
    _index(_UNFINISHED, "state", where="state IN ('claimed', 'in_flight')")
    _index(_WAITING, "lane", "id", "send_at", where="state = 'waiting'")


def _index(name: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, _TABLE, list(columns), sqlite_where=condition, postgresql_where=condition)


def _leave_room(percent: int) -> None:
    """How full PostgreSQL makes a page: beside a row there must be room for its next version."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {_TABLE} SET (fillfactor = {percent})")
