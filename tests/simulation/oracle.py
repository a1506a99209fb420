"""Which reminders must have been sent, and which must not, judged from what happened.

It takes from the engine only the steps of a deadline, which have tests of their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from scheduler.calendar import WorkingCalendar
from scheduler.plan import PlannedStep, ReminderPolicy, Whom, next_day
from tests.simulation.course import NEVER, Course
from tests.simulation.facts import Epoch, Facts, Key, Matter, Unit
from tests.simulation.reading import is_cut, mentions

SLACK = timedelta(minutes=3)
"""So much later than its moment a message is still in time: a tick, a second's pace."""


@dataclass(slots=True)
class Message:
    """A reminder that came, or was refused, as a person reads it."""

    true: datetime
    clock: datetime
    chat: int
    names: set[Key]
    urgent: bool
    passes_quiet: bool
    cut: bool


@dataclass(slots=True)
class Verdict:
    """What was found. Every fault has a sentence."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def fault(self, kind: str, sentence: str) -> None:
        """One more of what must not be."""
        self.faults[kind].append(sentence)


@dataclass(slots=True)
class Step:
    """A step of an open deadline that has come, in true time; `until` it may be sent."""

    planned: PlannedStep
    come: datetime
    until: datetime


class Oracle:
    """Judges one year."""

    def __init__(
        self,
        facts: Facts,
        course: Course,
        *,
        calendar: WorkingCalendar,
        policy: ReminderPolicy,
        most_a_day: int,
    ) -> None:
        self._facts, self._course, self._calendar = facts, course, calendar
        self._policy, self._most = policy, most_a_day
        self.verdict = Verdict()
        self._messages = [
            self._read(each.true, each.chat, each.text)
            for each in facts.sent
            if each.message_id is not None
        ]
        self._by_chat: dict[int, list[Message]] = defaultdict(list)
        self._times: dict[int, list[datetime]] = {}
        for message in self._messages:
            self._by_chat[message.chat].append(message)
        for chat, messages in self._by_chat.items():
            self._times[chat] = [message.true for message in messages]
        self._counted = Counter(
            (message.chat, self._day(message.true))
            for message in self._messages
            if not message.urgent
        )
        self._refused = {chat: facts.refusals(chat) for chat in facts.blocked}

    def _read(self, true: datetime, chat: int, text: str) -> Message:
        names = mentions(text)
        letters = [self._facts.matters[key].letter for key in names if key in self._facts.matters]
        return Message(
            true,
            self._course.shown(true),
            chat,
            names,
            urgent=any(letter.urgent for letter in letters),
            passes_quiet=bool(letters) and all(letter.passes_quiet for letter in letters),
            cut=is_cut(text),
        )

    def judge(self) -> Verdict:
        """The whole year."""
        self._judge_messages()
        for matter in self._facts.matters.values():
            for epoch in matter.epochs:
                self._judge_epoch(matter, epoch)
        return self.verdict

    # --- each message by itself ------------------------------------------------------------------

    def _judge_messages(self) -> None:
        for message in self._messages:
            self.verdict.counts["messages"] += 1
            self.verdict.counts["named"] += len(message.names)
            if not message.names:
                self.verdict.fault("unwarranted", f"{self._told(message)}: names nothing")
            if message.urgent and len({what[:3] for what, _ in message.names}) > 1:
                self.verdict.fault("unwarranted", f"{self._told(message)}: urgent, and not alone")
            if not message.passes_quiet and self._calendar.is_quiet(message.clock):
                self.verdict.fault("in quiet time", self._told(message))
            for key in message.names:
                self._judge_mention(message, key)
        for messages in self._by_chat.values():
            calm = [message for message in messages if not message.urgent]
            for before, after in pairwise(calm):
                if after.true - before.true < timedelta(minutes=1):
                    what = f"{self._told(before)}, then {self._told(after)}"
                    self.verdict.fault("two in one slot", what)
        self._judge_cap()

    def _judge_cap(self) -> None:
        offices = set(self._facts.duty)
        for (chat, day), count in self._counted.items():
            if count > self._most and chat not in offices:
                self.verdict.fault("more than the day's most", f"{count} in {chat} on {day}")

    def _judge_mention(self, message: Message, key: Key) -> None:
        matter = self._facts.matters.get(key)
        if matter is None:
            self.verdict.fault("unwarranted", f"{self._told(message)}: no such work: {key}")
            return
        epoch = self._epoch_at(matter, message.true)
        if epoch is None:
            self.verdict.fault("after the end", f"{self._told(message)}: {key} was over")
            return
        come = [step for step in self._steps(matter, epoch) if step.come <= message.true]
        if not come:
            self.verdict.fault("unwarranted", f"{self._told(message)}: {key} had no step yet")
        elif not self._may_get(message, matter.unit, come):
            self.verdict.fault("unwarranted", f"{self._told(message)}: {key} is not for that chat")

    def _epoch_at(self, matter: Matter, true: datetime) -> Epoch | None:
        second = timedelta(seconds=1)
        for epoch in matter.epochs:
            if epoch.begins <= true and (epoch.ends is None or true < epoch.ends + second):
                return epoch
        return None

    def _may_get(self, message: Message, unit: Unit, come: Sequence[Step]) -> bool:
        """Whether the chat may be one of those that any step so far goes to."""
        chat, true = message.chat, message.true
        reached = {step.planned.whom for step in come}
        if chat in self._facts.duty:
            return Whom.STAFF in reached
        if unit.group is not None and chat == unit.group.telegram_id:
            return unit.group.reminds or not self._reachable(unit, true, leaders=False)
        if chat in unit.there(true, leaders=False):
            return True
        if chat in unit.there(true, leaders=True):
            return Whom.LEADER in reached or any(
                not self._reachable(unit, step.come + SLACK, leaders=False) for step in come
            )
        return False

    # --- what must have come ---------------------------------------------------------------------

    def _steps(self, matter: Matter, epoch: Epoch) -> list[Step]:
        """The steps whose time came while this deadline stood, in true time."""
        after = self._course.shown(epoch.begins)
        ends = epoch.ends or self._course.ends
        planned = [step for step in epoch.planned if step.at > after]
        come = [self._course.first(step.at, since=epoch.begins) for step in planned]
        found = []
        for number, step in enumerate(planned):
            until = come[number + 1] if number + 1 < len(planned) else NEVER
            if step.at < epoch.deadline:
                until = min(until, self._course.first(epoch.deadline, since=epoch.begins))
            if come[number] < ends:
                found.append(Step(step, come[number], until))
        return found

    def _judge_epoch(self, matter: Matter, epoch: Epoch) -> None:
        steps = self._steps(matter, epoch)
        after = self._course.shown(epoch.begins)
        planned = sum(
            step.at > after and self._course.first(step.at, since=epoch.begins) < self._course.ends
            for step in epoch.planned
        )
        self.verdict.counts["planned"] += planned
        self.verdict.counts["finished"] += planned - len(steps)
        for step in steps:
            self.verdict.counts[self._outcome(matter, epoch, step)] += 1
        self._judge_doubles(matter, epoch, steps)

    def _outcome(self, matter: Matter, epoch: Epoch, step: Step) -> str:
        """What became of one step; a fault is told if a chat that must have it has not."""
        ends = epoch.ends or self._course.ends
        calendar = None if matter.letter.passes_quiet else self._calendar
        look = self._course.ready(step.come, calendar=calendar)
        if look >= min(step.until, ends):
            return "finished" if ends <= step.until else "stale"
        targets = self._targets(step.planned.whom, matter.unit, look)
        if not targets:
            return "nobody"
        outcomes = [self._in_chat(matter, chat, step, look, ends) for chat in targets]
        for outcome in ("missed", "sent", "late", "held", "finished"):
            if outcome in outcomes:
                return outcome
        return "gone"

    def _in_chat(
        self, matter: Matter, chat: int, step: Step, look: datetime, ends: datetime
    ) -> str:
        came = self._first_mention(matter.key, chat, step.come, look + SLACK)
        if came is not None:
            return "sent" if came - step.come <= SLACK else "late"
        if ends <= look + SLACK:
            return "finished"
        if not self._stays(matter.unit, chat, look):
            return "gone"
        if not matter.letter.urgent and self._is_full(chat, look):
            return self._held(matter, chat, step, look, ends)
        told = f"{matter.key} {step.planned.step} at {self._local(look)} in {chat}"
        self.verdict.fault("missed", told)
        return "missed"

    def _held(self, matter: Matter, chat: int, step: Step, look: datetime, ends: datetime) -> str:
        """The day's most had been sent there: it goes the next day, if nothing has come between."""
        clock = next_day(self._course.shown(look), policy=self._policy, calendar=self._calendar)
        again = self._course.ready(self._course.first(clock, since=look), calendar=self._calendar)
        came = self._first_mention(matter.key, chat, look, again + SLACK)
        if (
            came is None
            and again + SLACK < min(ends, step.until)
            and self._stays(matter.unit, chat, again)
        ):
            told = f"{matter.key} {step.planned.step}, held till {self._local(again)}, in {chat}"
            self.verdict.fault("missed", told)
            return "missed"
        return "held"

    def _is_full(self, chat: int, true: datetime) -> bool:
        if chat in self._facts.duty:
            return False
        day = self._day(true)
        if self._counted[chat, day] < self._most:
            return False
        before = [
            message
            for message in self._by_chat[chat]
            if message.true < true + SLACK and not message.urgent
            and self._day(message.true) == day
        ]  # fmt: skip
        return len(before) >= self._most

    def _first_mention(
        self, key: Key, chat: int, since: datetime, until: datetime
    ) -> datetime | None:
        for message in self._between(chat, since, until):
            if key in message.names or message.cut:
                return message.true
        return None

    def _between(self, chat: int, since: datetime, until: datetime) -> Iterator[Message]:
        times = self._times.get(chat, [])
        for place in range(bisect_left(times, since), bisect_right(times, until)):
            yield self._by_chat[chat][place]

    # --- to whom ---------------------------------------------------------------------------------

    def _targets(self, whom: Whom, unit: Unit, true: datetime) -> list[int]:
        if whom is Whom.STAFF:
            return list(self._facts.duty)
        if whom is Whom.LEADER:
            return self._reachable(unit, true, leaders=True)
        found = self._reachable(unit, true, leaders=False)
        found = found or self._reachable(unit, true, leaders=True)
        if unit.group is not None and (unit.group.reminds or not found):
            found = [*found, unit.group.telegram_id]
        return found

    def _reachable(self, unit: Unit, true: datetime, *, leaders: bool) -> list[int]:
        """Chats of the unit's people of which it is not known that they take nothing."""
        there = unit.there(true, leaders=leaders)
        return [chat for chat in there if not self._is_known_lost(chat, true)]

    def _is_known_lost(self, chat: int, true: datetime) -> bool:
        for begins, *rest in self._facts.blocked.get(chat, ()):
            ends = rest[0] if rest else NEVER
            refused = [at for at in self._refused[chat] if begins <= at < ends]
            if refused and refused[0] < true < ends:
                return True
        return False

    def _stays(self, unit: Unit, chat: int, look: datetime) -> bool:
        """Whether somebody could be written to the whole time that a message had to come."""
        if chat in self._facts.duty or (unit.group and chat == unit.group.telegram_id):
            return True
        at = (look, look + SLACK)
        there = all(
            any(chat in unit.there(true, leaders=leaders) for leaders in (True, False))
            for true in at
        )
        return there and not any(self._facts.is_blocked(chat, true) for true in at)

    # --- never twice -----------------------------------------------------------------------------

    def _judge_doubles(self, matter: Matter, epoch: Epoch, steps: Sequence[Step]) -> None:
        ends = epoch.ends or self._course.ends
        chats = {
            *(member.telegram_id for member in matter.unit.members),
            *([matter.unit.group.telegram_id] if matter.unit.group else []),
            *self._facts.duty,
        }
        marks = [*(step.come for step in steps), ends]
        for begins, after in pairwise(marks):
            for chat in chats:
                # What comes at the very moment of the next step is the next step.
                same = [
                    message
                    for message in self._between(chat, begins, after - timedelta(microseconds=1))
                    if matter.key in message.names
                ]
                if len(same) > 1:
                    times = ", ".join(self._local(message.true) for message in same)
                    self.verdict.fault("doubled", f"{matter.key} in {chat}: {times}")

    def _day(self, true: datetime) -> date:
        return self._calendar.local_date(self._course.shown(true))

    def _told(self, message: Message) -> str:
        shown = ", ".join(f"{what}/{unit}" for what, unit in sorted(message.names)[:3])
        return f"{self._local(message.true)} to {message.chat} about {shown}"

    def _local(self, true: datetime) -> str:
        """As the clock on the wall shows it."""
        return f"{self._course.shown(true).astimezone(self._calendar.zone):%a %d.%m. %H:%M:%S}"
