"""How much a letter may cost to read. Beyond that its process dies alone."""

from __future__ import annotations

from typing import Final

MEMORY: Final = 512 * 1024 * 1024  # bytes of address space for our own readers
PROGRAMS_MEMORY: Final = 3 * 1024 * 1024 * 1024  # LibreOffice maps much more than it uses
CPU_SECONDS: Final = 30
WALL_SECONDS: Final = 60
WRITTEN: Final = 100 * 1024 * 1024  # the largest file it may write
ANSWER: Final = 32 * 1024 * 1024  # the longest answer that is taken from it
