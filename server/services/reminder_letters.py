"""What a reminder mail says: all that one person is to be told in one slot."""

from server.db.queries.claims import Claimed
from server.db.queries.letters import Line
from server.domain.reminders import Role
from server.rendering.contexts import ReminderLine, ReminderMail
from server.services.duties import duty, missing
from server.services.scenes import Scene
from server.services.sign_offs import told


def reminder(scene: Scene, message: Claimed) -> tuple[ReminderMail, frozenset[int]]:
    """Return the mail of a message's pending reminders, and which reminders those are."""
    lines = scene.facts.lines[message.id]
    context = ReminderMail(
        recipient_name=scene.person.name,
        unit_name=scene.person.unit_name,
        lines=tuple(_line(scene, line) for line in _newest_of_each_matter(lines)),
        today=scene.today,
        office=scene.sign,
        ledger_url=scene.url("/"),
        supervising=Role(scene.person.role).at_office,
        late=any(line.late for line in lines),
    )
    return context, frozenset(line.reminder_id for line in lines)


def _newest_of_each_matter(lines: list[Line]) -> list[Line]:
    """Return one line a matter: after an outage two stages of it may be pending at once."""
    in_order = sorted(lines, key=lambda line: line.scheduled_on)
    return list({line.matter_id: line for line in in_order}.values())


def _line(scene: Scene, line: Line) -> ReminderLine:
    return ReminderLine(
        unit_name=line.unit_name,
        title=line.title,
        what=duty(line),
        due_on=line.due_on,
        statutory=line.statutory,
        provisional=line.provisional and not line.statutory,
        reading=scene.outlook.reading(line.due_on),
        source=line.source,
        missing=missing(line, scene.facts.open_items.get(line.commitment_id or 0)),
        next_step=scene.outlook.next_step(line.policy, line.due_on, line.rung),
        why=scene.why(line),
        signed=told(
            scene.facts.signatures.get(line.matter_id, []),
            scene.person.id,
            supervising=Role(scene.person.role).at_office,
        ),
        link=scene.matter_url(line.matter_id),
    )
