"""Keys that are kept in a file of their own, outside of the database: made once, read by one user.

What they are for is known by who asks.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

_BYTES = 32


class KeyFault(Exception):
    """Why a key cannot be used, as one sentence for the operator."""


def make(path: Path) -> None:
    """Make a key, unless there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w", encoding="ascii") as written:
        written.write(secrets.token_hex(_BYTES) + "\n")
        written.flush()
        os.fsync(written.fileno())


def read(path: Path) -> bytes:
    """The key; KeyFault if it is not there, not one, or if others can read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise KeyFault(f"the key {path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise KeyFault(f"{path} holds no key") from None
    if len(key) < _BYTES:
        raise KeyFault(f"{path} holds no key")
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFault(
            f"other users of this machine can read the key in {path}; run: chmod 600 {path}"
        )
    return key
