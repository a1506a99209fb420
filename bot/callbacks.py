"""The codec of buttons' `callback_data`: versioned, at most 64 bytes, an action and ids only.

Whatever comes back is looked up: a decoded value proves nothing about rights or existence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

_VERSION = "1"
_MAX_BYTES = 64
_COPY_MARK = "~"


@unique
class Press(StrEnum):
    """What a button does. The short word is what travels."""

    ACKNOWLEDGE = "ack"
    FULL_TEXT = "full"
    SUBMIT = "submit"
    PLACE_LINKS = "place"
    REPORT_DONE = "done"
    DONE_MENU = "donemenu"
    JOIN = "join"
    JOIN_RENAME = "rename"
    LANGUAGE = "lang"
    DRAFT_CARD = "draft"
    DRAFT_NUMBER = "dnum"
    DRAFT_DATE = "ddate"
    DRAFT_DATE_TODAY = "dtoday"
    DRAFT_SUBJECT = "dsubj"
    DRAFT_GROUPS = "dgrps"
    DRAFT_GROUP = "dgrp"
    DRAFT_GROUP_OUT = "dgout"
    DRAFT_AUDIENCE = "daud"
    DRAFT_FIND_UNIT = "dfind"
    DRAFT_UNIT = "dunit"
    DRAFT_UNIT_PEOPLE = "dupeo"
    DRAFT_PERSON = "dpers"
    DRAFT_PARTS = "dparts"
    DRAFT_PART = "dpart"
    DRAFT_PARTS_ALL = "dpall"
    DRAFT_TEST = "dtest"
    TEST_COPY = "test"
    DRAFT_DEADLINES = "ddls"
    DRAFT_TASK = "dtask"
    DRAFT_DEADLINE = "ddl"
    DRAFT_DEADLINE_TYPED = "ddlt"
    DRAFT_DEADLINE_FOUND = "ddlis"
    DRAFT_DEADLINES_FOUND = "ddlall"
    DRAFT_TASKS = "dtasks"
    DRAFT_TASK_PAGE = "dtpage"
    DRAFT_TASK_ADD = "dtadd"
    DRAFT_TASK_EDIT = "dtedit"
    DRAFT_TASK_EXPECTED = "dtexp"
    DRAFT_TASK_EVERY = "dtev"
    DRAFT_TASK_EVERY_SET = "dtevset"
    DRAFT_TASK_MOVE = "dtmove"
    DRAFT_TASK_REMOVE_ASK = "dtdel"
    DRAFT_TASK_REMOVE = "dtdelyes"
    DRAFT_ISSUER = "dissuer"
    DRAFT_URGENCIES = "durgs"
    DRAFT_URGENCY = "durg"
    DRAFT_MORE = "dmore"
    DRAFT_TEXT = "dtext"
    DRAFT_DROP_ASK = "ddropask"
    DRAFTS_PAGE = "drafts"
    DRAFT_OPEN = "dopen"
    DIRECTIVE_CLONE = "clone"
    TEMPLATE_SAVE = "tplsave"
    TEMPLATE = "tpl"
    TEMPLATE_USE = "tpluse"
    TEMPLATE_DROP_ASK = "tpldrop"
    TEMPLATE_DROP = "tpldropyes"
    RECURRENCE = "recur"
    RECURRENCE_EVERY = "recurev"
    RECURRENCE_SET = "recurset"
    RECURRENCE_STOP = "recurno"
    DRAFT_PREVIEW = "dprev"
    DRAFT_UNCLEAR = "dunclr"
    DRAFT_SEND_AT = "dat"
    DRAFT_NO_SEND_AT = "dnow"
    DRAFT_ISSUE = "issue"
    DRAFT_ISSUE_UNNUMBERED = "issuenn"
    DRAFT_DROP = "ddrop"
    DRAFT_FILES = "dfiles"
    DRAFT_FILE_ADD = "dfadd"
    DRAFT_FILES_DONE = "dfdone"
    DRAFT_FILE_DROP = "dfdrop"
    DRAFT_FILE_AT = "dfat"
    DRAFT_RELATIONS = "drels"
    DRAFT_RELATED_PAGE = "drelpg"
    DRAFT_RELATED_FIND = "drelfnd"
    DRAFT_RELATE = "drel"
    DRAFT_UNRELATE = "drelno"
    DRAFT_SUBMIT = "dsubmit"
    REVIEW_SHOW = "rvshow"
    REVIEW_APPROVE = "rvyes"
    REVIEW_RETURN = "rvno"
    SENDING_PAUSE = "pause"
    SENDING_RESUME = "resume"
    SENDING_CANCEL_ASK = "stop"
    SENDING_CANCEL = "stopyes"
    SENDING_NOW = "now"
    RETRY_FAILED_ASK = "rfail"
    RETRY_FAILED = "rfailyes"
    RETRY_UNCERTAIN_ASK = "runcl"
    RETRY_UNCERTAIN = "runclyes"
    APPOINTED_PAGE = "later"
    STATE_PAGE = "state"
    AGENDA_PAGE = "agenda"
    AGENDA_OF = "agof"
    AGENDA_ENTRY = "agone"
    AGENDA_SKIP = "agskip"
    AGENDA_KEEP = "agkeep"
    AGENDA_SEND_ASK = "agask"
    AGENDA_SEND = "agsend"
    CORRECT = "corr"
    CORRECTION_NOTE = "cnote"
    CORRECTION_ASKS = "cagain"
    CORRECTION_ISSUE = "cissue"
    RECALL_ASK = "recall"
    RECALL = "recallyes"
    ERASED = "erased"
    REPLACE = "repl"
    CLOSE_ASK = "close"
    CLOSE = "closeyes"
    REOPEN = "reopen"
    VERSIONS_PAGE = "vers"
    ENDED_PAGE = "ended"
    SEARCH_PAGE = "find"
    TASKS_PAGE = "tasks"
    LATE_ASK = "late"
    LATE_ADD = "lateyes"
    ADDRESSEE_PAGE = "addto"
    ADDRESSEE_FIND = "addfind"
    ADDRESSEE_ASK = "addask"
    ADDRESSEE_ADD = "addyes"
    REPORT = "report"
    REPORT_CSV = "repcsv"
    PARKED_PAGE = "parked"
    PARKED_REPLAY = "preplay"
    PARKED_REPLAY_ALL = "preplayall"
    PARKED_SKIP = "pskip"
    STAFF_PAGE = "staff"
    STAFF_MEMBER = "member"
    STAFF_ROLE = "role"
    STAFF_GROUPS = "limits"
    STAFF_GROUP = "limit"
    STAFF_NO_LIMITS = "limitno"
    STAFF_REMOVE_ASK = "unstaff"
    STAFF_REMOVE = "unstaffyes"
    STAFF_INVITE_ASK = "stfnew"
    STAFF_INVITE = "stfnewas"
    LOG_PAGE = "log"
    LOG_FILE = "logfile"
    UNITS_PAGE = "units"
    UNITS_EXPORT = "uxlsx"
    UNIT = "unit"
    UNIT_ADD = "uadd"
    UNIT_EDIT = "uedit"
    UNIT_GROUPS = "ugrps"
    UNIT_GROUP = "ugrp"
    UNIT_REMINDS_GROUP = "ugrem"
    GROUPS_PAGE = "grps"
    GROUP = "grp"
    GROUP_ADD = "gadd"
    GROUP_EDIT = "gedit"
    IMPORT_CARD = "imp"
    IMPORT_COLUMNS = "impcols"
    IMPORT_COLUMN = "impcol"
    IMPORT_MEANING = "impis"
    IMPORT_TAKE = "impyes"
    IMPORT_REPORT = "impxlsx"
    IMPORT_DROP = "impno"
    JOIN_TITLE = "jtitle"
    CONSENT = "consent"
    WAITING_PAGE = "wait"
    JOIN_APPROVE = "jyes"
    JOIN_REJECT = "jno"
    JOIN_MOVE = "jmove"
    JOIN_MOVE_TO = "jmoveto"
    INVITE_UNITS = "iunits"
    INVITE_UNIT = "iunit"
    INVITE_NEW = "inew"
    INVITE_STAFF_GROUP = "istaffg"
    INVITE_REVOKE = "irevoke"
    INVITE_GROUPS = "igrps"
    INVITE_SHEET = "isheet"
    UNREACHABLE_PAGE = "lost"
    UNREACHABLE_FILE = "lostxlsx"
    HAND_OVER = "hand"
    DEPUTY = "deputy"
    END_DEPUTY = "enddep"
    CHOOSE_UNIT = "myunits"
    SPEAK_FOR = "speak"
    STOP = "leave"
    ASK_ERASURE = "erase"
    ERASURE = "erasure"
    ERASURE_DECLINE = "erasureno"
    CHANGES_PAGE = "chgs"
    CHANGE_MENU = "chgmenu"
    CHANGE_UNIT = "chg"
    CHANGE_WORK = "chgwork"
    CHANGE_DAY = "chgday"
    CHANGE_DO = "chgyes"
    CHANGE_DROP = "chgdrop"
    CONTACTS_OF = "people"
    # What a contact does below a card.
    MORE = "more"
    DELEGATE_ASK = "passask"
    DELEGATE = "pass"
    DELEGATE_OTHER = "passname"
    CANNOT_ASK = "cantask"
    CANNOT = "cant"
    ANSWER_BACK = "ansback"
    EXTEND_ASK = "extask"
    EXTEND_TASK = "exttask"
    EXTEND_DAYS = "extdays"
    EXTEND_BACK = "extback"
    QUESTION_ASK = "ask"
    QUESTION_ABOUT = "askof"
    QUESTION_MORE = "askmore"
    QUESTION_MINE = "asked"
    SNOOZE_ASK = "snooze"
    SNOOZE = "snoozeto"
    SLIP = "slip"
    OPEN_CARD = "card"
    # What staff do about it.
    DRAFT_ACKNOWLEDGE_BY = "dackby"
    DRAFT_REMINDERS = "drem"
    DRAFT_PLAN = "dplan"
    DRAFT_PASSES_QUIET = "dloud"
    DRAFT_TASK_PLANS = "dtrem"
    DRAFT_TASK_PLAN = "dtplan"
    RECEIPTS_PAGE = "rcpts"
    RECEIPTS_UNIT = "rcpt"
    CHASE = "chase"
    CHASE_ASK = "chaseask"
    NUDGE_AIMS = "nudges"
    NUDGE_GROUPS = "nudgegrps"
    NUDGE_SHOW = "nudge"
    NUDGE_UNIT = "nudgeunit"
    NUDGE = "nudgeyes"
    CALL_SHEET = "callsheet"
    PHONED_ASK = "phone"
    PHONED_BACK = "phoneno"
    ANSWER_SHOW = "ans"
    ANSWER_AGREE = "ansyes"
    ANSWER_DISAGREE = "ansno"
    ANSWER_GIVE_AGAIN = "ansgive"
    NOTE_LEAVE = "noteno"
    EXTENSION_SHOW = "ext"
    EXTENSION_GRANT = "extyes"
    EXTENSION_CHANGE = "extmove"
    EXTENSION_REFUSE = "extno"
    QUESTION_SHOW = "qst"
    QUESTION_TAKE = "qtake"
    QUESTION_GIVE = "qgive"
    QUESTION_GIVE_TO = "qgiveto"
    QUESTION_ANSWER = "qans"
    QUESTION_CANNED = "qcanned"
    QUESTION_CANNED_SEND = "qcan"
    QUESTION_CLOSE = "qclose"
    QUESTION_PUBLISH_ASK = "qpubask"
    QUESTION_PUBLISH_EDIT = "qpubedit"
    QUESTION_PUBLISH = "qpub"
    ADDITION_WITHDRAW = "addno"
    CANNED_PAGE = "canned"
    CANNED_ADD = "cannew"
    CANNED_DROP = "candrop"
    UNPLACED_SHOW = "unpl"
    UNPLACED_UNIT_ASK = "unplask"
    UNPLACED_UNIT = "unplunit"
    UNPLACED_DIRECTIVE = "unpldir"
    UNPLACED_PLACE = "unplput"
    UNPLACED_TO_QUESTION = "unplq"
    UNPLACED_DISMISS = "unplno"
    UNPLACED_OF = "unplof"
    WAITING_OF = "waitof"
    # The office's days, and the digests of units.
    DAYS_PAGE = "days"
    DAY_ASK = "dayask"
    DAY_CLEAR = "dayno"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Callback:
    """A press and the whole numbers it carries."""

    press: Press
    ids: tuple[int, ...] = ()

    def encode(self) -> str:
        """The button's data; ValueError when it would not fit."""
        data = ":".join((_VERSION, self.press.value, *map(str, self.ids)))
        if len(data) > _MAX_BYTES:  # words and numbers: a byte a character
            raise ValueError(f"callback data too long: {data}")
        return data


@dataclass(frozen=True, slots=True)
class Copy:
    """Which copy of a message a button belongs to: its outbox message, and how many may have
    arrived before it. A press proves that this one did."""

    outbox_message_id: int
    number: int

    def suffix(self) -> str:
        """What is put behind the data of each of the copy's buttons."""
        return f"{_COPY_MARK}{self.outbox_message_id}.{self.number}"


def copy_of(data: str) -> Copy | None:
    """The copy that a button with this data belongs to; most messages have but one, and say
    nothing."""
    _, mark, reference = data.partition(_COPY_MARK)
    numbers = reference.split(".")
    if not mark or len(numbers) != 2 or not all(_is_id(number) for number in numbers):
        return None
    return Copy(int(numbers[0]), int(numbers[1]))


def decode(data: str) -> Callback | None:
    """The press that `data` stands for, or None for anything we did not make."""
    if len(data) > _MAX_BYTES:
        return None
    version, _, rest = data.partition(_COPY_MARK)[0].partition(":")
    word, *numbers = rest.split(":")
    press = _PRESSES.get(word)
    if version != _VERSION or press is None or not all(_is_id(number) for number in numbers):
        return None
    return Callback(press, tuple(int(number) for number in numbers))


_PRESSES = {press.value: press for press in Press}


def _is_id(number: str) -> bool:
    # 18 digits: what a database's 64-bit column can hold.
    return number.isascii() and number.isdecimal() and len(number) <= 18
