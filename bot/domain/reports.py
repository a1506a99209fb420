"""In which forms a directive's report can be had as a file; stdlib only."""

from __future__ import annotations

from enum import StrEnum


class ReportForm(StrEnum):
    """How its file ends."""

    XLSX = "xlsx"
    CSV = "csv"  # the articles alone
