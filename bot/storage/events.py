"""Writing the audit trail: append only; ids and codes, never names or texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import Event


def add(
    session: AsyncSession,
    action: str,
    *,
    at: datetime,
    person_id: int | None = None,
    object_kind: str | None = None,
    object_id: int | None = None,
    **details: int | str | None,
) -> None:
    """Note that `action` happened; `details` are ids and codes."""
    session.add(
        Event(
            at=at,
            person_id=person_id,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            details=details,
        )
    )
