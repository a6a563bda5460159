"""An office's own checklist templates: drafted, previewed, confirmed, kept by version, reset.

A new version changes no checklist that stands; that is done by generating it again.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from server.db.queries import commitments
from server.db.queries import office_rules as queries
from server.db.queries.office_rules import CHECKLIST, Place
from server.db.tables import OfficeRule, Unit
from server.domain.checklist_rules import ChecklistRules
from server.domain.checklist_templates import rules_from
from server.errors import Conflict
from server.services import policies, renewals
from server.services.audit import Actor
from server.services.renewals import Basis, Renewal

MOST_PREVIEWED = 200


def rules_at(
    session: Session, office: int, shipped: ChecklistRules
) -> tuple[ChecklistRules, OfficeRule | None]:
    """Return an office's templates in force, and its own version if that says so."""
    rule = queries.at(session, Place(office, CHECKLIST))
    if rule is None or rule.body is None:
        return shipped, None
    return own_rules(rule, shipped), rule


def own_rules(rule: OfficeRule, shipped: ChecklistRules) -> ChecklistRules:
    """Return the templates of one version; the shipped ones for a return to the default."""
    return rules_from(shipped, rule.body, named(rule)) if rule.body is not None else shipped


def named(rule: OfficeRule) -> str:
    """Return how a version is told as a source."""
    return f"本办公室自定第{rule.version}版：{rule.reason}"


def draft(
    session: Session, office: int, body: dict[str, Any], reason: str, actor: Actor, *, now: datetime
) -> OfficeRule:
    """Keep a draft, which changes nothing yet."""
    return policies.draft(session, Place(office, CHECKLIST), body, reason, actor, now=now)


def reset(session: Session, office: int, actor: Actor, *, now: datetime) -> OfficeRule:
    """Draft the return to the rulebook's templates; Conflict when those are in force anyway."""
    return policies.reset(session, Place(office, CHECKLIST), "恢复系统默认模板", actor, now=now)


def rule_of(session: Session, office: int, rule_id: int) -> OfficeRule:
    """Return a version of this office's templates; others' are not found."""
    return policies.rule_of(session, office, rule_id, (CHECKLIST,))


def preview(
    session: Session, rule: OfficeRule, office: Unit, basis: Basis, *, today: date
) -> list[Renewal]:
    """Return what each open checklist of the office's units would become under this version."""
    tried = replace(basis, rules=own_rules(rule, basis.rules), own=False)
    found = commitments.open_checklists(session, office.id, limit=MOST_PREVIEWED)
    plans = (
        renewals.plan(session, unit, checklist.year, tried, today=today)
        for checklist, unit in found
    )
    return [each for each in plans if each is not None]


def confirm(session: Session, rule: OfficeRule, actor: Actor, *, now: datetime) -> None:
    """Put a draft into force for what is generated from now on."""
    if rule.state != "draft":
        raise Conflict("这一版模板已经生效或已被取代，请回到清单模板页面看现行的模板。")
    policies.replace_former(session, rule)
    rule.confirmed_by_name, rule.confirmed_at = actor.label, now
    policies.record_of_rule(session, actor, "confirm_rule", rule, now)


def drop(session: Session, rule: OfficeRule, actor: Actor, *, now: datetime) -> None:
    """Give a draft up."""
    policies.drop(session, rule, actor, now=now)
