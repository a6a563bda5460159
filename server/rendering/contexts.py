"""What each mail says, as values: the templates know nothing else."""

from dataclasses import dataclass
from datetime import date

from server.domain.lights import LightBand, LightReading
from server.domain.reminders import Role


@dataclass(frozen=True, slots=True)
class OfficeSign:
    """The office that signs a mail or a document, and where it can be reached."""

    name: str
    """In full: 青石镇政府信息公开领导小组办公室."""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One matter of a reminder mail; it has one link of its own."""

    unit_name: str
    title: str
    """The matter in a few words: 2026年度年报初稿报送."""
    what: str
    """What is to be done, in one sentence."""
    due_on: date
    statutory: bool
    provisional: bool
    """The date itself may still move; `reading.provisional` says so of the days left."""
    reading: LightReading
    source: str
    """The article, or the office's setting, from which the date comes."""
    missing: tuple[str, ...]
    """What is not there yet; empty when the matter as a whole is."""
    next_step: str
    """What happens if nothing is done; server.rendering.phrases.next_step_phrase writes it."""
    why: str
    """The stage: 到期前3个工作日提醒."""
    signed: str
    """Who signed for it (签收), or that nobody has; server.services.sign_offs.told writes it."""
    link: str
    moved: str = ""
    """From which date the present one was moved, and by which notice; empty where it was not."""


@dataclass(frozen=True, slots=True)
class ReminderMail:
    """All that one person is told in one slot."""

    recipient_name: str
    unit_name: str
    lines: tuple[ReminderLine, ...]
    today: date
    office: OfficeSign
    ledger_url: str
    """Where the person sees all matters after signing in."""
    supervising: bool = False
    """The recipient sits at the office and is told about other units."""
    late: bool = False
    """The system was down when some line should have gone out."""

    @property
    def by_urgency(self) -> tuple[ReminderLine, ...]:
        """Return the lines, most overdue first; fixed dates before the office's own of that day."""
        return tuple(sorted(self.lines, key=lambda line: (line.due_on, not line.statutory)))

    @property
    def moved(self) -> int:
        """Return of how many lines the date was moved."""
        return sum(bool(line.moved) for line in self.lines)

    @property
    def any_provisional(self) -> bool:
        """Return whether some line shows a date or a count that a coming notice may change."""
        return any(line.provisional or line.reading.provisional for line in self.lines)


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One item of a checklist as mails and documents show it."""

    ordinal: int
    what: str
    proof: str
    by_when: date
    owner: Role
    provisional: bool = False
    """A notice still to come may move the date."""


@dataclass(frozen=True, slots=True)
class ChecklistMail:
    """A new or renewed checklist, with its items."""

    recipient_name: str
    unit_name: str
    year: int
    """The year of the work; the entries come from the report of the year before."""
    items: tuple[ChecklistLine, ...]
    renewed: bool
    """The person has had an earlier version of this checklist."""
    today: date
    office: OfficeSign
    link: str

    @property
    def by_date(self) -> tuple[ChecklistLine, ...]:
        """Return the items, earliest date first."""
        return tuple(sorted(self.items, key=lambda item: (item.by_when, item.ordinal)))


@dataclass(frozen=True, slots=True)
class SignInMail:
    """A one-time link with a button behind it, and a code for the browser that asked."""

    recipient_name: str
    link: str
    code: str
    """Six digits."""
    valid_minutes: int
    office: OfficeSign
    today: date


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """An answer that the office returned, with its reason."""

    recipient_name: str
    unit_name: str
    title: str
    reason: str
    """As the reviewer wrote it; may have several lines."""
    due_on: date
    statutory: bool
    provisional: bool
    reading: LightReading
    office: OfficeSign
    today: date
    link: str


@dataclass(frozen=True, slots=True)
class ConfirmedMail:
    """An answer that the office confirmed: the matter is closed."""

    recipient_name: str
    unit_name: str
    title: str
    remark: str
    """The reviewer's remark; may be empty."""
    office: OfficeSign
    today: date
    link: str


@dataclass(frozen=True, slots=True)
class NoticeMail:
    """What the office decided on one matter: an extension answered, a supervision slip issued."""

    recipient_name: str
    unit_name: str
    heading: str
    """Of what kind: 延期答复, 红色督办单."""
    title: str
    decision: str
    """As decided; may have several lines."""
    due_on: date
    statutory: bool
    provisional: bool
    office: OfficeSign
    today: date
    link: str


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One matter of a digest, or equal milestones of several units."""

    unit: str
    title: str
    due_on: date
    state: str
    statutory: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class DigestList:
    """The first few lines of a list, and how many there are in all."""

    lines: tuple[DigestLine, ...]
    total: int

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True)
class DigestMail:
    """The week as an office's leaders and staff are told it."""

    recipient_name: str
    unit_name: str
    first: date
    """From when on it looks back."""
    until: date
    """How far it looks ahead."""
    lights: tuple[tuple[LightBand, int], ...]
    """Open matters by light."""
    late: DigestList
    answered: DigestList
    coming: tuple[DigestLine, ...]
    """Milestones; `unit` names the units of each."""
    promised: DigestList
    alone: tuple[str, ...]
    """Units without contact."""
    today: date
    office: OfficeSign
    home: str

    @property
    def days(self) -> int:
        """Return how many days it looks ahead."""
        return (self.until - self.today).days

    @property
    def overdue(self) -> int:
        """Return how many open matters have passed their date, whenever."""
        return self.lights[-1][1]

    @property
    def soon(self) -> int:
        """Return how many dates come within the time it looks ahead."""
        return len(self.coming) + self.promised.total

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to tell."""
        told = self.overdue or self.late.total or self.answered.total
        return not (told or self.soon or self.alone)


MailContext = (
    ReminderMail
    | ChecklistMail
    | SignInMail
    | ReturnedMail
    | ConfirmedMail
    | NoticeMail
    | DigestMail
)
