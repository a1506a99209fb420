"""Cores, memory and disk of the machine the figures are measured on."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from pathlib import Path

ANY = "any"  # instead of the number of a core


class Void(Exception):
    """The figures of this run would say nothing; the sentence says why."""


def cores() -> tuple[str, str]:
    """A core for the server and another one for whoever is measured."""
    if not hasattr(os, "sched_getaffinity"):
        return ANY, ANY
    ours = sorted(os.sched_getaffinity(0))
    if len(ours) < 2:
        raise Void("only one core may be used here: the server and its clients would share it")
    return str(ours[0]), str(ours[-1])


def pin(core: str) -> None:
    """Keep this process on one core, where the system can do that."""
    if core != ANY:
        os.sched_setaffinity(0, {int(core)})


def memory_mb() -> tuple[float, float]:
    """Resident memory of this process in MB: now, and the most it ever was.

    Linux's own count is read where there is one: getrusage's holds the parent's memory too, as it
    was when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        rows = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        if "VmHWM" in rows:
            return tuple(int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    most_mb = most / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return most_mb, most_mb


def fsync_ms(directory: Path) -> float:
    """How long the disk takes to make 4 KB durable: what a commit cannot be faster than."""
    times = []
    with (directory / "fsync").open("wb", buffering=0) as file:
        for _ in range(50):
            begun = time.perf_counter()
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000
