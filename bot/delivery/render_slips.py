"""What a receipt slip says, in words, and what is answered to who asks whether one is genuine;
pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from bot.delivery.render import Content, DirectiveView, Writer, directive_title, fit
from bot.domain import slips
from bot.domain.slips import Confirmed, Paper, Since, Slip
from bot.domain.splitting import shortened
from bot.texts.moments import Moments

_LONGEST_SUBJECT = 1000
_CONFIRMED_NAMED = 30
_TAKEN_BACK_NAMED = 5
_LONGEST_NOTE = 160


# One thing that a slip says: what about, and what.
Line = tuple[str, tuple[str, ...]]


def of_its_zone(slip: Slip, write: Writer) -> Writer:
    """The same writer with times as the slip has them, whatever zone the office has by now."""
    return Writer(write.texts, Moments(write.texts, ZoneInfo(slip.zone)), write.now)


def lines(slip: Slip, write: Writer, *, most: int = _CONFIRMED_NAMED) -> list[Line]:
    """All that the slip says, as plain words; so many confirmations at most."""
    say, moments = write.texts, write.moments
    title = directive_title(_identity(slip), write)
    found = [
        (say("slip.letter"), (title, *([slip.issuer] if slip.issuer else []))),
        (say("slip.subject"), (shortened(slip.subject, most=_LONGEST_SUBJECT),)),
        (say("slip.unit"), (slip.unit,)),
        (say("slip.confirmed"), _confirmed(slip, write, most=most)),
    ]
    if slip.version > 1:
        found.insert(1, (say("slip.version"), (str(slip.version),)))
    if slip.due_at is not None:
        key = "slip.late" if slip.is_late else "slip.in_time"
        found.append((say("slip.due"), (say(key, due=moments.short(slip.due_at)),)))
    zone = moments.zone_name(slip.made_at)
    made = say("slip.made_at", at=moments.short(slip.made_at), zone=zone)
    found.append((say("slip.made"), (made,)))
    return found


def _identity(slip: Slip) -> DirectiveView:
    return DirectiveView(
        issuer=slip.issuer,
        number=slip.number,
        symbol=slip.symbol,
        issued_on=slip.issued_on,
        urgency=None,
        subject=slip.subject,
        version=slip.version,
    )


def _confirmed(slip: Slip, write: Writer, *, most: int = _CONFIRMED_NAMED) -> tuple[str, ...]:
    shown = slip.confirmed[:most]
    named = [confirmation(each, write, of=slip.version) for each in shown]
    left = len(slip.confirmed) - len(shown)
    more = [write.texts("slip.more_confirmed", count=left)] if left else []
    return (*named, *more)


def confirmation(each: Confirmed, write: Writer, *, of: int) -> str:
    """`08:12 13/01/2023 – Nguyễn Văn An (Chánh Văn phòng, lãnh đạo) – …`"""
    say = write.texts
    role = say(f"slip.role_{each.role}") if each.role else ""
    who = ", ".join(filter(None, (each.title, role)))
    parts = [
        write.moments.short(each.at),
        f"{each.name} ({who})" if who else each.name,
        say(f"slip.door_{each.door}"),
    ]
    if each.version != of:
        parts.append(say("slip.of_version", version=each.version))
    if each.note:
        parts.append(shortened(each.note, most=_LONGEST_NOTE))
    return " – ".join(parts)


def paper(slip: Slip, code: str, write: Writer, *, link: str | None) -> Paper:
    """The page, with a QR code that asks the bot whether it is genuine, if its name is known."""
    there = of_its_zone(slip, write)
    shown = slips.shown(code)
    return Paper(
        office=slip.office,
        title=write.texts("slip.title"),
        lines=lines(slip, there, most=len(slip.confirmed)),
        more=lambda left: write.texts("slip.more_confirmed", count=left),
        code_label=write.texts("slip.code"),
        code=shown,
        scanned=link or shown,
        notes=(write.texts("slip.how_to_verify", code=shown), write.texts("slip.beside")),
    )


def caption(slip: Slip, code: str, write: Writer) -> str:
    """Below the file: what it is, its code, and that it is no letter."""
    title = directive_title(_identity(slip), write)
    return "\n".join(
        [
            write.bold("slip.caption", title=title),
            escape(shortened(slip.unit), quote=False),
            f"{write.say('slip.code')} <code>{slips.shown(code)}</code>",
            write.say("slip.beside"),
        ]
    )


def file_name(slip: Slip, write: Writer) -> str:
    """What the file is called."""
    name = write.texts("slip.file_name", number=slip.number or slip.made_at.strftime("%d%m%Y"))
    return f"{name}.pdf"


def check(slip: Slip, code: str, changed: Since, write: Writer) -> Content:
    """That a slip with this code was made, and what it says: another paper with it is forged. Then
    what has become of that since."""
    there = of_its_zone(slip, write)
    said = lines(slip, there)
    named = write.texts("slip.confirmed")
    head = [
        write.bold("slip.genuine", code=slips.shown(code)),
        write.say("slip.compare"),
        "",
        *(_line(label, "; ".join(words)) for label, words in said if label != named),
        _line(named, ""),
    ]
    foot = ["", *(escape(line, quote=False) for line in changes(slip, changed, there))]
    foot.append(there.zone_line(write.now))
    return Content(
        fit(
            head,
            [f"• {escape(each, quote=False)}" for each in _confirmed(slip, there)],
            foot,
            more=lambda left: write.say("slip.more_confirmed", count=left),
        )
    )


def _line(label: str, words: str) -> str:
    return f"<b>{escape(label, quote=False)}:</b> {escape(words, quote=False)}"


def changes(slip: Slip, changed: Since, write: Writer) -> Sequence[str]:
    """What is different now from what the slip says."""
    say = write.texts
    if changed.is_nothing:
        return [say("slip.unchanged")]
    found = [
        say("slip.taken_back", who=confirmation(each, write, of=slip.version))
        for each in changed.taken_back[:_TAKEN_BACK_NAMED]
    ]
    if changed.version is not None:
        found.append(say("slip.newer_version", version=changed.version))
    if changed.asks_again:
        found.append(say("slip.asked_again"))
    if changed.added:
        found.append(say("slip.added", count=changed.added))
    if changed.ending is not None:
        found.append(say(f"slip.ended_{changed.ending}"))
    return [say("slip.since"), *(f"• {line}" for line in found)]
