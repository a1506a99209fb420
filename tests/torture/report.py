"""The report of a run as text."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.torture.invariants import Figures

_COLUMNS = {
    "kills": "kills",
    "messages": "messages",
    "uncertain": "unclear",
    "extra": "extra copies",
    "updates": "updates",
    "parked": "parked",
    "lost": "lost",
    "doubled": "doubled",
    "false_accepted": "false accepted",
    "unexplained": "unexplained",
    "after_cancel": "after cancel",
    "unsound": "unsound",
}


@dataclass(slots=True)
class Report:
    """What has been done so far."""

    figures: dict[tuple[str, str], Figures] = field(default_factory=dict)  # by database and trial
    broken: list[str] = field(default_factory=list)

    def total(self) -> Figures:
        """Everything together."""
        total = Figures()
        for figures in self.figures.values():
            total.add(figures)
        return total

    def lines(self) -> list[str]:
        """A table."""
        width = max((len(trial) for _, trial in self.figures), default=0)
        head = "  ".join(_COLUMNS.values())
        lines = [f"{'':10}  {'':{width}}  {head}"]
        for (database, trial), figures in sorted(self.figures.items(), reverse=True):
            lines.append(f"{database:10}  {trial:{width}}  {_numbers(figures)}")
        lines.append(f"{'together':10}  {'':{width}}  {_numbers(self.total())}")
        return lines


def _numbers(figures: Figures) -> str:
    return "  ".join(f"{getattr(figures, name):>{len(title)},}" for name, title in _COLUMNS.items())
