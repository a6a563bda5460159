"""One matter with everything a person needs to answer it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from server.db.queries import calendars as calendar_queries
from server.db.queries import commitments as commitment_queries
from server.db.queries import extensions as extension_queries
from server.db.queries import matters as queries
from server.db.queries import slips as slip_queries
from server.db.tables import (
    CalendarMove,
    CalendarNotice,
    ChecklistItem,
    Commitment,
    Contact,
    Extension,
    Matter,
    Obligation,
    Reply,
    Slip,
    Unit,
)
from server.domain.extensions import asking_fault
from server.domain.lights import LightReading
from server.services import sign_offs
from server.services.overview import Sight
from server.services.replies import ANSWERABLE
from server.services.sign_offs import SignOffs


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is owed, until when, why, what is ticked and what was said."""

    matter: Matter
    unit: Unit
    light: LightReading
    commitment: Commitment | None
    items: list[ChecklistItem]
    obligation: Obligation | None
    replies: list[tuple[Reply, Contact | None]]
    extensions: list[Extension]
    slips: list[Slip]
    sign_offs: SignOffs
    no_extension: str | None
    """Why no later date can be asked for now."""
    limit: date | None
    """The statutory date that no later date may pass."""
    moves: list[tuple[CalendarMove, CalendarNotice]]
    """How holiday notices moved its date, oldest first."""
    provisional_from: date

    @property
    def asked(self) -> Extension | None:
        """The request for a later date that waits for the office."""
        return next((each for each in self.extensions if each.state == "asked"), None)

    @property
    def answerable(self) -> bool:
        """Whether the unit may still answer."""
        return self.matter.state in ANSWERABLE

    @property
    def all_ticked(self) -> bool:
        """Whether every item of the checklist is ticked."""
        return all(item.ticked_at for item in self.items)


def dossier(session: Session, matter: Matter, sight: Sight) -> Dossier:
    """Return a matter's dossier as seen today."""
    commitment = obligation = None
    items: list[ChecklistItem] = []
    if matter.commitment_id:
        commitment = session.get(Commitment, matter.commitment_id)
        items = commitment_queries.items_of_commitment(session, matter.commitment_id)
    if matter.obligation_id:
        obligation = session.get(Obligation, matter.obligation_id)
    slips = slip_queries.of_matter(session, matter.id)
    return Dossier(
        matter=matter,
        unit=session.get_one(Unit, matter.unit_id),
        light=sight.light(matter.due_on),
        commitment=commitment,
        items=items,
        obligation=obligation,
        replies=queries.replies(session, matter.id),
        extensions=extension_queries.of_matter(session, matter.id),
        slips=slips,
        sign_offs=sign_offs.of_matter(session, matter, slips),
        no_extension=asking_fault(matter.due_on, sight.today, statutory=matter.statutory),
        limit=extension_queries.statutory_limit(session, matter),
        moves=calendar_queries.moves_of(session, matter.id),
        provisional_from=sight.calendar.provisional_from,
    )
