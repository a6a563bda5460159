"""All tables; importing this package fills the metadata."""

from server.db.tables.api import ApiAnswer, ApiToken
from server.db.tables.audit import AppState, AuditEvent
from server.db.tables.batch import Batch, BatchFile
from server.db.tables.calendar import CalendarMove, CalendarNotice
from server.db.tables.calendar_feed import CalendarFeed
from server.db.tables.channel import Channel, ChannelLine
from server.db.tables.circular import Circular
from server.db.tables.commitment import Checklist, ChecklistItem, Commitment
from server.db.tables.comparison import Fingerprint, Likeness
from server.db.tables.delivery import Alarm, BounceCount, Installation, MailDomain, Suppression
from server.db.tables.digest import DigestChoice
from server.db.tables.obligation import Matter, MilestoneDate, Obligation, Reply, ReplyLink
from server.db.tables.office_rule import Absence, Extension, Flood, OfficeRule, Slip
from server.db.tables.reminder import Message, MessageEvent, Reminder, Tick
from server.db.tables.report import Entry, EntryPair, Figure, Finding, Report
from server.db.tables.review import EntryAct, Look, Waiver
from server.db.tables.sign_in import Credential, SignInAttempt, SignInLink, WebSession
from server.db.tables.unit import Contact, Unit

__all__ = [
    "Absence",
    "Alarm",
    "ApiAnswer",
    "ApiToken",
    "AppState",
    "AuditEvent",
    "Batch",
    "BatchFile",
    "BounceCount",
    "CalendarFeed",
    "CalendarMove",
    "CalendarNotice",
    "Channel",
    "ChannelLine",
    "Checklist",
    "ChecklistItem",
    "Circular",
    "Commitment",
    "Contact",
    "Credential",
    "DigestChoice",
    "Entry",
    "EntryAct",
    "EntryPair",
    "Extension",
    "Figure",
    "Finding",
    "Fingerprint",
    "Flood",
    "Installation",
    "Likeness",
    "Look",
    "MailDomain",
    "Matter",
    "Message",
    "MessageEvent",
    "MilestoneDate",
    "Obligation",
    "OfficeRule",
    "Reminder",
    "Reply",
    "ReplyLink",
    "Report",
    "SignInAttempt",
    "SignInLink",
    "Slip",
    "Suppression",
    "Tick",
    "Unit",
    "Waiver",
    "WebSession",
]
