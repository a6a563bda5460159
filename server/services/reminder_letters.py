"""What a reminder mail says: all that one person is to be told in one slot."""

from dataclasses import replace

from server.db.queries.claims import Claimed
from server.db.queries.letters import Line
from server.domain.dates import chinese_date
from server.domain.reminders import MOVED, Role
from server.rendering.contexts import ReminderLine, ReminderMail
from server.services.duties import duty, missing
from server.services.scenes import Scene
from server.services.sign_offs import told


def reminder(scene: Scene, message: Claimed) -> tuple[ReminderMail, frozenset[int]]:
    """Return the mail of a message's pending reminders, and which reminders those are."""
    lines = scene.facts.lines[message.id]
    moved = {line.matter_id: _moved(line) for line in lines if line.stage == MOVED}
    context = ReminderMail(
        recipient_name=scene.person.name,
        unit_name=scene.person.unit_name,
        lines=tuple(
            replace(_line(scene, line), moved=moved.get(line.matter_id, ""))
            for line in _newest_of_each_matter(lines)
        ),
        today=scene.today,
        office=scene.sign,
        ledger_url=scene.url("/"),
        supervising=Role(scene.person.role).at_office,
        late=any(line.late for line in lines),
    )
    return context, frozenset(line.reminder_id for line in lines)


def _newest_of_each_matter(lines: list[Line]) -> list[Line]:
    """Return one line a matter: after an outage two stages of it may be pending at once."""
    in_order = sorted(lines, key=lambda line: (line.stage != MOVED, line.scheduled_on))
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


def _moved(line: Line) -> str:
    """Return from which date to which, and why: told once, with whatever else is due that day."""
    before = f"原定{chinese_date(line.due_before)}，" if line.due_before else ""
    return f"{before}依《{line.moved_by}》改为{chinese_date(line.due_on)}"
