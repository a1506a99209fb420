"""`dondoc --help` beside a Python that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

_SECONDS = 30


def _seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, timeout=_SECONDS
    )
    return time.perf_counter() - begun


def start_up(rounds: int) -> str:
    """One line with both medians."""
    ours = statistics.median(_seconds("-m", "bot", "--help") for _ in range(rounds))
    bare = statistics.median(_seconds("-c", "pass") for _ in range(rounds))
    return f"dondoc --help: {ours:.3f} s, {ours / bare:.1f} x a bare interpreter ({bare:.3f} s)"
