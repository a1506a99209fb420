"""Which commands a person's menu offers. Buttons lead everywhere; this is for those who look."""

from __future__ import annotations

from bot.domain.rights import Actor, Right

_CONTACT = ("viec", "tuan", "nop", "hoi", "bangiao", "ngung")
_OF_SEVERAL = ("donvitoi",)
_STAFF: tuple[tuple[str, Right], ...] = (
    ("congvan", Right.ISSUE),
    ("duthao", Right.ISSUE),
    ("tiendo", Right.VIEW),
    ("baocao", Right.VIEW),
    ("nhac", Right.ISSUE),
    ("hengio", Right.ISSUE),
    ("lich", Right.VIEW),
    ("donvi", Right.VIEW),
    ("moi", Right.REGISTER),
    ("ketlai", Right.GOVERN),
    ("canbo", Right.GOVERN),
    ("ngaynghi", Right.GOVERN),
    ("nhatky", Right.REGISTER),
    ("cho", Right.REVIEW),
    ("mautraloi", Right.REVIEW),
    ("matlienlac", Right.VIEW),
    ("sapxep", Right.REGISTER),
)
_KNOWN = ("tim", "xacminh", "dulieu")
_EVERYONE = ("trogiup", "ngonngu", "huy")


def commands_for(actor: Actor) -> tuple[str, ...]:
    """The commands, in the order of the menu."""
    staff = tuple(command for command, right in _STAFF if actor.may(right))
    contact = _CONTACT if actor.unit_ids else ()
    several = _OF_SEVERAL if len(actor.unit_ids) > 1 else ()
    known = _KNOWN if actor.is_known else ()
    return (*staff, *contact, *several, *known, *_EVERYONE)
