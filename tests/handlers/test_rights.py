"""Who may use which command and button, for everyone there is; and presses that nobody offered."""

from __future__ import annotations

from collections.abc import Callable as Function
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import drafts as draft_actions
from bot.actions import people as people_actions
from bot.actions import unit_changes
from bot.actions.unit_changes import Wish
from bot.callbacks import Callback, Press
from bot.domain.articles import ReviewKind
from bot.domain.consent import CONSENT_VERSION
from bot.domain.dialogues import DialogueKind
from bot.domain.reminder_plans import number_of
from bot.domain.states import (
    ArticleState,
    AssignmentState,
    ContactRole,
    Door,
    DraftState,
    Ending,
    EventDoor,
    ExtensionState,
    ImportState,
    InviteKind,
    JoinState,
    Lane,
    MessageKind,
    OutboxState,
    Sending,
    StaffRole,
    UnitChangeKind,
    UnplacedState,
)
from bot.intake.raw import raw_update
from bot.storage import dialogues, invites, joining, people, submissions, updates
from bot.storage.submissions import NewSubmission
from bot.storage.tables import (
    Acknowledgement,
    Addition,
    Article,
    Assignment,
    CannedAnswer,
    Contact,
    Dialogue,
    Directive,
    Draft,
    DraftGroup,
    DraftTask,
    Event,
    Group,
    Invite,
    OutboxMessage,
    ReviewDecision,
    Staff,
    Submission,
    Unit,
)
from bot.texts import texts
from handlers import COMMANDS, PRESSES
from handlers.guards import Who
from tests import factories
from tests.factories import Issued, Somebody
from tests.handlers import direct
from tests.handlers.conftest import Office, Phone, Popup, facts_in

say = texts("vi")


class Role(StrEnum):
    """Everybody who may turn up."""

    STRANGER = "stranger"
    CONTACT = "contact of the unit"
    OTHER_CONTACT = "contact of another unit"
    LEADER = "leader of the unit"
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    SENDER = "sender"
    ADMIN = "admin"
    REMOVED_STAFF = "removed staff"
    ENDED_CONTACT = "ended contact"
    LIMITED_SENDER = "sender limited to the other unit's group"
    LIMITED_ADMIN = "administrator limited to the other unit's group"
    GROUP_MEMBER = "person in the unit's group who is no contact"
    ANONYMOUS = "anonymous administrator of the unit's group"


R = Role
# The last two are nobody; what they may do in the unit's group stands in IN_THE_GROUP.
EVERYONE = frozenset(Role) - {R.GROUP_MEMBER, R.ANONYMOUS}
OF_THE_UNIT = frozenset({R.CONTACT, R.LEADER})
OF_A_UNIT = OF_THE_UNIT | {R.OTHER_CONTACT}
STAFF = frozenset({R.VIEWER, R.REVIEWER, R.SENDER, R.ADMIN})
ISSUING = frozenset({R.SENDER, R.ADMIN})
REVIEWING = ISSUING | {R.REVIEWER}
GOVERNING = frozenset({R.ADMIN})
# Who is limited has the rights of the same role without limits, of which these remain for what
# concerns another unit, or none.
LIMITED = {R.LIMITED_SENDER: R.SENDER, R.LIMITED_ADMIN: R.ADMIN}

COMMAND_FOR: dict[str, frozenset[Role]] = {
    "start": EVERYONE,
    "trogiup": EVERYONE,
    "ngonngu": EVERYONE,
    "huy": EVERYONE - {R.STRANGER},
    "viec": OF_A_UNIT,
    "tuan": OF_A_UNIT,
    "nop": OF_A_UNIT,
    "hoi": OF_A_UNIT,
    "congvan": ISSUING,
    "tiendo": STAFF,
    "baocao": STAFF,
    "duthao": ISSUING,
    "hengio": ISSUING,
    "lich": STAFF,
    "nhac": ISSUING,
    "donvi": STAFF,
    "tim": STAFF | OF_A_UNIT,
    "moi": frozenset({R.ADMIN}),
    "canbo": GOVERNING,
    "ngaynghi": GOVERNING,
    "nhatky": GOVERNING,
    "ketlai": GOVERNING,
    "cho": REVIEWING,
    "matlienlac": STAFF,
    "xacminh": STAFF | OF_A_UNIT,
    "mautraloi": REVIEWING,
    "donvitoi": OF_A_UNIT,
    "bangiao": OF_A_UNIT,
    "ngung": OF_A_UNIT,
    "dulieu": EVERYONE,
    "sapxep": GOVERNING,
}
# For buttons of the unit's card, of a sender's draft, of an invite that was opened.
PRESS_FOR: dict[Press, frozenset[Role]] = {
    Press.ACKNOWLEDGE: OF_THE_UNIT,
    Press.FULL_TEXT: OF_THE_UNIT,
    Press.SLIP: OF_THE_UNIT | STAFF,
    Press.OPEN_CARD: OF_THE_UNIT,
    Press.QUESTION_PUBLISH_ASK: ISSUING,
    Press.QUESTION_PUBLISH_EDIT: ISSUING,
    Press.QUESTION_PUBLISH: ISSUING,
    Press.ADDITION_WITHDRAW: ISSUING,
    Press.CANNED_PAGE: REVIEWING,
    Press.CANNED_ADD: ISSUING,
    Press.CANNED_DROP: ISSUING,
    Press.QUESTION_CANNED: REVIEWING,
    Press.QUESTION_CANNED_SEND: REVIEWING,
    Press.DONE_MENU: OF_THE_UNIT,
    Press.REPORT_DONE: OF_THE_UNIT,
    Press.MORE: OF_THE_UNIT,
    Press.DELEGATE_ASK: OF_THE_UNIT,
    Press.DELEGATE: OF_THE_UNIT,
    Press.DELEGATE_OTHER: OF_THE_UNIT,
    Press.CANNOT_ASK: OF_THE_UNIT,
    Press.CANNOT: OF_THE_UNIT,
    Press.NOTHING_ASK: OF_THE_UNIT,
    Press.NOTHING: OF_THE_UNIT,
    Press.ANSWER_BACK: OF_THE_UNIT,
    Press.ANSWER_SHOW: REVIEWING,
    Press.ANSWER_AGREE: REVIEWING,
    Press.ANSWER_DISAGREE: REVIEWING,
    Press.ANSWER_GIVE_AGAIN: REVIEWING,
    Press.NOTE_LEAVE: REVIEWING,
    Press.ARTICLES_PAGE: REVIEWING,
    Press.ARTICLES_ACCEPT: REVIEWING,
    Press.ARTICLE: REVIEWING,
    Press.ARTICLE_ACCEPT: REVIEWING,
    Press.ARTICLE_RETURN: REVIEWING,
    Press.ARTICLE_REASON: REVIEWING,
    Press.ARTICLE_OTHER_REASON: REVIEWING,
    Press.ARTICLE_UNDO: REVIEWING,
    Press.ARTICLE_FILE: REVIEWING,
    Press.SUBMIT: OF_THE_UNIT,
    Press.PLACE_LINKS: OF_THE_UNIT,
    Press.ASK_TASK_AGAIN: OF_A_UNIT,
    Press.DROP_SUBMISSION: OF_THE_UNIT,
    Press.ENTER_WORK: REVIEWING,
    Press.PLACE_ENTERED: REVIEWING,
    Press.JOIN: EVERYONE - {R.STRANGER},
    Press.JOIN_RENAME: EVERYONE - {R.STRANGER},
    Press.LANGUAGE: EVERYONE,
    Press.DRAFT_CARD: ISSUING,
    Press.DRAFT_NUMBER: ISSUING,
    Press.DRAFT_DATE: ISSUING,
    Press.DRAFT_DATE_TODAY: ISSUING,
    Press.DRAFT_SUBJECT: ISSUING,
    Press.DRAFT_GROUPS: ISSUING,
    Press.DRAFT_GROUP: ISSUING,
    Press.DRAFT_GROUP_OUT: ISSUING,
    Press.DRAFT_AUDIENCE: ISSUING,
    Press.DRAFT_FIND_UNIT: ISSUING,
    Press.DRAFT_UNIT: ISSUING,
    Press.DRAFT_UNIT_PEOPLE: ISSUING,
    Press.DRAFT_PERSON: ISSUING,
    Press.DRAFT_PARTS: ISSUING,
    Press.DRAFT_PART: ISSUING,
    Press.DRAFT_PARTS_ALL: ISSUING,
    Press.DRAFT_TEST: ISSUING,
    Press.TEST_COPY: EVERYONE,
    Press.DRAFT_DEADLINES: ISSUING,
    Press.DRAFT_TASK: ISSUING,
    Press.DRAFT_DEADLINE: ISSUING,
    Press.DRAFT_DEADLINE_TYPED: ISSUING,
    Press.DRAFT_DEADLINE_FOUND: ISSUING,
    Press.DRAFT_DEADLINES_FOUND: ISSUING,
    Press.DRAFT_TASKS: ISSUING,
    Press.DRAFT_TASK_PAGE: ISSUING,
    Press.DRAFT_TASK_ADD: ISSUING,
    Press.DRAFT_TASK_EDIT: ISSUING,
    Press.DRAFT_TASK_EXPECTED: ISSUING,
    Press.DRAFT_TASK_EVERY: ISSUING,
    Press.DRAFT_TASK_EVERY_SET: ISSUING,
    Press.DRAFT_TASK_MOVE: ISSUING,
    Press.DRAFT_TASK_REMOVE_ASK: ISSUING,
    Press.DRAFT_TASK_REMOVE: ISSUING,
    Press.DRAFT_ISSUER: ISSUING,
    Press.DRAFT_URGENCIES: ISSUING,
    Press.DRAFT_URGENCY: ISSUING,
    Press.DRAFT_MORE: ISSUING,
    Press.DRAFT_TEXT: ISSUING,
    Press.DRAFT_DROP_ASK: ISSUING,
    Press.DRAFTS_PAGE: ISSUING,
    Press.DRAFT_OPEN: ISSUING,
    Press.DIRECTIVE_CLONE: ISSUING,
    Press.TEMPLATE_SAVE: ISSUING,
    Press.TEMPLATE: ISSUING,
    Press.TEMPLATE_USE: ISSUING,
    Press.TEMPLATE_DROP_ASK: ISSUING,
    Press.TEMPLATE_DROP: ISSUING,
    Press.RECURRENCE: ISSUING,
    Press.RECURRENCE_EVERY: ISSUING,
    Press.RECURRENCE_SET: ISSUING,
    Press.RECURRENCE_STOP: ISSUING,
    Press.DRAFT_PREVIEW: ISSUING,
    Press.DRAFT_UNCLEAR: ISSUING,
    Press.DRAFT_SEND_AT: ISSUING,
    Press.DRAFT_NO_SEND_AT: ISSUING,
    Press.DRAFT_ISSUE: ISSUING,
    Press.DRAFT_ISSUE_UNNUMBERED: ISSUING,
    Press.DRAFT_DROP: ISSUING,
    Press.DRAFT_FILES: ISSUING,
    Press.DRAFT_FILE_ADD: ISSUING,
    Press.DRAFT_FILES_DONE: ISSUING,
    Press.DRAFT_FILE_DROP: ISSUING,
    Press.DRAFT_FILE_AT: ISSUING,
    Press.DRAFT_RELATIONS: ISSUING,
    Press.DRAFT_RELATED_PAGE: ISSUING,
    Press.DRAFT_RELATED_FIND: ISSUING,
    Press.DRAFT_RELATE: ISSUING,
    Press.DRAFT_UNRELATE: ISSUING,
    Press.DRAFT_SUBMIT: ISSUING,
    Press.REVIEW_SHOW: ISSUING,
    Press.REVIEW_APPROVE: ISSUING,
    Press.REVIEW_RETURN: ISSUING,
    Press.SENDING_PAUSE: ISSUING,
    Press.SENDING_RESUME: ISSUING,
    Press.SENDING_CANCEL_ASK: ISSUING,
    Press.SENDING_CANCEL: ISSUING,
    Press.SENDING_NOW: ISSUING,
    Press.RETRY_FAILED_ASK: ISSUING,
    Press.RETRY_FAILED: ISSUING,
    Press.RETRY_UNCERTAIN_ASK: ISSUING,
    Press.RETRY_UNCERTAIN: ISSUING,
    Press.APPOINTED_PAGE: ISSUING,
    Press.TASKS_PAGE: OF_A_UNIT,
    Press.WEEKLY: OF_A_UNIT,
    Press.EXTEND_ASK: OF_THE_UNIT,
    Press.EXTEND_TASK: OF_THE_UNIT,
    Press.EXTEND_DAYS: OF_THE_UNIT,
    Press.EXTEND_BACK: OF_THE_UNIT,
    Press.SNOOZE_ASK: OF_THE_UNIT,
    Press.SNOOZE: OF_THE_UNIT,
    Press.EXTENSION_SHOW: ISSUING,
    Press.EXTENSION_GRANT: ISSUING,
    Press.EXTENSION_CHANGE: ISSUING,
    Press.EXTENSION_REFUSE: ISSUING,
    Press.AGENDA_PAGE: STAFF,
    Press.AGENDA_OF: STAFF,
    Press.AGENDA_ENTRY: STAFF,
    Press.AGENDA_SKIP: ISSUING,
    Press.AGENDA_KEEP: ISSUING,
    Press.AGENDA_SEND_ASK: ISSUING,
    Press.AGENDA_SEND: ISSUING,
    Press.STATE_PAGE: STAFF,
    Press.LATE_ASK: ISSUING,
    Press.LATE_ADD: ISSUING,
    Press.ADDRESSEE_PAGE: ISSUING,
    Press.ADDRESSEE_FIND: ISSUING,
    Press.ADDRESSEE_ASK: ISSUING,
    Press.ADDRESSEE_ADD: ISSUING,
    Press.SEARCH_PAGE: STAFF | OF_A_UNIT,
    Press.QUESTION_ASK: OF_THE_UNIT,
    Press.QUESTION_ABOUT: OF_THE_UNIT,
    Press.QUESTION_MORE: OF_THE_UNIT,
    Press.QUESTION_MINE: OF_THE_UNIT,
    Press.OWN_ARTICLES: OF_THE_UNIT,
    Press.OWN_ARTICLE: OF_THE_UNIT,
    Press.OWN_ARTICLE_WITHDRAW: OF_THE_UNIT,
    Press.OWN_ARTICLE_REPLACE: OF_THE_UNIT,
    Press.OWN_ARTICLE_MOVE_ASK: OF_THE_UNIT,
    Press.OWN_ARTICLE_MOVE: OF_THE_UNIT,
    Press.ARTICLE_TITLE: OF_THE_UNIT,
    Press.QUESTION_SHOW: OF_THE_UNIT | REVIEWING,
    Press.QUESTION_ANSWER: REVIEWING,
    Press.QUESTION_TAKE: REVIEWING,
    Press.QUESTION_GIVE: REVIEWING,
    Press.QUESTION_GIVE_TO: REVIEWING,
    Press.QUESTION_CLOSE: REVIEWING,
    Press.REPORT: STAFF,
    Press.REPORT_CSV: STAFF,
    Press.VERSIONS_PAGE: STAFF,
    Press.ENDED_PAGE: STAFF,
    Press.OPEN_PAGE: STAFF,
    Press.DRAFT_ACKNOWLEDGE_BY: ISSUING,
    Press.DRAFT_REMINDERS: ISSUING,
    Press.DRAFT_PLAN: ISSUING,
    Press.DRAFT_PASSES_QUIET: ISSUING,
    Press.DRAFT_TASK_PLANS: ISSUING,
    Press.DRAFT_TASK_PLAN: ISSUING,
    Press.RECEIPTS_PAGE: STAFF,
    Press.RECEIPTS_UNIT: STAFF,
    Press.CHASE_ASK: ISSUING,
    Press.CHASE: ISSUING,
    Press.NUDGE_AIMS: ISSUING,
    Press.NUDGE_GROUPS: ISSUING,
    Press.NUDGE_SHOW: ISSUING,
    Press.NUDGE_UNIT: ISSUING,
    Press.NUDGE: ISSUING,
    Press.CALL_SHEET: ISSUING,
    Press.PHONED_ASK: ISSUING,
    Press.PHONED_BACK: ISSUING,
    Press.CORRECT: ISSUING,
    Press.CORRECTION_NOTE: ISSUING,
    Press.CORRECTION_ASKS: ISSUING,
    Press.CORRECTION_ISSUE: ISSUING,
    Press.RECALL_ASK: ISSUING,
    Press.RECALL: ISSUING,
    Press.ERASED: OF_THE_UNIT,
    Press.REPLACE: ISSUING,
    Press.CLOSE_ASK: ISSUING,
    Press.CLOSE: ISSUING,
    Press.REOPEN: ISSUING,
    Press.STAFF_PAGE: GOVERNING,
    Press.STAFF_MEMBER: GOVERNING,
    Press.STAFF_ROLE: GOVERNING,
    Press.STAFF_GROUPS: GOVERNING,
    Press.STAFF_GROUP: GOVERNING,
    Press.STAFF_NO_LIMITS: GOVERNING,
    Press.STAFF_REMOVE_ASK: GOVERNING,
    Press.STAFF_REMOVE: GOVERNING,
    Press.STAFF_INVITE_ASK: GOVERNING,
    Press.STAFF_INVITE: GOVERNING,
    Press.DAYS_PAGE: GOVERNING,
    Press.DAY_ASK: GOVERNING,
    Press.DAY_CLEAR: GOVERNING,
    Press.LOG_PAGE: GOVERNING,
    Press.LOG_FILE: GOVERNING,
    Press.PARKED_PAGE: GOVERNING,
    Press.PARKED_REPLAY: GOVERNING,
    Press.PARKED_SKIP: GOVERNING,
    Press.PARKED_REPLAY_ALL: GOVERNING,
    Press.UNITS_PAGE: STAFF,
    Press.UNITS_EXPORT: STAFF,
    Press.UNIT: STAFF,
    Press.GROUPS_PAGE: STAFF,
    Press.GROUP: STAFF,
    Press.UNIT_ADD: GOVERNING,
    Press.UNIT_EDIT: GOVERNING,
    Press.UNIT_GROUPS: GOVERNING,
    Press.UNIT_GROUP: GOVERNING,
    Press.UNIT_REMINDS_GROUP: GOVERNING,
    Press.GROUP_ADD: GOVERNING,
    Press.GROUP_EDIT: GOVERNING,
    Press.IMPORT_CARD: GOVERNING,
    Press.IMPORT_COLUMNS: GOVERNING,
    Press.IMPORT_COLUMN: GOVERNING,
    Press.IMPORT_MEANING: GOVERNING,
    Press.IMPORT_TAKE: GOVERNING,
    Press.IMPORT_REPORT: GOVERNING,
    Press.IMPORT_DROP: GOVERNING,
    Press.JOIN_TITLE: EVERYONE - {R.STRANGER},
    Press.CONSENT: EVERYONE - {R.STRANGER},
    Press.WAITING_PAGE: REVIEWING,
    Press.WAITING_OF: REVIEWING,
    Press.UNPLACED_SHOW: REVIEWING,
    Press.UNPLACED_UNIT_ASK: REVIEWING,
    Press.UNPLACED_UNIT: REVIEWING,
    Press.UNPLACED_DIRECTIVE: REVIEWING,
    Press.UNPLACED_PLACE: REVIEWING,
    Press.UNPLACED_TO_QUESTION: OF_THE_UNIT | REVIEWING,
    Press.UNPLACED_DISMISS: REVIEWING,
    Press.UNPLACED_OF: REVIEWING,
    Press.JOIN_APPROVE: GOVERNING,
    Press.JOIN_REJECT: GOVERNING,
    Press.JOIN_MOVE: GOVERNING,
    Press.JOIN_MOVE_TO: GOVERNING,
    Press.INVITE_UNITS: GOVERNING,
    Press.INVITE_UNIT: GOVERNING,
    Press.INVITE_NEW: GOVERNING,
    Press.INVITE_STAFF_GROUP: GOVERNING,
    Press.INVITE_REVOKE: GOVERNING,
    Press.INVITE_GROUPS: GOVERNING,
    Press.INVITE_SHEET: GOVERNING,
    Press.UNREACHABLE_PAGE: STAFF,
    Press.UNREACHABLE_FILE: STAFF,
    Press.HAND_OVER: OF_THE_UNIT | GOVERNING,
    Press.DEPUTY: OF_THE_UNIT | GOVERNING,
    Press.END_DEPUTY: OF_THE_UNIT | GOVERNING,
    Press.CHOOSE_UNIT: OF_A_UNIT,
    Press.SPEAK_FOR: OF_THE_UNIT,
    Press.STOP: OF_THE_UNIT,
    Press.ASK_ERASURE: EVERYONE - {R.STRANGER},
    Press.ERASURE: GOVERNING,
    Press.ERASURE_DECLINE: GOVERNING,
    Press.CHANGES_PAGE: GOVERNING,
    Press.CHANGE_MENU: GOVERNING,
    Press.CHANGE_UNIT: GOVERNING,
    Press.CHANGE_WORK: GOVERNING,
    Press.CHANGE_DAY: GOVERNING,
    Press.CHANGE_DO: GOVERNING,
    Press.CHANGE_DROP: GOVERNING,
    Press.CONTACTS_OF: GOVERNING,
}
# What is about nothing of a unit's: the person's own, lists that show what is theirs.
UNBOUND = frozenset(
    {
        Press.NOTE_LEAVE,  # of one's own words
        Press.JOIN,
        Press.JOIN_RENAME,
        Press.ASK_TASK_AGAIN,
        Press.LANGUAGE,
        Press.TEST_COPY,
        Press.DRAFTS_PAGE,
        Press.APPOINTED_PAGE,
        Press.AGENDA_PAGE,
        Press.TASKS_PAGE,
        Press.WEEKLY,
        Press.DAYS_PAGE,
        Press.DAY_ASK,
        Press.DAY_CLEAR,  # what is not declared stays so
        Press.SEARCH_PAGE,
        Press.ENDED_PAGE,
        Press.OPEN_PAGE,
        Press.STAFF_PAGE,
        Press.STAFF_INVITE_ASK,
        Press.STAFF_INVITE,
        Press.PARKED_PAGE,
        Press.PARKED_REPLAY_ALL,
        Press.UNITS_PAGE,
        Press.UNITS_EXPORT,
        Press.UNIT_ADD,
        Press.GROUPS_PAGE,
        Press.GROUP_ADD,
        Press.JOIN_TITLE,
        Press.CONSENT,
        Press.WAITING_PAGE,
        Press.WAITING_OF,
        Press.INVITE_UNITS,
        Press.INVITE_STAFF_GROUP,
        Press.INVITE_GROUPS,
        Press.UNREACHABLE_PAGE,
        Press.UNREACHABLE_FILE,
        Press.NUDGE_AIMS,
        Press.NUDGE_GROUPS,
        Press.CHOOSE_UNIT,
        Press.ASK_ERASURE,
        Press.CHANGES_PAGE,
        Press.CANNED_PAGE,
        Press.CANNED_ADD,
        Press.CANNED_DROP,  # what is gone is gone
    }
)
# What can still be seen, or done, of a directive that is closed, or whose sending was given up; a
# group of units is never over.
STILL_WHEN_CLOSED = UNBOUND | {
    Press.SENDING_NOW,  # kindly answered: it has begun
    Press.STATE_PAGE,
    Press.AGENDA_OF,
    Press.AGENDA_ENTRY,
    Press.DIRECTIVE_CLONE,
    Press.REPORT,
    Press.REPORT_CSV,
    Press.VERSIONS_PAGE,
    Press.RECEIPTS_PAGE,
    Press.RECEIPTS_UNIT,
    Press.REOPEN,
    Press.ERASED,  # of another one, which was recalled
    Press.FULL_TEXT,
    Press.DROP_SUBMISSION,
    Press.ANSWER_SHOW,
    Press.QUESTION_ASK,  # only what was recalled is not asked about
    Press.QUESTION_ABOUT,
    Press.QUESTION_MORE,
    Press.QUESTION_MINE,
    Press.OWN_ARTICLES,
    Press.OWN_ARTICLE,
    Press.QUESTION_SHOW,
    Press.QUESTION_ANSWER,
    Press.QUESTION_TAKE,
    Press.QUESTION_GIVE,
    Press.QUESTION_GIVE_TO,
    Press.QUESTION_CLOSE,
    Press.SLIP,
    Press.OPEN_CARD,
    Press.QUESTION_CANNED,
    Press.QUESTION_CANNED_SEND,
    Press.UNPLACED_SHOW,
    Press.ARTICLES_PAGE,
    Press.ARTICLE,
    Press.ARTICLE_FILE,
    Press.LOG_PAGE,
    Press.LOG_FILE,
    Press.GROUP,
    Press.GROUP_EDIT,
    Press.INVITE_SHEET,
    Press.CONTACTS_OF,  # a retired unit's people may have to finish what is open
}
STILL_WHEN_CANCELLED = (STILL_WHEN_CLOSED | {Press.ARTICLES_ACCEPT}) - {  # of which none waits
    Press.SENDING_NOW,
    Press.FULL_TEXT,
    Press.QUESTION_ASK,
    Press.QUESTION_ABOUT,
    Press.QUESTION_MINE,
    Press.OWN_ARTICLES,
    Press.OWN_ARTICLE,
    Press.SLIP,
    Press.OPEN_CARD,
}
IN_THE_GROUP: dict[Role, frozenset[Press]] = {
    R.GROUP_MEMBER: frozenset({Press.TEST_COPY}),
    R.ANONYMOUS: frozenset({Press.LANGUAGE, Press.TEST_COPY}),
}
REFUSAL_KEYS = {
    "refused.stranger",
    "refused.not_yours",
    "refused.former",
    "refused.retired",
    "refused.not_your_unit",
    "refused.not_here",
    "refused.gone",
    "refused.closed",
    "refused.recalled",
    "refused.replaced",
    "refused.out_of_scope",
    "refused.not_all_in_scope",
    "refused.group_out_of_scope",
    "refused.anonymous",
    "refused.private_only",
    "link.not_the_sender",
    "link.placed_before",
    "extension.over_before",
    "review.own",
    "review.not_as_shown",
    "group.not_linked",
}
MISSING = 999_999_999_999_999_999
AN_HOUR_LATER = int((factories.NOON + timedelta(hours=1)).timestamp())
DUE_DAY_SLOT = datetime(2026, 10, 16, 1, tzinfo=UTC)
DUE_DAY = int(DUE_DAY_SLOT.timestamp()) // 60
LETTERS_DEADLINE = int(datetime(2026, 10, 30, 10, tzinfo=UTC).timestamp())
REFUSALS = {say(key) for key in REFUSAL_KEYS} | {
    say("start.stranger", office="Sở Thông tin và Truyền thông"),
    say("parked.not_parked", reference=MISSING),
    say("unplaced.was_dismissed", name="Trần Thị Mai"),
}


@dataclass(frozen=True, slots=True)
class Material:
    """One of everything that a press can be about."""

    directive: int
    addressee: int
    assignment: int
    submission: int
    entered: int  # what the person entered for the unit
    draft: int
    draft_state: int
    draft_task: int
    draft_group: int
    member: int
    parked: int
    unit: int
    group: int
    table: int
    join_request: int
    invite: int
    place: int
    deputy: int
    change: int
    wishing: int
    person: int
    template: int
    attachment: int
    submitted: int
    submitted_state: int
    plain: int  # a directive of which nothing is being sent
    correction: int
    correction_state: int
    recalled: int
    answer: int  # the unit cannot do it, and nobody has decided
    agreed_answer: int
    question: int
    colleague: int  # of the office, who may answer
    confirmed: int  # an addressee that has confirmed
    answered: int  # a question
    addition: int
    canned: int
    unplaced: int
    extension: int
    reminder: int  # a message
    article: int  # which nobody has decided
    accepted_article: int
    post: int  # a link to a page that only people can read
    other_assignment: int  # of the same unit, which has not had it


PRESSED: dict[Press, Function[[Material], tuple[int, ...]]] = {
    Press.ACKNOWLEDGE: lambda m: (m.addressee,),
    Press.FULL_TEXT: lambda m: (m.addressee,),
    Press.SLIP: lambda m: (m.confirmed,),
    Press.OPEN_CARD: lambda m: (m.confirmed,),
    Press.QUESTION_PUBLISH_ASK: lambda m: (m.answered,),
    Press.QUESTION_PUBLISH_EDIT: lambda m: (m.answered,),
    Press.QUESTION_PUBLISH: lambda m: (m.answered,),
    Press.ADDITION_WITHDRAW: lambda m: (m.addition,),
    Press.CANNED_PAGE: lambda _: (1,),
    Press.CANNED_ADD: lambda _: (),
    Press.CANNED_DROP: lambda m: (m.canned, 1),
    Press.QUESTION_CANNED: lambda m: (m.answered,),
    Press.QUESTION_CANNED_SEND: lambda m: (m.answered, m.canned),
    Press.DONE_MENU: lambda m: (m.addressee,),
    Press.REPORT_DONE: lambda m: (m.assignment,),
    Press.MORE: lambda m: (m.addressee,),
    Press.DELEGATE_ASK: lambda m: (m.addressee, 1),
    Press.DELEGATE: lambda m: (m.addressee, m.person),
    Press.DELEGATE_OTHER: lambda m: (m.addressee,),
    Press.CANNOT_ASK: lambda m: (m.addressee, 1),
    Press.CANNOT: lambda m: (m.addressee, m.assignment),
    Press.NOTHING_ASK: lambda m: (m.addressee, 1),
    Press.NOTHING: lambda m: (m.addressee, m.assignment),
    Press.ANSWER_BACK: lambda m: (m.answer,),
    Press.ANSWER_SHOW: lambda m: (m.answer,),
    Press.ANSWER_AGREE: lambda m: (m.answer,),
    Press.ANSWER_DISAGREE: lambda m: (m.answer,),
    Press.ANSWER_GIVE_AGAIN: lambda m: (m.agreed_answer,),
    Press.NOTE_LEAVE: lambda _: (0,),
    Press.ARTICLES_PAGE: lambda m: (m.directive, 1),
    Press.ARTICLES_ACCEPT: lambda m: (m.directive, 1),
    Press.ARTICLE: lambda m: (0, m.article, 0),
    Press.ARTICLE_ACCEPT: lambda m: (0, m.article, 0),
    Press.ARTICLE_RETURN: lambda m: (0, m.article, 0),
    Press.ARTICLE_REASON: lambda m: (0, m.article, 0, 0),
    Press.ARTICLE_OTHER_REASON: lambda m: (0, m.article, 0),
    Press.ARTICLE_UNDO: lambda m: (0, m.accepted_article, 0),
    Press.ARTICLE_FILE: lambda m: (m.article,),
    Press.SUBMIT: lambda m: (m.addressee,),
    Press.PLACE_LINKS: lambda m: (m.submission, m.assignment),
    Press.ASK_TASK_AGAIN: lambda _: (),
    Press.DROP_SUBMISSION: lambda m: (m.submission,),
    Press.ENTER_WORK: lambda m: (m.addressee,),
    Press.PLACE_ENTERED: lambda m: (m.entered, m.assignment),
    Press.JOIN: lambda _: (),
    Press.JOIN_RENAME: lambda _: (),
    Press.LANGUAGE: lambda _: (0,),
    Press.DRAFT_CARD: lambda m: (m.draft,),
    Press.DRAFT_NUMBER: lambda m: (m.draft,),
    Press.DRAFT_DATE: lambda m: (m.draft,),
    Press.DRAFT_DATE_TODAY: lambda m: (m.draft,),
    Press.DRAFT_SUBJECT: lambda m: (m.draft,),
    Press.DRAFT_GROUPS: lambda m: (m.draft,),
    Press.DRAFT_GROUP: lambda m: (m.draft_group, 0),
    Press.DRAFT_GROUP_OUT: lambda m: (m.draft_group, 1),
    Press.DRAFT_AUDIENCE: lambda m: (m.draft, 0, 1),
    Press.DRAFT_FIND_UNIT: lambda m: (m.draft, 1),
    Press.DRAFT_UNIT: lambda m: (m.draft, m.unit, 1, 1, 1),
    Press.DRAFT_UNIT_PEOPLE: lambda m: (m.draft, m.unit, 1),
    Press.DRAFT_PERSON: lambda m: (m.draft, m.person, 1, 1),
    Press.DRAFT_PARTS: lambda m: (m.draft, m.draft_task, 1),
    Press.DRAFT_PART: lambda m: (m.draft_task, 0, m.group, 1, 1),
    Press.DRAFT_PARTS_ALL: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_TEST: lambda m: (m.draft,),
    Press.TEST_COPY: lambda _: (),
    Press.DRAFT_DEADLINES: lambda m: (m.draft,),
    Press.DRAFT_TASK: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_DEADLINE: lambda m: (m.draft, m.draft_task, 3),
    Press.DRAFT_DEADLINE_TYPED: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_DEADLINE_FOUND: lambda m: (m.draft, m.draft_task, LETTERS_DEADLINE),
    Press.DRAFT_DEADLINES_FOUND: lambda m: (m.draft,),
    Press.DRAFT_TASKS: lambda m: (m.draft, 1),
    Press.DRAFT_TASK_PAGE: lambda m: (m.draft, m.draft_task, 1),
    Press.DRAFT_TASK_ADD: lambda m: (m.draft,),
    Press.DRAFT_TASK_EDIT: lambda m: (m.draft, m.draft_task, 1),
    Press.DRAFT_TASK_EXPECTED: lambda m: (m.draft, m.draft_task, 3),
    Press.DRAFT_TASK_EVERY: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_TASK_EVERY_SET: lambda m: (m.draft, m.draft_task, 0, 0),
    Press.DRAFT_TASK_MOVE: lambda m: (m.draft, m.draft_task, 2),
    Press.DRAFT_TASK_REMOVE_ASK: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_TASK_REMOVE: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_ISSUER: lambda m: (m.draft,),
    Press.DRAFT_URGENCIES: lambda m: (m.draft,),
    Press.DRAFT_URGENCY: lambda m: (m.draft, 1),
    Press.DRAFT_MORE: lambda m: (m.draft,),
    Press.DRAFT_TEXT: lambda m: (m.draft,),
    Press.DRAFT_DROP_ASK: lambda m: (m.draft,),
    Press.DRAFTS_PAGE: lambda _: (0, 1),
    Press.DRAFT_OPEN: lambda m: (m.draft,),
    Press.DIRECTIVE_CLONE: lambda m: (m.directive,),
    Press.TEMPLATE_SAVE: lambda m: (m.draft,),
    Press.TEMPLATE: lambda m: (m.template,),
    Press.TEMPLATE_USE: lambda m: (m.template,),
    Press.TEMPLATE_DROP_ASK: lambda m: (m.template,),
    Press.TEMPLATE_DROP: lambda m: (m.template,),
    Press.RECURRENCE: lambda m: (m.template,),
    Press.RECURRENCE_EVERY: lambda m: (m.template, 1),
    Press.RECURRENCE_SET: lambda m: (m.template, 1, 31),
    Press.RECURRENCE_STOP: lambda m: (m.template,),
    Press.DRAFT_PREVIEW: lambda m: (m.draft,),
    Press.DRAFT_UNCLEAR: lambda m: (m.draft, 1),
    Press.DRAFT_SEND_AT: lambda m: (m.draft,),
    Press.DRAFT_NO_SEND_AT: lambda m: (m.draft,),
    Press.DRAFT_ISSUE: lambda m: (m.draft, m.draft_state),
    Press.DRAFT_ISSUE_UNNUMBERED: lambda m: (m.draft, m.draft_state),
    Press.DRAFT_DROP: lambda m: (m.draft,),
    Press.DRAFT_FILES: lambda m: (m.draft,),
    Press.DRAFT_FILE_ADD: lambda m: (m.draft,),
    Press.DRAFT_FILES_DONE: lambda m: (m.draft,),
    Press.DRAFT_FILE_DROP: lambda m: (m.draft, m.attachment),
    Press.DRAFT_FILE_AT: lambda m: (m.draft, m.attachment, 1),
    Press.DRAFT_RELATIONS: lambda m: (m.draft,),
    Press.DRAFT_RELATED_PAGE: lambda m: (m.draft, 0, 1),
    Press.DRAFT_RELATED_FIND: lambda m: (m.draft, 0),
    Press.DRAFT_RELATE: lambda m: (m.draft, 1, m.directive),
    Press.DRAFT_UNRELATE: lambda m: (m.draft,),
    Press.DRAFT_SUBMIT: lambda m: (m.draft, m.draft_state),
    Press.REVIEW_SHOW: lambda m: (m.submitted,),
    Press.REVIEW_APPROVE: lambda m: (m.submitted, m.submitted_state),
    Press.REVIEW_RETURN: lambda m: (m.submitted, m.submitted_state),
    Press.SENDING_PAUSE: lambda m: (m.directive,),
    Press.SENDING_RESUME: lambda m: (m.directive,),
    Press.SENDING_CANCEL_ASK: lambda m: (m.directive,),
    Press.SENDING_CANCEL: lambda m: (m.directive,),
    Press.SENDING_NOW: lambda m: (m.directive,),
    Press.RETRY_FAILED_ASK: lambda m: (m.directive,),
    Press.RETRY_FAILED: lambda m: (m.directive, 0),
    Press.RETRY_UNCERTAIN_ASK: lambda m: (m.directive,),
    Press.RETRY_UNCERTAIN: lambda m: (m.directive,),
    Press.APPOINTED_PAGE: lambda _: (1,),
    Press.TASKS_PAGE: lambda _: (1,),
    Press.WEEKLY: lambda _: (1,),
    Press.EXTEND_ASK: lambda m: (m.addressee,),
    Press.EXTEND_TASK: lambda m: (m.assignment,),
    Press.EXTEND_DAYS: lambda m: (m.assignment, 3),
    Press.EXTEND_BACK: lambda m: (m.extension,),
    Press.SNOOZE_ASK: lambda m: (m.reminder,),
    Press.SNOOZE: lambda m: (m.reminder, AN_HOUR_LATER),
    Press.EXTENSION_SHOW: lambda m: (m.extension,),
    Press.EXTENSION_GRANT: lambda m: (m.extension,),
    Press.EXTENSION_CHANGE: lambda m: (m.extension,),
    Press.EXTENSION_REFUSE: lambda m: (m.extension,),
    Press.AGENDA_PAGE: lambda _: (1, 1),
    Press.AGENDA_OF: lambda m: (m.directive, 1),
    Press.AGENDA_ENTRY: lambda m: (m.directive, DUE_DAY, 0),
    Press.AGENDA_SKIP: lambda m: (m.directive, DUE_DAY, 0),
    Press.AGENDA_KEEP: lambda m: (m.directive, DUE_DAY, 0),
    Press.AGENDA_SEND_ASK: lambda m: (m.directive, DUE_DAY, 0),
    Press.AGENDA_SEND: lambda m: (m.directive, DUE_DAY, 0),
    Press.STATE_PAGE: lambda m: (m.directive, 1),
    Press.LATE_ASK: lambda m: (m.directive,),
    Press.LATE_ADD: lambda m: (m.directive, 0),
    Press.ADDRESSEE_PAGE: lambda m: (m.directive, 1),
    Press.ADDRESSEE_FIND: lambda m: (m.directive,),
    Press.ADDRESSEE_ASK: lambda m: (m.directive, m.unit),
    Press.ADDRESSEE_ADD: lambda m: (m.directive, m.unit),
    Press.SEARCH_PAGE: lambda _: (1,),
    Press.QUESTION_ASK: lambda m: (m.addressee,),
    Press.QUESTION_ABOUT: lambda m: (m.addressee, 0),
    Press.QUESTION_MORE: lambda m: (m.question,),
    Press.QUESTION_MINE: lambda m: (m.addressee, 1),
    Press.OWN_ARTICLES: lambda m: (m.addressee, 1),
    Press.OWN_ARTICLE: lambda m: (m.article,),
    Press.OWN_ARTICLE_WITHDRAW: lambda m: (m.article,),
    Press.OWN_ARTICLE_REPLACE: lambda m: (m.article,),
    Press.OWN_ARTICLE_MOVE_ASK: lambda m: (m.article,),
    Press.OWN_ARTICLE_MOVE: lambda m: (m.post, m.other_assignment),
    Press.ARTICLE_TITLE: lambda m: (m.post,),
    Press.QUESTION_SHOW: lambda m: (m.question, 1),
    Press.QUESTION_ANSWER: lambda m: (m.question,),
    Press.QUESTION_TAKE: lambda m: (m.question,),
    Press.QUESTION_GIVE: lambda m: (m.question, 1),
    Press.QUESTION_GIVE_TO: lambda m: (m.question, m.colleague),
    Press.QUESTION_CLOSE: lambda m: (m.question,),
    Press.REPORT: lambda m: (m.directive,),
    Press.REPORT_CSV: lambda m: (m.directive,),
    Press.VERSIONS_PAGE: lambda m: (m.directive, 1),
    Press.ENDED_PAGE: lambda _: (1,),
    Press.OPEN_PAGE: lambda _: (0, 1),
    Press.DRAFT_ACKNOWLEDGE_BY: lambda m: (m.draft, 1),
    Press.DRAFT_REMINDERS: lambda m: (m.draft,),
    Press.DRAFT_PLAN: lambda m: (m.draft, number_of("Dày")),
    Press.DRAFT_PASSES_QUIET: lambda m: (m.draft, 1),
    Press.DRAFT_TASK_PLANS: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_TASK_PLAN: lambda m: (m.draft, m.draft_task, number_of("Dày")),
    Press.RECEIPTS_PAGE: lambda m: (m.directive, 0, 1),
    Press.RECEIPTS_UNIT: lambda m: (m.addressee,),
    Press.CHASE_ASK: lambda m: (m.directive, 0),
    Press.CHASE: lambda m: (m.directive, 0, 0),
    Press.NUDGE_AIMS: lambda _: (1,),
    Press.NUDGE_GROUPS: lambda _: (1,),
    Press.NUDGE_SHOW: lambda m: (1, m.directive, 1),
    Press.NUDGE_UNIT: lambda m: (1, m.directive, m.unit),
    Press.NUDGE: lambda m: (1, m.directive, 0),
    Press.CALL_SHEET: lambda m: (1, m.directive, 0),
    Press.PHONED_ASK: lambda m: (m.addressee,),
    Press.PHONED_BACK: lambda m: (m.addressee,),
    Press.CORRECT: lambda m: (m.plain,),
    Press.CORRECTION_NOTE: lambda m: (m.correction,),
    Press.CORRECTION_ASKS: lambda m: (m.correction, 1),
    Press.CORRECTION_ISSUE: lambda m: (m.correction, m.correction_state),
    Press.RECALL_ASK: lambda m: (m.plain,),
    Press.RECALL: lambda m: (m.plain,),
    Press.ERASED: lambda m: (m.recalled,),
    Press.REPLACE: lambda m: (m.plain,),
    Press.CLOSE_ASK: lambda m: (m.plain,),
    Press.CLOSE: lambda m: (m.plain,),
    Press.REOPEN: lambda m: (m.plain,),
    Press.STAFF_PAGE: lambda _: (1,),
    Press.STAFF_MEMBER: lambda m: (m.member,),
    Press.STAFF_ROLE: lambda m: (m.member, 1),
    Press.STAFF_GROUPS: lambda m: (m.member, 1),
    Press.STAFF_GROUP: lambda m: (m.member, m.group, 1),
    Press.STAFF_NO_LIMITS: lambda m: (m.member,),
    Press.STAFF_REMOVE_ASK: lambda m: (m.member,),
    Press.STAFF_REMOVE: lambda m: (m.member,),
    Press.STAFF_INVITE_ASK: lambda _: (),
    Press.STAFF_INVITE: lambda _: (3,),
    Press.DAYS_PAGE: lambda _: (1,),
    Press.DAY_ASK: lambda _: (0,),
    Press.DAY_CLEAR: lambda _: (740_000, 1),
    Press.LOG_PAGE: lambda m: (1, m.directive, 1),
    Press.LOG_FILE: lambda m: (1, m.directive),
    Press.PARKED_PAGE: lambda _: (1,),
    Press.PARKED_REPLAY: lambda m: (m.parked, 1),
    Press.PARKED_REPLAY_ALL: lambda _: (),
    Press.PARKED_SKIP: lambda m: (m.parked, 1),
    Press.UNITS_PAGE: lambda _: (1,),
    Press.UNITS_EXPORT: lambda _: (),
    Press.UNIT: lambda m: (m.unit,),
    Press.UNIT_ADD: lambda _: (),
    Press.UNIT_EDIT: lambda m: (m.unit, 0),
    Press.UNIT_GROUPS: lambda m: (m.unit, 1),
    Press.UNIT_GROUP: lambda m: (m.unit, m.group, 1, 0),
    Press.UNIT_REMINDS_GROUP: lambda m: (m.unit, 1),
    Press.GROUPS_PAGE: lambda _: (1,),
    Press.GROUP: lambda m: (m.group, 1),
    Press.GROUP_ADD: lambda _: (),
    Press.GROUP_EDIT: lambda m: (m.group, 0),
    Press.IMPORT_CARD: lambda m: (m.table,),
    Press.IMPORT_COLUMNS: lambda m: (m.table,),
    Press.IMPORT_COLUMN: lambda m: (m.table, 1),
    Press.IMPORT_MEANING: lambda m: (m.table, 1, 1),
    Press.IMPORT_TAKE: lambda m: (m.table,),
    Press.IMPORT_REPORT: lambda m: (m.table,),
    Press.IMPORT_DROP: lambda m: (m.table,),
    Press.JOIN_TITLE: lambda _: (),
    Press.CONSENT: lambda _: (CONSENT_VERSION,),
    Press.WAITING_PAGE: lambda _: (1,),
    Press.WAITING_OF: lambda _: (4, 1),
    Press.UNPLACED_SHOW: lambda m: (m.unplaced,),
    Press.UNPLACED_UNIT_ASK: lambda m: (m.unplaced,),
    Press.UNPLACED_UNIT: lambda m: (m.unplaced, m.unit),
    Press.UNPLACED_DIRECTIVE: lambda m: (m.unplaced, m.addressee),
    Press.UNPLACED_PLACE: lambda m: (m.unplaced, m.assignment),
    Press.UNPLACED_TO_QUESTION: lambda m: (m.unplaced,),
    Press.UNPLACED_DISMISS: lambda m: (m.unplaced,),
    Press.UNPLACED_OF: lambda m: (m.unit, 1),
    Press.JOIN_APPROVE: lambda m: (m.join_request,),
    Press.JOIN_REJECT: lambda m: (m.join_request,),
    Press.JOIN_MOVE: lambda m: (m.join_request,),
    Press.JOIN_MOVE_TO: lambda m: (m.join_request, m.unit),
    Press.INVITE_UNITS: lambda _: (1,),
    Press.INVITE_UNIT: lambda m: (m.unit,),
    Press.INVITE_NEW: lambda m: (m.unit, 0, 5),
    Press.INVITE_STAFF_GROUP: lambda _: (),
    Press.INVITE_REVOKE: lambda m: (m.invite,),
    Press.INVITE_GROUPS: lambda _: (1,),
    Press.INVITE_SHEET: lambda m: (m.group,),
    Press.UNREACHABLE_PAGE: lambda _: (1,),
    Press.UNREACHABLE_FILE: lambda _: (),
    Press.HAND_OVER: lambda m: (m.place,),
    Press.DEPUTY: lambda m: (m.place,),
    Press.END_DEPUTY: lambda m: (m.deputy,),
    Press.CHOOSE_UNIT: lambda _: (),
    Press.SPEAK_FOR: lambda m: (m.unit,),
    Press.STOP: lambda m: (m.unit,),
    Press.ASK_ERASURE: lambda _: (),
    Press.ERASURE: lambda m: (m.wishing,),
    Press.ERASURE_DECLINE: lambda m: (m.wishing,),
    Press.CHANGES_PAGE: lambda _: (1,),
    Press.CHANGE_MENU: lambda m: (m.unit,),
    Press.CHANGE_UNIT: lambda m: (m.unit, 0),
    Press.CHANGE_WORK: lambda m: (m.change, 1),
    Press.CHANGE_DAY: lambda m: (m.change,),
    Press.CHANGE_DO: lambda m: (m.change,),
    Press.CHANGE_DROP: lambda m: (m.change,),
    Press.CONTACTS_OF: lambda m: (m.unit,),
}


# --- the people and what they press --------------------------------------------------------------


class Object(StrEnum):
    """What may be pressed about."""

    OPEN = "of the unit"
    FOREIGN = "of the other unit"
    CLOSED = "closed directive, draft that was issued, who or what was removed, retired or decided"
    CANCELLED = "directive given up, draft or table that was dropped; else the same"
    GONE = "what there is not"


OVER = (Object.CLOSED, Object.CANCELLED)
NOTHING = Material(*([MISSING] * len(fields(Material))))


@dataclass
class Town:
    """Two units with work, and one of the people who may turn up."""

    session: AsyncSession
    unit: Unit
    other_unit: Unit
    group: Group
    other_group: Group
    author: Somebody
    contact: Somebody
    phone: Phone
    somebody: Somebody | None  # None for who is a stranger

    async def material(self, about: Object = Object.OPEN) -> Material:
        """A draft, a directive and more; the submission is the person's, if they may."""
        if about is Object.GONE:
            return NOTHING
        session = self.session
        unit, group = self.unit, self.group
        if about is Object.FOREIGN:
            unit, group = self.other_unit, self.other_group
        issued = await self._directive(unit, about)
        state = {Object.CLOSED: DraftState.ISSUED, Object.CANCELLED: DraftState.DROPPED}
        draft = await factories.create_draft(
            session,
            self.author,
            groups=[group],
            number=f"9{issued.directive.id}",
            state=state.get(about, DraftState.OPEN),
        )
        waiting = NewSubmission(
            person_id=(await self._owner(unit)).person.id,
            chat_id=self.contact.chat.id,
            message_id=1,
            links=("https://baoyenbai.com.vn/1/1/bai.aspx",),
        )
        submission = await submissions.add(session, waiting, now=factories.NOON)
        somebody = (self.somebody or self.author).person.id
        for_unit = replace(waiting, person_id=somebody, unit_id=unit.id, by_office=True)
        entered = await submissions.add(session, for_unit, now=factories.NOON)
        task = await session.scalar(select(DraftTask.id).where(DraftTask.draft_id == draft.id))
        await session.execute(
            update(DraftTask)
            .where(DraftTask.id == task)
            .values(text="Báo cáo trước 17h ngày 30/10/2026")
        )
        line = await session.scalar(select(DraftGroup.id).where(DraftGroup.draft_id == draft.id))
        assert task
        assert line
        return Material(
            issued.directive.id,
            issued.addressees[0].id,
            issued.assignments[0][0].id,
            submission,
            entered,
            draft.id,
            draft_actions.state_id(draft),
            task,
            line,
            await self._member(about),
            await self._parked(about),
            await self._registered(unit, group, about),
            group.id,
            await self._table(about),
            await self._join_request(unit, about),
            await self._invite(unit, about),
            *await self._places(unit, about),
            await self._change(unit, about),
            await self._wishing(about),
            await self._person(unit),
            await self._template(group, about),
            await self._attachment(draft),
            *await self._submitted(group, about),
            *await self._versions(unit, about),
            *await self._answers(unit, about),
            *await self._question(unit, issued),
            *await self._conversation(unit, about),
            await self._unplaced(unit, about),
            await self._extension(issued, about),
            await self._reminder(unit, issued),
            *await self._articles(unit, issued),
        )

    async def _articles(self, unit: Unit, issued: Issued) -> tuple[int, int, int, int]:
        """What the unit sent for both tasks, the second of which was accepted; a post, for the
        first; and the second task's work."""
        owner = await self._owner(unit)
        found = []
        first, second = issued.assignments[0]
        article_key, post_key = "baoyenbai.com.vn/1/2/bai.aspx", "facebook.com/xayenbai/posts/1"
        for assignment, key in ((first, article_key), (second, article_key), (first, post_key)):
            article = Article(
                assignment_id=assignment.id,
                person_id=owner.person.id,
                url=f"https://{key}",
                url_key=key,
                chat_id=owner.chat.id,
                message_id=1,
                state=ArticleState.RECORDED,
                submitted_at=factories.NOON,
            )
            self.session.add(article)
            found.append(article)
        await self.session.flush()
        found[1].state, found[1].decided_at = ArticleState.ACCEPTED, factories.NOON
        found[1].decided_by = self.author.person.id
        self.session.add(
            ReviewDecision(
                assignment_id=found[1].assignment_id,
                article_id=found[1].id,
                person_id=self.author.person.id,
                kind=ReviewKind.ACCEPTED,
                at=factories.NOON,
            )
        )
        await self.session.flush()
        return found[0].id, found[1].id, found[2].id, second.id

    async def _question(self, unit: Unit, issued: Issued) -> tuple[int, int]:
        """What was asked about the directive, which may be answered whatever becomes of that."""
        somebody = await factories.create_contact(self.session, unit)
        question = await factories.create_question(
            self.session, somebody, unit, addressee=issued.addressees[0]
        )
        colleague = await factories.create_staff(self.session)
        return question.id, colleague.person.id

    async def _conversation(self, unit: Unit, about: Object) -> tuple[int, int, int, int]:
        """An addressee that has confirmed and has its card, a question of it that was answered,
        what was published, and a canned answer."""
        issued = await factories.create_directive(self.session, [unit])
        (addressee,) = issued.addressees
        owner = await self._owner(unit)
        self.session.add(
            Acknowledgement(
                addressee_id=addressee.id,
                version=1,
                person_id=owner.person.id,
                chat_id=owner.chat.id,
                door=Door.CARD,
                at=factories.NOON,
            )
        )
        if about is Object.CLOSED:
            issued.directive.closed_at = factories.NOON
        if about is Object.CANCELLED:
            issued.directive.sending = Sending.CANCELLED
            for assignment in issued.assignments[0]:
                assignment.state = AssignmentState.CANCELLED
        question = await factories.create_answered_question(
            self.session, addressee, owner, self.author, unit_id=unit.id
        )
        addition = Addition(
            directive_id=issued.directive.id,
            asked="Treo cờ?",
            answer="Có.",
            person_id=self.author.person.id,
            at=factories.NOON,
            withdrawn_at=factories.NOON if about in OVER else None,
        )
        canned = CannedAnswer(
            name=f"Mẫu {addressee.id}",
            text="Có.",
            person_id=self.author.person.id,
            created_at=factories.NOON,
        )
        self.session.add_all([addition, canned])
        await self.session.flush()
        return addressee.id, question.id, addition.id, canned.id

    async def _extension(self, issued: Issued, about: Object) -> int:
        """A wish for a later deadline of the second task, or one that is over."""
        state = ExtensionState.OVER if about in OVER else ExtensionState.ASKED
        extension = await factories.create_extension(
            self.session, issued.assignments[0][1], self.contact, state=state
        )
        return extension.id

    async def _reminder(self, unit: Unit, issued: Issued) -> int:
        """What reminded the person of the first task, if they are of the unit, or another one."""
        somebody = await self._owner(unit)
        if unit.id not in (await somebody.actor(self.session)).unit_ids:
            somebody = await factories.create_contact(self.session, unit)
        return await factories.create_reminder(
            self.session, somebody.chat, issued.assignments[0][0]
        )

    async def _person(self, unit: Unit) -> int:
        """A contact of the unit, by their row there."""
        somebody = await factories.create_contact(self.session, unit)
        contact = await people.contact(self.session, unit_id=unit.id, person_id=somebody.person.id)
        assert contact is not None
        return contact.id

    async def _attachment(self, draft: Draft) -> int:
        """A file that goes with the draft's letter."""
        return (await factories.create_attachment(self.session, draft)).id

    async def _submitted(self, group: Group, about: Object) -> tuple[int, int]:
        """A draft of somebody else that waits for approval, or does no more."""
        state = {Object.CLOSED: DraftState.ISSUED, Object.CANCELLED: DraftState.DROPPED}
        draft = await factories.create_draft(
            self.session,
            self.author,
            groups=[group],
            number=f"8{group.id}{len(about)}",
            state=state.get(about, DraftState.SUBMITTED),
        )
        draft.submitted_at = factories.NOON
        return draft.id, draft_actions.state_id(draft)

    async def _parked(self, about: Object) -> int:
        """An update that waits for staff, or one that was skipped."""
        number = await factories.create_parked_update(self.session)
        if about in (Object.CLOSED, Object.CANCELLED):
            await updates.skip(self.session, number, reason="skipped", now=factories.NOON)
        return number

    async def _registered(self, unit: Unit, group: Group, about: Object) -> int:
        """The unit itself; what is over is another one's, for the person is a contact of this."""
        if about not in (Object.CLOSED, Object.CANCELLED):
            return unit.id
        retired = await factories.create_unit(self.session, groups=[group])
        retired.retired_at = factories.NOON
        return retired.id

    async def _table(self, about: Object) -> int:
        """A list of units on its way into the registry, or no more."""
        row = await factories.create_table_import(self.session, self.author)
        over = {Object.CLOSED: ImportState.TAKEN, Object.CANCELLED: ImportState.DROPPED}
        row.state = over.get(about, ImportState.OPEN)
        return row.id

    async def _join_request(self, unit: Unit, about: Object) -> int:
        """Somebody who asks to join the unit, or was let in."""
        asks = await factories.create_somebody(self.session, name="Lý Thị Hoa")
        request_id = await factories.create_join_request(self.session, asks, unit)
        if about in OVER:
            await joining.decide(
                self.session,
                request_id,
                JoinState.APPROVED,
                by=self.author.person.id,
                now=factories.NOON,
            )
        return request_id

    async def _invite(self, unit: Unit, about: Object) -> int:
        invite_id = await factories.create_invite(self.session, unit)
        if about in OVER:
            await invites.revoke(self.session, invite_id, now=factories.NOON)
        return invite_id

    async def _places(self, unit: Unit, about: Object) -> tuple[int, int]:
        """A contact of the unit, the person if they are one, and who stands in for them."""
        owner = await self._owner(unit)
        if unit.id not in (await owner.actor(self.session)).unit_ids:
            owner = await factories.create_contact(self.session, unit)
        deputy = await factories.create_contact(self.session, unit, name="Phạm Văn Dũng")
        if about in OVER:  # the person goes on: it is another one's place
            owner = await factories.create_contact(self.session, unit)
        places = [
            await people.contact(self.session, unit_id=unit.id, person_id=each.person.id)
            for each in (owner, deputy)
        ]
        place, standing_in = (place for place in places if place is not None)
        standing_in.deputy_for_id = owner.person.id
        if about in OVER:
            place.ended_at = standing_in.ended_at = factories.NOON
        await self.session.flush()
        return place.id, standing_in.id

    async def _change(self, unit: Unit, about: Object) -> int:
        """A change that waits for its confirmation, or was dropped."""
        change = await unit_changes.propose(
            self.session,
            Wish(kind=UnitChangeKind.RETIRE, unit_id=unit.id),
            today=factories.NOON.date(),
            actor=None,
            now=factories.NOON,
        )
        if about in OVER:
            await unit_changes.drop(self.session, change.id, actor=None, now=factories.NOON)
        return change.id

    async def _wishing(self, about: Object) -> int:
        """Somebody who would have their data erased, or would no more."""
        somebody = await factories.create_somebody(self.session, name="Đinh Thị Lan")
        somebody.person.erasure_asked_at = None if about in OVER else factories.NOON
        await self.session.flush()
        return somebody.person.id

    async def _template(self, group: Group, about: Object) -> int:
        """A template, or one that was deleted."""
        state = DraftState.DROPPED if about in OVER else DraftState.TEMPLATE
        template = await factories.create_draft(
            self.session, self.author, groups=[group], state=state
        )
        template.name = f"Mẫu {template.id}"
        await self.session.flush()
        return template.id

    async def _owner(self, unit: Unit) -> Somebody:
        if self.somebody and unit.id in (await self.somebody.actor(self.session)).unit_ids:
            return self.somebody
        return self.contact

    async def _member(self, about: Object) -> int:
        """Somebody of the office who can be given another role."""
        member = await factories.create_staff(self.session, StaffRole.VIEWER)
        row = await self.session.scalar(select(Staff).where(Staff.person_id == member.person.id))
        assert row is not None
        if about is Object.CLOSED or about is Object.CANCELLED:
            row.removed_at = factories.NOON
        return row.id

    async def _directive(self, unit: Unit, about: Object) -> Issued:
        """One that is to be sent tomorrow, with cards that failed and that are unclear before."""
        tomorrow = factories.NOON + timedelta(days=1)
        issued = await factories.create_directive(
            self.session, [unit], next_reminder_at=DUE_DAY_SLOT
        )
        issued.directive.send_at = tomorrow
        states = [OutboxState.WAITING, OutboxState.FAILED, OutboxState.UNCERTAIN]
        if about is Object.CLOSED:
            issued.directive.closed_at = issued.directive.send_at = factories.NOON
            states = [OutboxState.ACCEPTED]
        if about is Object.CANCELLED:
            issued.directive.sending = Sending.CANCELLED
            for assignment in issued.assignments[0]:
                assignment.state = AssignmentState.CANCELLED
            states = [OutboxState.WITHDRAWN]
        for state in states:
            message_id = await factories.create_message(
                self.session,
                self.author.chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                send_at=tomorrow,
                directive_id=issued.directive.id,
            )
            await self.session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == message_id)
                .values(
                    state=state,
                    reason="blocked" if state is OutboxState.FAILED else None,
                    finished_at=None if state is OutboxState.WAITING else factories.NOON,
                )
            )
        return issued

    async def _versions(self, unit: Unit, about: Object) -> tuple[int, int, int, int]:
        """A directive of which nothing is being sent, a correction of it, and one recalled."""
        plain = await factories.create_directive(self.session, [unit])
        if about is Object.CLOSED:
            plain.directive.closed_at = factories.NOON
        if about is Object.CANCELLED:
            plain.directive.sending = Sending.CANCELLED
            for assignment in plain.assignments[0]:
                assignment.state = AssignmentState.CANCELLED
        state = {Object.CLOSED: DraftState.ISSUED, Object.CANCELLED: DraftState.DROPPED}
        draft = await factories.create_draft(
            self.session, self.author, state=state.get(about, DraftState.OPEN)
        )
        draft.corrects_id = plain.directive.id
        recalled = (await factories.create_directive(self.session, [unit])).directive
        recalled.closed_at, recalled.ending = factories.NOON, Ending.RECALLED
        recalled.version = 2
        await self.session.flush()
        return plain.directive.id, draft.id, draft_actions.state_id(draft), recalled.id

    async def _answers(self, unit: Unit, about: Object) -> tuple[int, int]:
        """The unit cannot do either of two tasks, and the office has agreed to the second."""
        issued = await factories.create_directive(self.session, [unit])
        (first, second), addressee = issued.assignments[0], issued.addressees[0]
        second.state = AssignmentState.NOT_APPLICABLE
        if about is Object.CLOSED:
            issued.directive.closed_at = factories.NOON
        if about is Object.CANCELLED:
            issued.directive.sending = Sending.CANCELLED
            first.state = second.state = AssignmentState.CANCELLED
        by = await self._owner(unit)
        undecided = await factories.create_answer(self.session, addressee, by, first)
        agreed = await factories.create_answer(self.session, addressee, by, second)
        agreed.agreed, agreed.decided_by = True, self.author.person.id
        agreed.decided_at = factories.NOON
        await self.session.flush()
        return undecided.id, agreed.id

    async def _unplaced(self, unit: Unit, about: Object) -> int:
        """What somebody of the unit wrote, the person if they are, and nobody has decided; or who
        issued has let it be."""
        owner = await self._owner(unit)
        if unit.id not in (await owner.actor(self.session)).unit_ids:
            owner = await factories.create_contact(self.session, unit)
        row = await factories.create_unplaced(self.session, owner, unit)
        if about in OVER:
            row.state, row.decided_at = UnplacedState.DISMISSED, factories.NOON
            row.decided_by = self.author.person.id
            await self.session.flush()
        return row.id

    async def open_invite(self) -> None:
        """The person was shown an invite to another unit and has not answered."""
        if self.somebody is None:
            return
        await people_actions.create_invite(
            self.session, InviteKind.CONTACT, now=factories.NOON, unit_id=self.other_unit.id, uses=9
        )
        invite = await self.session.scalar(select(Invite.id).where(Invite.uses_left > 1))
        await dialogues.open_dialogue(
            self.session,
            DialogueKind.JOIN,
            person_id=self.somebody.person.id,
            chat_id=self.somebody.chat.id,
            data={"invite_id": invite},
            now=factories.NOON,
        )


async def _person(
    session: AsyncSession, role: Role, *, unit: Unit, other: Unit, other_group: Group
) -> Somebody:
    staff_roles = {R.VIEWER, R.REVIEWER, R.SENDER, R.ADMIN}
    if role in staff_roles:
        return await factories.create_staff(session, StaffRole(role.value))
    if role in LIMITED:
        somebody = await factories.create_staff(session, StaffRole(LIMITED[role].value))
        await factories.limit(session, somebody, other_group)
        return somebody
    if role is R.REMOVED_STAFF:
        somebody = await factories.create_staff(session, StaffRole.ADMIN)
        await session.execute(
            update(Staff)
            .where(Staff.person_id == somebody.person.id)
            .values(removed_at=factories.NOON)
        )
        return somebody
    if role is R.OTHER_CONTACT:
        return await factories.create_contact(session, other)
    somebody = await factories.create_somebody(session)
    await people.ensure_contact(
        session,
        unit_id=unit.id,
        person_id=somebody.person.id,
        role=ContactRole.LEADER if role is R.LEADER else ContactRole.CONTACT,
        now=factories.NOON,
    )
    if role is R.ENDED_CONTACT:
        await session.execute(
            update(Contact)
            .where(Contact.person_id == somebody.person.id)
            .values(ended_at=factories.NOON)
        )
    return somebody


async def settle_in(office: Office, session: AsyncSession, role: Role) -> Town:
    """Everything that is there before the person does anything."""
    paper, radio = await factories.create_group(session), await factories.create_group(session)
    unit = await factories.create_unit(session, groups=[paper])
    other = await factories.create_unit(session, name="Đài Phát thanh tỉnh", groups=[radio])
    author = await factories.create_staff(session)
    await factories.create_staff(session, StaffRole.ADMIN)  # so that nobody is the last one
    contact = await factories.create_contact(session, unit)
    group = await factories.create_group_chat(session, unit)
    somebody = None
    phone = Phone(office, 77, 77)
    if role is R.GROUP_MEMBER:
        phone = Phone(office, 77, group.telegram_id)
    elif role is R.ANONYMOUS:
        phone = Phone(office, direct.ANONYMOUS_ID, group.telegram_id)
    elif role is not R.STRANGER:
        somebody = await _person(session, role, unit=unit, other=other, other_group=radio)
        phone = Phone(office, somebody.person.telegram_id, somebody.person.telegram_id)
    await direct.write(office, session, phone, "/start")  # so that the chat is known
    return Town(session, unit, other, paper, radio, author, contact, phone, somebody)


def is_allowed(role: Role, press: Press, about: Object) -> bool:
    """The whole table."""
    if role in IN_THE_GROUP:
        return press in IN_THE_GROUP[role]
    still = {Object.CLOSED: STILL_WHEN_CLOSED, Object.CANCELLED: STILL_WHEN_CANCELLED}
    if about is Object.GONE and press not in UNBOUND:
        return False
    if about in still and press not in still[about]:
        return False
    if role in LIMITED:
        return LIMITED[role] in PRESS_FOR[press] and _is_within_limits(press, about)
    if about is Object.FOREIGN and press not in UNBOUND and PRESS_FOR[press] >= OF_THE_UNIT:
        return role is R.OTHER_CONTACT or role in PRESS_FOR[press] - OF_THE_UNIT
    return role in PRESS_FOR[press]


_OF_A_DRAFT = ("draft", "draft_task", "draft_group", "template", "attachment", "correction")


def _is_within_limits(press: Press, about: Object) -> bool:
    if PRESSES[press].who is Who.GOVERN:
        return False
    numbered = Material(*range(len(fields(Material))))
    of_drafts = [(getattr(numbered, name),) for name in _OF_A_DRAFT]
    of_a_draft = PRESSED[press](numbered)[:1] in of_drafts
    return press in UNBOUND or (about is Object.FOREIGN and not of_a_draft)


# --- the whole table -----------------------------------------------------------------------------


def test_every_command_and_press_has_its_row():
    assert set(COMMAND_FOR) == {names[0] for names in COMMANDS}
    assert set(PRESS_FOR) == set(PRESSES) == set(Press)
    assert set(PRESSED) == set(Press)


@pytest.mark.parametrize("role", Role)
async def test_every_press_of_everybody_on_everything(office: Office, role: Role):
    async with direct.undone(office) as session:
        town = await settle_in(office, session, role)
        await town.open_invite()
        # The rules are the same on both databases, so one of them is asked about everything.
        objects = tuple(Object) if office.rt.database.is_sqlite else (Object.OPEN,)
        pairs = [
            (press, about, Callback(press, PRESSED[press](material)))
            for about in objects
            for material in [await town.material(about)]
            for press in Press
        ]
        before, queued = await facts_in(session), await direct.last_queued(session)
        refused = [pair for pair in pairs if not is_allowed(role, pair[0], pair[1])]
        wrongly_done = []
        for press, about, data in refused:
            popup = await direct.press(office, session, town.phone, data)
            if not popup.alert or not popup.text:
                wrongly_done.append((press, about, popup))
        assert wrongly_done == []
        assert await direct.last_queued(session) == queued
        assert await facts_in(session) == before
        assert await session.scalar(_REFUSALS) == len(refused)

        wrongly_refused = []
        for press, about, data in pairs:
            if is_allowed(role, press, about):
                undone = await session.begin_nested()
                popup = await direct.press(office, session, town.phone, data)
                if popup.alert or await direct.keys(session, after=queued) & REFUSAL_KEYS:
                    wrongly_refused.append((press, about, popup))
                await undone.rollback()
                session.expire_all()
        assert wrongly_refused == []


_REFUSALS = select(func.count(Event.id)).where(Event.action == "refused")


_WHO_ARE_YOU = {"start.stranger"}
_FOR_STRANGERS = {"start", "trogiup"}  # which that sentence answers


def may_write(role: Role, command: str) -> bool:
    """The whole table of commands."""
    if role in IN_THE_GROUP:
        return command in ("start", "trogiup") or (command == "ngonngu" and role is R.ANONYMOUS)
    if role in LIMITED and command in ("canbo", "ketlai", "moi", "ngaynghi", "nhatky", "sapxep"):
        return False  # with what they are written here: another unit, or the office as a whole
    return LIMITED.get(role, role) in COMMAND_FOR[command]


@pytest.mark.parametrize("role", Role)
async def test_every_command_of_everybody(office: Office, role: Role):
    async with direct.undone(office) as session:
        town = await settle_in(office, session, role)
        before, code = await facts_in(session), town.unit.code
        refused = [command for command in COMMAND_FOR if not may_write(role, command)]
        for command in (*refused, *(each for each in COMMAND_FOR if each not in refused)):
            last = await direct.last_queued(session)
            undone = await session.begin_nested()
            argument = f" {code}" if command in ("moi", "nhatky", "sapxep") else ""
            await direct.write(office, session, town.phone, f"/{command}{argument}")
            keys = await direct.keys(session, after=last)
            sentences = REFUSAL_KEYS if command in _FOR_STRANGERS else REFUSAL_KEYS | _WHO_ARE_YOU
            assert bool(keys & sentences) is (command in refused), (command, keys)
            if command in refused:
                await undone.commit()
            else:
                await undone.rollback()
                session.expire_all()
            if command == refused[-1]:
                assert await facts_in(session) == before


async def test_a_right_that_is_lost_is_lost_at_the_next_press(office: Office):
    async with direct.undone(office) as session:
        town = await settle_in(office, session, R.ADMIN)
        first, second = await town.material(), await town.material()
        drop = Callback(Press.DRAFT_DROP, (first.draft,))
        assert await direct.press(office, session, town.phone, drop) == Popup("", alert=False)
        await session.execute(update(Staff).values(removed_at=factories.NOON))
        before = await facts_in(session)
        drop = Callback(Press.DRAFT_DROP, (second.draft,))
        popup = await direct.press(office, session, town.phone, drop)
        assert popup == Popup(say("refused.not_yours"), alert=True)
        assert await facts_in(session) == before
        event = await session.scalar(select(Event).where(Event.action == "refused"))
        assert event is not None
        assert town.somebody is not None
        assert event.person_id == town.somebody.person.id
        assert (event.door, event.role) == (EventDoor.CHAT, None)
        assert event.details == {"reason": "refused.not_yours", "pressed": drop.encode()}


async def test_a_retired_units_contact_is_a_contact_no_more(office: Office):
    async with direct.undone(office) as session:
        town = await settle_in(office, session, R.CONTACT)
        material = await town.material()
        await session.execute(update(Unit).values(retired_at=factories.NOON))
        await session.execute(update(Assignment).values(state=AssignmentState.CANCELLED))
        press = Callback(Press.ACKNOWLEDGE, (material.addressee,))
        popup = await direct.press(office, session, town.phone, press)
        told = say("refused.retired", units="Báo Yên Bái", office=office.rt.config.office.name)
        assert popup.text == told
        last = await direct.last_queued(session)
        await direct.write(office, session, town.phone, "/viec")
        assert await direct.keys(session, after=last) == {"refused.retired"}


# --- places --------------------------------------------------------------------------------------


async def test_what_is_the_offices_is_not_shown_in_a_units_group(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    group = await office.group(mai, unit=unit)
    await office.issued(unit)
    directive = await office.row(Directive)
    before = await office.facts()
    for command in ("/tiendo", "/baocao", "/congvan", "/moi U1"):
        assert await group.says(command) == [say("refused.not_here")]
    popup = await group.presses_data(Callback(Press.REPORT, (directive.id,)))
    assert (popup.text, popup.alert) == (say("refused.not_here"), True)
    assert await office.facts() == before


async def test_the_offices_own_group_may_see_what_staff_see_but_no_invite(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    an = await office.contact(unit)
    group = await office.group(mai, an, staff=True)
    await office.issued(unit)
    (state,) = await group.says("/tiendo")
    assert "Đã xác nhận: 0/1 đơn vị" in state
    assert await group.says(f"/moi {unit.code}") == [say("invite.private_only")]
    assert await office.in_group(an, group).says("/tiendo") == [say("refused.not_yours")]


async def test_what_is_a_units_is_not_shown_in_a_group_that_is_not_linked(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    group = await office.group(an)
    assert await group.says("/viec") == [say("group.not_linked")]
    assert await group.says("/nop") == [say("group.not_linked")]
    assert not await office.rows(Dialogue)


async def test_in_a_units_group_a_person_of_two_units_sees_the_groups_unit_only(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    group = await office.group(an, unit=paper)
    await office.issued(paper, radio)
    (in_group,) = await group.says("/viec")
    assert "Báo Yên Bái" in in_group
    assert "Đài Phát thanh tỉnh" not in in_group
    (alone,) = await an.says("/viec")
    assert "Báo Yên Bái" in alone
    assert "Đài Phát thanh tỉnh" in alone


async def test_a_stranger_in_a_group_gets_nothing_of_the_units(office: Office):
    unit = await office.unit()
    an, passer_by = await office.contact(unit), office.account()
    group = await office.group(an, passer_by, unit=unit)
    await office.issued(unit)
    before = await office.facts()
    theirs = office.in_group(passer_by, group)
    assert await theirs.says("/viec") == [say("refused.stranger")]
    assert await theirs.says("/tiendo") == [say("refused.stranger")]
    popup = await theirs.presses("Đã nhận")
    assert popup == Popup(say("refused.stranger"), alert=True)
    assert await office.facts() == before


# --- presses that nobody offered -----------------------------------------------------------------

NOT_OURS = [
    "x",
    "1",
    "1:",
    "1:nothing:1",
    "2:ack:1",
    "1:ack:",
    "1:ack:-1",
    "1:ack:١",
    "1:ack:abc",
    "1:ack:9999999999999999999",
    "1:" + "a" * 62,
    "\x01\x02",
]
WRONG_COUNT = [
    "1:nudge:0:1:1",
    "1:nudge:1:0:1",
    "1:nudge:9:1:1",
    "1:nudgeyes:0:0",
    "1:more",
    "1:pass:1",
    "1:cantask:1",
    "1:ansyes:1:1",
    "1:ack",
    "1:ack:1:2",
    "1:place:1",
    "1:place:1:2:3",
    "1:ddl:1:1",
    "1:dtask:1",
    "1:state",
    "1:state:1:2:3",
    "1:report",
    "1:dgrp",
    "1:dunit:1:1",
    "1:dpart:1:1",
    "1:late",
    "1:addyes:1",
    "1:issue",
    "1:tasks",
    "1:erased",
    "1:cagain:1",
    "1:recallyes:1:2",
    "1:lang",
    "1:pause",
    "1:stopyes:1:2",
    "1:rfailyes:1",
    "1:dunclr:1",
    "1:drafts:1",
    "1:dtmove:1:1",
    "1:clone",
    "1:tpluse:1:1",
    "1:recurset:1:1",
    "1:dfdrop:1",
    "1:drel:1:1",
    "1:rvyes:1",
    "1:lang:0:1",
    "1:units",
    "1:unit",
    "1:uedit:1",
    "1:ugrp:1:1",
    "1:grp:1",
    "1:impcol:1",
    "1:ask",
    "1:askof:1",
    "1:asked",
    "1:qst:1:1:1",
    "1:qgiveto:1",
    "1:impis:1:1",
    "1:impyes:1:1",
    "1:arts:1",
    "1:artsyes:1",
    "1:art:0:1",
    "1:art:2:1:0",
    "1:artyes:1",
    "1:artwhy:0:1:0",
    "1:artwhy:0:1:0:99",
    "1:artwhy:1:1:0:1",
    "1:artfile",
    "1:mine",
    "1:mine:1:1:1",
    "1:mineone",
    "1:minemove:1",
    "1:minemove:1:1:1",
    "1:arttitle:1:1",
]


async def somebody_who_may_everything(office: Office) -> tuple[Phone, Unit]:
    """An administrator who is a unit's contact too: rights stop nothing here."""
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, mai.user_id)
        assert person is not None
        await people.ensure_contact(
            session,
            unit_id=unit.id,
            person_id=person.id,
            role=ContactRole.CONTACT,
            now=factories.NOON,
        )
    return mai, unit


async def test_presses_that_are_not_ours_are_answered_and_do_nothing(office: Office):
    mai, unit = await somebody_who_may_everything(office)
    await office.issued(unit)
    before, shown = await office.facts(), mai.last_id()
    queries = [office.press_arrives(mai, data) for data in NOT_OURS]
    await office.works()
    told = [office.popup(query_id).text for query_id in queries] + mai.texts(after=shown)
    assert {sentence for sentence in told if sentence} == {say("refused.gone")}
    assert await office.facts() == before


async def test_presses_with_ids_missing_or_left_over_are_answered_and_do_nothing(office: Office):
    mai, unit = await somebody_who_may_everything(office)
    await office.issued(unit)
    before, shown = await office.facts(), mai.last_id()
    queries = {data: office.press_arrives(mai, data) for data in WRONG_COUNT}
    await office.works()
    answers = {data: office.popup(query_id) for data, query_id in queries.items()}
    gone = Popup(say("refused.gone"), alert=True)
    assert {data: popup for data, popup in answers.items() if popup != gone} == {}
    assert await office.facts() == before
    assert mai.texts(after=shown) == []


async def test_presses_on_what_does_not_exist_are_answered_and_do_nothing(office: Office):
    mai, _ = await somebody_who_may_everything(office)
    before, shown = await office.facts(), mai.last_id()
    queries = {
        press: office.press_arrives(mai, Callback(press, ids(NOTHING)).encode())
        for press, ids in PRESSED.items()
        if press not in UNBOUND or press in (Press.JOIN, Press.JOIN_RENAME, Press.JOIN_TITLE)
    }
    await office.works()
    popups = {press: office.popup(query_id) for press, query_id in queries.items()}
    assert {press for press, popup in popups.items() if not popup.alert or not popup.text} == set()
    assert await office.facts() == before
    assert mai.texts(after=shown) == []


async def test_a_foreign_task_for_ones_own_links_is_refused_and_the_links_wait_on(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper)
    issued = await office.issued(paper, radio)
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    submission = await office.row(Submission)
    before = await office.facts()
    foreign = issued.assignments[1][0].id
    popup = await an.presses_data(Callback(Press.PLACE_LINKS, (submission.id, foreign)))
    assert popup.text == say("refused.not_your_unit")
    assert await office.facts() == before
    await an.presses("1. ")
    assert "Đã ghi nhận 1 đường dẫn cho Nội dung 1" in an.texts()[-1]


async def test_somebody_elses_links_cannot_be_placed(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit)
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    submission = await office.row(Submission)
    before = await office.facts()
    own = issued.assignments[0][0].id
    popup = await binh.presses_data(Callback(Press.PLACE_LINKS, (submission.id, own)))
    assert (popup.text, popup.alert) == (say("link.not_the_sender"), True)
    assert await office.facts() == before


async def test_a_press_is_handled_once_however_often_telegram_brings_it(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    data = Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)).encode()
    bot = office.sandbox.bot()
    office.press_arrives(an, data)
    (queued,) = bot.queue.alive()
    body = dict(queued.json)
    await office.works()
    before, sent = await office.facts(), len(await office.rows(OutboxMessage))
    async with office.rt.write() as session:
        stored = await session.run_sync(
            updates.store, [raw_update(body)], bot_id=bot.id, now=office.rt.now()
        )
    assert stored == 0
    await office.works()
    assert await office.facts() == before
    assert len(await office.rows(OutboxMessage)) == sent


async def test_an_update_of_a_kind_we_do_not_use_is_done_and_answered_by_nothing(office: Office):
    an = await office.contact(await office.unit())
    said = office.sandbox.say(an.user_id, "Một")
    await office.works()
    shown = an.last_id()
    office.sandbox.edit(an.user_id, said["message_id"], "Hai")
    chat = {"id": -1009, "type": "channel", "title": "Kênh"}
    post = {"message_id": 1, "date": 0, "chat": chat, "text": "/start"}
    answer = {
        "poll_id": "1",
        "option_ids": [0],
        "option_persistent_ids": ["a"],
        "user": office.sandbox.world.user_json(an.user_id),
    }
    office.sandbox.put_update({"channel_post": post})
    office.sandbox.put_update({"poll_answer": answer})
    await office.works()
    assert an.texts(after=shown) == []


async def test_an_invite_for_a_group_opens_nothing_in_a_private_chat(office: Office):
    code = await office.invite(InviteKind.STAFF_GROUP)
    somebody = office.account()
    assert await somebody.says(f"/start {code}") == [say("invite.unusable")]
    assert (await office.row(Invite)).uses_left == 1
