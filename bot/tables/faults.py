"""What is wrong with a table, as a sentence; pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class FaultView:
    """One fault of a table, by row (from 1) and heading."""

    wrong: str
    row: int | None
    column: str | None
    heading: str
    detail: str


def fault_sentence(fault: FaultView, texts: Texts, *, placed: bool = True) -> str:
    """What is wrong, and where."""
    column = texts(f"table.column_{fault.column}") if fault.column else ""
    sentence = texts(f"table.wrong_{fault.wrong}", detail=fault.detail, column=column)
    if not placed or fault.row is None:
        return sentence
    if not fault.heading:
        return texts("table.at_row", row=fault.row, fault=sentence)
    return texts("table.at_cell", row=fault.row, heading=fault.heading, fault=sentence)
