"""The states that things go through, one word each, in every layer. Their rules live beside."""

from bot.domain.state import State


class UpdateState(State):
    """An inbox row: waits for its handler, was handled, or is parked where staff see it."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"


class OutboxState(State):
    """An outbox message on its way; the last four are final."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"  # Telegram returned its answer; not a proof that a person saw it
    FAILED = "failed"  # surely not sent, and not to be tried again
    UNCERTAIN = "uncertain"  # the answer was lost: it may have arrived
    WITHDRAWN = "withdrawn"  # no longer wanted when its turn came


class MessageKind(State):
    """What an outbox message is about; `bot.delivery` knows how each is written."""

    NOTICE = "notice"  # a sentence of the catalogue with its parameters
    DIRECTIVE = "directive"  # the card of a directive, for the first time in that chat
    REDRAW = "redraw"  # a directive's card or a progress message, drawn as things stand now
    DRAFT = "draft"  # the draft's card, showing one of its menus
    DRAFTS = "drafts"  # /duthao: drafts, templates, one template
    PREVIEW = "preview"
    FULL_TEXT = "full_text"
    ATTACHMENT = "attachment"  # a file that goes with the letter
    RELATED = "related"  # directives that a draft may be related to
    REMINDER = "reminder"
    ESCALATION = "escalation"  # tells the office which units were reminded in vain
    STATE = "state"  # /tiendo
    APPOINTED = "appointed"  # /hengio
    AGENDA = "agenda"  # /lich: which reminders will be sent when, for staff
    SEARCH = "search"  # /tim
    PARKED = "parked"  # /ketlai
    LATE_JOINERS = "late_joiners"  # units that can be added to a directive that was issued
    OPEN_TASKS = "open_tasks"  # /viec
    REPORT = "report"  # /baocao, a file
    STAFF = "staff"  # /canbo
    LOG = "log"  # /nhatky
    LOG_FILE = "log_file"  # the same as a file
    UNIT_CHANGES = "unit_changes"  # /sapxep
    PERSONAL_DATA = "personal_data"  # /dulieu
    ERASURE = "erasure"  # the same for the office, of somebody who would have it erased
    MENU = "menu"  # a private chat's command menu; no message
    TABLE_IMPORT = "table_import"  # the card of a table of units, showing one of its menus
    IMPORT_REPORT = "import_report"  # its faults and what it would change, a file
    REGISTRY = "registry"  # /donvi: units, one unit, groups, one group
    REGISTRY_FILE = "registry_file"  # all units, a file
    RETIRE = "retire"  # takes back a spare copy of a card
    CORRECTION = "correction"  # says in a chat what a correction has changed
    RECALL = "recall"  # says in a chat that a directive was recalled, and asks to delete it
    ERASE = "erase"  # deletes what a recalled directive has left in a chat, or overwrites it
    VERSIONS = "versions"  # a directive's versions, for staff
    RECEIPTS = "receipts"  # who has confirmed a directive and who has not, for staff
    CHASE = "chase"  # asks those to confirm who have not
    NUDGE = "nudge"  # reminds by hand of all that is open
    NUDGE_PREVIEW = "nudge_preview"  # /nhac: whom that would reach, and with what
    CALL_SHEET = "call_sheet"  # whom it would not, a file
    ANSWER = "answer"  # tells a colleague what was passed on to them, or is no more
    QUESTION = "question"  # what a contact asked, for staff; or the office's answer, for them
    QUESTION_THREAD = "question_thread"  # a whole question
    CANNED_ANSWERS = "canned_answers"
    ADDITION = "addition"  # tells a chat what was published about a directive
    COPY = "copy"  # what somebody wrote or sent, copied from their chat
    UNPLACED = "unplaced"  # messages that were attached to a unit's tasks, for staff
    RECEIPT_SLIP = "receipt_slip"  # phiếu tiếp nhận, a file
    SLIP_CHECK = "slip_check"  # /xacminh
    INVITE = "invite"  # a link with its QR code, a picture
    INVITE_SHEET = "invite_sheet"  # QR codes for a group of units, a file
    INVITES = "invites"  # a unit's invites that are open
    WAITING_LIST = "waiting_list"  # /cho
    UNREACHABLE = "unreachable"  # /matlienlac
    UNREACHABLE_FILE = "unreachable_file"  # the same, to be called from
    DIGEST = "digest"  # what is due, overdue and waits: for staff, or a unit's people
    CALENDAR = "calendar"  # /ngaynghi
    DEAD_LINKS = "dead_links"  # articles whose pages are gone, for staff
    UNLINKED = "unlinked"  # tells a group that nobody has linked it
    LEAVE = "leave"  # leaves such a group; no message
    ARTICLES = "articles"  # what units submitted and the office has not decided, for staff
    ARTICLE = "article"  # one of it, with its history
    OWN_ARTICLES = "own_articles"  # what a unit submitted, or one of it, for the unit
    DECISIONS = "decisions"  # tells who submitted what the office said of it


class Lane(State):
    """Which messages go first: an answer never waits behind a broadcast."""

    ANSWER = "1_answer"
    URGENT = "2_urgent"
    DIRECTIVE = "3_directive"
    REMINDER = "4_reminder"
    REDRAW = "5_redraw"


class Sending(State):
    """Whether the first cards of a directive may go out."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"  # the rest is not sent, ever


class WhenUnclear(State):
    """What becomes of a directive's card of which it is not known whether it arrived."""

    RESEND = "resend"  # once more, marked "gửi lại"
    HOLD = "hold"  # staff decide


class CardKind(State):
    """What a message that is redrawn in place shows."""

    DIRECTIVE = "directive"
    DRAFT = "draft"
    PROGRESS = "progress"
    TABLE_IMPORT = "table_import"
    ANSWER = "answer"  # what a contact answered, for staff
    QUESTION = "question"  # for the office
    UNPLACED = "unplaced"  # for the office
    EXTENSION = "extension"  # a wish for a later deadline, for the office


class ChatKind(State):
    PRIVATE = "private"
    GROUP = "group"


class StaffRole(State):
    """People of the issuing office; the rights of each are in `bot.domain.rights`."""

    ADMIN = "admin"
    SENDER = "sender"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


class ContactRole(State):
    """A person for a unit."""

    CONTACT = "contact"
    LEADER = "leader"


class InviteKind(State):
    """What the one who uses the code becomes."""

    CONTACT = "contact"
    LEADER = "leader"
    HAND_OVER = "hand_over"  # contact in the place of who made it, in their role
    DEPUTY = "deputy"  # the same beside them, until the code expires
    UNIT_GROUP = "unit_group"
    STAFF_GROUP = "staff_group"
    STAFF = "staff"


# What staff can make for a unit. A button carries a kind's number: its place here.
UNIT_INVITES = (InviteKind.CONTACT, InviteKind.LEADER, InviteKind.UNIT_GROUP)


class DraftState(State):
    READING = "reading"  # the letter waits to be downloaded and read
    OPEN = "open"
    SUBMITTED = "submitted"  # waits for somebody's approval
    APPROVED = "approved"  # as it stands; a change makes it open again
    ISSUED = "issued"
    DROPPED = "dropped"
    TEMPLATE = "template"  # never issued itself; drafts are made from it


# Not sent yet, and still to be changed: a change makes it open again.
COMPOSING = (DraftState.OPEN, DraftState.SUBMITTED, DraftState.APPROVED)


class Relation(State):
    """What a directive is to an earlier one."""

    AMENDS = "amends"
    REPLACES = "replaces"  # the earlier one ends when this one is issued
    REMINDS = "reminds"


class Part(State):
    """What a unit has to do with a task."""

    LEAD = "lead"  # chủ trì; also where nobody else has part in it
    COOPERATE = "cooperate"  # phối hợp
    WATCH = "watch"  # theo dõi: nothing is asked of it


class VersionKind(State):
    """By what a directive came to say what it says."""

    ISSUED = "issued"
    CORRECTED = "corrected"  # đính chính: the same directive, in the same cards
    RECALLED = "recalled"  # thu hồi: it is as if it had not been sent


class Ending(State):
    """Why nothing is asked any more by a directive that is closed."""

    CLOSED = "closed"  # staff: all is done
    REPLACED = "replaced"
    RECALLED = "recalled"


class Every(State):
    """How often a directive is issued anew from its template, or a task's deadline comes again."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class ReminderEnd(State):
    """Why a reminder's step is never sent."""

    STALE = "stale"  # a later one had come when the bot could look
    NOBODY = "nobody"  # there was nobody who could be reached
    SKIPPED = "skipped"  # staff said so


class AgendaKind(State):
    """What an entry in the list of reminders to come is."""

    WORK = "work"
    RECEIPT = "receipt"
    HELD = "held"  # was to come before; the reader's day was full
    PUT_OFF = "put_off"  # by people of the units


class ChaseKind(State):
    """What staff had a unit reminded of by hand."""

    RECEIPT = "receipt"
    WORK = "work"


class DigestKind(State):
    """To whom a digest goes."""

    STAFF = "staff"  # on working days
    VIEWERS = "viewers"  # the office's leaders, weekly
    UNITS = "units"  # contacts who want it, weekly


class AssignmentState(State):
    """The work's state of one task for one unit."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    NOT_APPLICABLE = "not_applicable"
    CANCELLED = "cancelled"


class ArticleState(State):
    RECORDED = "recorded"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class AcknowledgeBy(State):
    """Whose confirmation is a unit's."""

    ANY = "any"  # any one of its contacts
    LEADER = "leader"
    EACH = "each"  # everybody who gets the directive for it


class ReceiptState(State):
    """How far a unit is with confirming; derived from what happened, never kept."""

    NOT_SENT = "not_sent"
    SILENT = "silent"  # sent, and those who are to confirm have not, or not all
    ACKNOWLEDGED = "acknowledged"
    LATE = "late"  # acknowledged after its time
    UNREACHABLE = "unreachable"  # none of its chats could be written to
    CANNOT = "cannot"  # answered that it cannot be done


class AnswerKind(State):
    """What a contact can say of a directive beyond "received"; a question is one of its own."""

    PASSED_ON = "passed_on"  # a colleague does it
    CANNOT = "cannot"
    NOTHING = "nothing"  # there was nothing to do it about


# What is said of work that will not be done: the office decides whether that is right.
OF_WORK_UNDONE = (AnswerKind.CANNOT, AnswerKind.NOTHING)


class QuestionState(State):
    """Whose turn it is in a question."""

    OPEN = "open"  # the office's
    ANSWERED = "answered"
    CLOSED = "closed"  # by the office, without an answer or after it


class ExtensionState(State):
    """A wish for a later deadline."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVER = "over"  # the work was done, dropped or moved meanwhile


class ContentKind(State):
    """What a message consists of, as Telegram has it; a file of any of these is sent on as such."""

    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


class UnplacedState(State):
    """What became of a message that nobody could place."""

    WAITING = "waiting"
    PLACED = "placed"  # belongs to a unit's task
    QUESTION = "question"  # became one, or part of one
    DISMISSED = "dismissed"  # nothing is to be done


class Door(State):
    """By which way an acknowledgement came in."""

    CARD = "card"
    GROUP_CARD = "group_card"
    ANSWER = "answer"  # with "passed on" or "cannot", which say it too
    RESULTS = "results"  # with what was done: who sends it, or says that it is, has the directive
    STAFF = "staff"  # somebody of the office heard it, by phone


class EventDoor(State):
    """By which way an event was caused."""

    CHAT = "chat"
    COMMAND_LINE = "command_line"
    SCHEDULE = "schedule"


class JoinState(State):
    """Somebody who would join a unit, where the office has a say in it."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class UnitChangeKind(State):
    """What becomes of a unit on a date."""

    RENAME = "rename"
    RETIRE = "retire"
    MERGE = "merge"
    SPLIT = "split"


class WorkOfRetired(State):
    """What becomes of the open work of a unit that is retired."""

    CANCEL = "cancel"
    GO_ON = "go_on"  # its people finish it


class ImportState(State):
    """A table of units on its way into the registry."""

    READING = "reading"  # waits to be downloaded and read
    OPEN = "open"  # read; what it would change is shown
    TAKEN = "taken"
    DROPPED = "dropped"
