"""What people are told of a table of links that was read: what was recorded for which task, how
much was there before, which rows were not taken and why; then what they have to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies, submission_receipts
from bot.actions.link_groups import Fault
from bot.actions.recording import Recorded
from bot.actions.replies import Values
from bot.actions.submission_receipts import Reader
from bot.actions.submitting import ChooseTask, ChooseUnit, Outcome
from bot.domain.articles import reference
from bot.texts import Texts
from bot.texts.periods import numbered

_SHOWN_FAULTS = 8
_SHOWN_LINES = 20


async def tell(
    session: AsyncSession,
    file_name: str,
    outcomes: Sequence[Outcome],
    faults: Sequence[Fault],
    *,
    repeated: int,
    reader: Reader,
    now: datetime,
) -> None:
    """One message with the numbers, and one for each thing that must be chosen; so many links
    stood in the file more than once."""
    recorded = [each for each in outcomes if isinstance(each, Recorded)]
    asked = [each for each in outcomes if not isinstance(each, Recorded)]
    say = reader.moments.texts
    lines = [_line(each, say) for each in recorded[:_SHOWN_LINES]]
    if len(recorded) > _SHOWN_LINES:
        lines.append(say("links.more_lines", count=len(recorded) - _SHOWN_LINES))
    lines += _faults(faults, say)
    counts = {
        "new": sum(each.new for each in recorded),
        "waiting": sum(each.new for each in asked),
        "duplicates": repeated + sum(map(_known, outcomes)),
        "bad": len({(fault.row.sheet, fault.row.row) for fault in faults}),
    }
    shown = "".join(f"\n{line}" for line in lines)
    values: Values = {"file": file_name, **counts, "lines": shown}
    await replies.notice(
        session, reader.chat_id, _key(counts), now=now, reply_to=reader.reply_to, values=values
    )
    for outcome in outcomes:
        if isinstance(outcome, Recorded):
            await submission_receipts.tell_ended(session, outcome, reader=reader, now=now)
        else:
            await submission_receipts.tell(session, outcome, reader=reader, now=now)


def _key(counts: Mapping[str, int]) -> str:
    """What waits for its task comes first, and alone if there is nothing else."""
    if not counts["waiting"]:
        return "links.read"
    if any(number for name, number in counts.items() if name != "waiting"):
        return "links.read_and_asked"
    return "links.read_asked"


def _known(outcome: Outcome) -> int:
    match outcome:
        case Recorded():
            return len(outcome.duplicates)
        case ChooseTask():
            return len(outcome.known)
        case ChooseUnit():
            return 0  # not looked at before it is known for whom they are


def _line(recorded: Recorded, say: Texts) -> str:
    values = {
        "position": numbered(recorded.task_position, recorded.period, say),
        "new": recorded.new,
        "duplicates": len(recorded.duplicates),
        "total": recorded.total,
        "expected": recorded.expected,
    }
    if recorded.first_id is None:
        line = say("links.line_known", **values)
    else:
        line = say("links.line", **values, code=reference(recorded.first_id))
    return f"{recorded.unit_name}: {line}" if recorded.by_office else line


def _faults(faults: Sequence[Fault], say: Texts) -> list[str]:
    lines = []
    for fault in faults[:_SHOWN_FAULTS]:
        reason = say(fault.error.key, **fault.error.parameters)
        if fault.row.sheet:
            line = say(
                "links.fault_on_sheet", sheet=fault.row.sheet, row=fault.row.row, reason=reason
            )
        else:
            line = say("links.fault", row=fault.row.row, reason=reason)
        lines.append(line)
    if len(faults) > _SHOWN_FAULTS:
        lines.append(say("links.more_faults", count=len(faults) - _SHOWN_FAULTS))
    return lines
