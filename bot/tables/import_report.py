"""What an import found and would change, row by row, as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.registry import Plan
from bot.actions.unit_table import Fault, UnitTable
from bot.tables.faults import FaultView, fault_sentence
from bot.tables.plain_table import Sheet, workbook
from bot.texts import Texts


def import_workbook(table: UnitTable, plan: Plan, *, texts: Texts) -> bytes:
    """Its faults on one sheet, what becomes of the rows without a fault on the other."""
    faults = [[texts("table.head_row"), texts("table.head_column"), texts("table.head_fault")]]
    faults += [_fault_row(fault, texts) for fault in table.faults]
    return workbook(
        [
            Sheet(texts("table.sheet_faults"), faults),
            Sheet(texts("table.sheet_rows"), plan_rows(plan, texts)),
        ]
    )


def _fault_row(fault: Fault, texts: Texts) -> list[str]:
    view = fault_view(fault)
    return [str(fault.row or ""), fault.heading, fault_sentence(view, texts, placed=False)]


def fault_view(fault: Fault) -> FaultView:
    """A fault as it is shown."""
    column = fault.column.value if fault.column else None
    return FaultView(fault.wrong.value, fault.row, column, fault.heading, fault.detail)


def plan_rows(plan: Plan, texts: Texts) -> list[list[str]]:
    """Every row without a fault, and what the import makes of it."""
    rows = [
        [
            texts("table.head_row"),
            texts("table.column_code"),
            texts("table.column_name"),
            texts("table.head_fate"),
            texts("table.head_changed"),
        ]
    ]
    for line in plan.lines:
        fate = texts(f"table.fate_{line.fate.value}")
        rows.append([str(line.row), line.code, line.name, fate, changed(line.changed, texts)])
    return rows


def changed(columns: Sequence[str], texts: Texts) -> str:
    """Which columns change a unit."""
    return ", ".join(texts(f"table.column_{column}") for column in columns)
