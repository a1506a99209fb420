"""Telephone numbers of people, kept only as keyed hashes: enough to compare, nothing to read."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage import kept

_KEPT = "phone_key"
_KEY_BYTES = 32


def phone_hash(key: bytes, number: str) -> str:
    """The hash of a number as `phone_key` gives it. Ten digits are soon tried one by one, so the
    key is part of it."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


async def hashing_key(session: AsyncSession, *, now: datetime) -> bytes:
    """This office's key, made at random when it is asked for first."""
    new = {"key": secrets.token_hex(_KEY_BYTES)}
    return bytes.fromhex((await kept.keep_once(session, _KEPT, new, now=now))["key"])


async def known_hashing_key(session: AsyncSession) -> bytes | None:
    """The key if there is one; for looking only."""
    found = await kept.get(session, _KEPT)
    return bytes.fromhex(found["key"]) if found else None
