"""All tables, in the words of the vocabulary. No behaviour here: decisions are in `bot.domain`."""

from bot.storage.tables.base import Base
from bot.storage.tables.directives import (
    Acknowledgement,
    Addressee,
    Article,
    Assignment,
    Card,
    Directive,
    Reminder,
    Submission,
    Task,
)
from bot.storage.tables.drafts import Draft, DraftGroup, DraftTask
from bot.storage.tables.machine import DayOverride, KeptValue, Lease, OutboxMessage, Update
from bot.storage.tables.people import (
    Chat,
    Contact,
    Dialogue,
    ExpectedContact,
    Invite,
    InviteTry,
    JoinRequest,
    Person,
    Staff,
    StaffScope,
)
from bot.storage.tables.record import Event, EventValues
from bot.storage.tables.registry import (
    Group,
    TableImport,
    Unit,
    UnitChange,
    UnitGroup,
    UnitName,
    UnitSite,
)

__all__ = [
    "Acknowledgement",
    "Addressee",
    "Article",
    "Assignment",
    "Base",
    "Card",
    "Chat",
    "Contact",
    "DayOverride",
    "Dialogue",
    "Directive",
    "Draft",
    "DraftGroup",
    "DraftTask",
    "Event",
    "EventValues",
    "ExpectedContact",
    "Group",
    "Invite",
    "InviteTry",
    "JoinRequest",
    "KeptValue",
    "Lease",
    "OutboxMessage",
    "Person",
    "Reminder",
    "Staff",
    "StaffScope",
    "Submission",
    "TableImport",
    "Task",
    "Unit",
    "UnitChange",
    "UnitGroup",
    "UnitName",
    "UnitSite",
    "Update",
]
