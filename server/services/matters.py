"""One matter with everything a person needs to answer it."""

from dataclasses import dataclass

from sqlmodel import Session

from server.db.queries import commitments as commitment_queries
from server.db.queries import matters as queries
from server.db.tables import ChecklistItem, Commitment, Contact, Matter, Obligation, Reply, Unit
from server.domain.lights import LightReading
from server.services.overview import Sight
from server.services.replies import ANSWERABLE


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
    return Dossier(
        matter=matter,
        unit=session.get_one(Unit, matter.unit_id),
        light=sight.light(matter.due_on),
        commitment=commitment,
        items=items,
        obligation=obligation,
        replies=queries.replies(session, matter.id),
    )
