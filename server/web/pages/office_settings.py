"""An office's own weekly digest and calendar warning: edit, preview, confirm, back to default."""

from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries.office_rules import Place
from server.db.tables import OfficeRule
from server.domain.digests import DigestRules, faults
from server.domain.reminders import Role
from server.errors import AppError, InvalidInput
from server.services import office_settings as service
from server.services import policies, rulebook
from server.services.accounts import Visit
from server.services.office_settings import CALENDAR, DIGEST, SUBJECTS
from server.services.rules import Rules, in_force
from server.settings import Settings
from server.web.acts import form_of, word
from server.web.deps import Config, Db, Now, Supervising, Today, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/settings")
Form = Annotated[FormData, Depends(form_of)]
ROLES = tuple(role.value for role in Role if role.at_office)
SHORT = 3
"""Digits of a count of days, of a month or a day: a longer number is none of them."""


def _rules(config: Settings) -> Rules:
    return rulebook.reminder_rules(trial=config.trial)


@router.get("/digest")
def digest(request: Request, session: Db, visit: Supervising) -> Response:
    """Show the form of the office's digest, filled with what holds now."""
    kept = service.digest_json(service.digest_of(session, visit.person.unit_id))
    return _digest_form(request, kept, {}, "")


@router.post("/digest")
def keep_digest(
    request: Request, session: Db, visit: Supervising, config: Config, at: Now, form: Form
) -> Response:
    """Keep a draft of the digest's setting and lead to its preview."""
    typed, problems = _typed_digest(form)
    office = visit.person.unit_id
    hours = in_force(session, _rules(config)).delivery_of(office).hours
    problems = faults(typed, hours) | problems
    body, reason = service.digest_json(typed), word(form, "reason")
    if problems:
        return _digest_form(request, body, problems, reason)
    try:
        rule = policies.draft(session, Place(office, DIGEST), body, reason, actor(visit), now=at)
    except InvalidInput as error:
        return _digest_form(request, body, error.problems, reason)
    return RedirectResponse(f"/settings/{rule.id}", 303)


@router.get("/calendar")
def calendar(request: Request, session: Db, visit: Supervising) -> Response:
    """Show the form of the day from which a missing holiday notice is warned of."""
    service.ensure_may_set(visit.person, CALENDAR)
    watch = service.watch_of(session)
    return _calendar_form(request, {"month": str(watch.month), "day": str(watch.day)}, {})


@router.post("/calendar")
def keep_calendar(
    request: Request, session: Db, visit: Supervising, at: Now, form: Form
) -> Response:
    """Keep a draft of the warning's day and lead to its preview."""
    service.ensure_may_set(visit.person, CALENDAR)
    typed = {name: word(form, name).strip() for name in ("month", "day", "reason")}
    month, day = _number(typed["month"]), _number(typed["day"])
    if not _exists(month, day):
        problem = {"day": "没有这一天，请核对月和日"}
        return _calendar_form(request, typed, problem)
    place, body = Place(visit.person.unit_id, CALENDAR), {"month": month, "day": day}
    try:
        rule = policies.draft(session, place, body, typed["reason"], actor(visit), now=at)
    except InvalidInput as error:
        return _calendar_form(request, typed, error.problems)
    return RedirectResponse(f"/settings/{rule.id}", 303)


@router.post("/reset")
def reset(session: Db, visit: Supervising, at: Now, form: Form) -> Response:
    """Draft the return to the default and lead to its preview."""
    subject = word(form, "subject")
    if subject not in SUBJECTS:
        raise InvalidInput("不认识的设置，请从提醒规则页面进入。")
    service.ensure_may_set(visit.person, subject)
    place = Place(visit.person.unit_id, subject)
    rule = policies.reset(session, place, "恢复系统默认设置", actor(visit), now=at)
    return RedirectResponse(f"/settings/{rule.id}", 303)


@router.get("/{setting_id}")
def version(
    request: Request, setting_id: int, session: Db, visit: Supervising, config: Config, today: Today
) -> Response:
    """Show a version: a draft with what it would do beside what holds now."""
    rule = policies.rule_of(session, visit.person.unit_id, setting_id, SUBJECTS)
    return _version(request, session, visit, config, rule, today)


@router.post("/{setting_id}")
def decide(
    request: Request,
    setting_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    today: Today,
    at: Now,
    form: Form,
) -> Response:
    """Put a draft into force, or give it up."""
    rule = policies.rule_of(session, visit.person.unit_id, setting_id, SUBJECTS)
    service.ensure_may_set(visit.person, rule.subject)
    if word(form, "act") == "drop":
        policies.drop(session, rule, actor(visit), now=at)
        return RedirectResponse("/policies?done=rule_dropped", 303)
    expected = _expected(session, visit, config, rule, today)
    try:
        service.confirm(session, rule, actor(visit), expected=expected, now=at)
    except AppError as error:
        return _version(request, session, visit, config, rule, today, error)
    return RedirectResponse("/policies?done=rule_in_force", 303)


def _expected(
    session: Session, visit: Visit, config: Settings, rule: OfficeRule, today: date
) -> dict[str, Any]:
    if rule.subject == CALENDAR:
        watch = service.watch_in(rule)
        return {"starts": service.watch_effect(session, watch, today=today).starts.isoformat()}
    effect = service.digest_effect(
        session, _rules(config), service.digest_in(rule), visit.person.unit_id, today=today
    )
    return {"people": len(effect.people), "next": effect.on.isoformat() if effect.on else ""}


def _version(
    request: Request,
    session: Session,
    visit: Visit,
    config: Settings,
    rule: OfficeRule,
    today: date,
    error: AppError | None = None,
) -> Response:
    effects: dict[str, Any]
    if rule.subject == DIGEST:
        office, now = visit.person.unit_id, service.digest_of(session, visit.person.unit_id)
        effects = {
            name: service.digest_effect(session, _rules(config), digest, office, today=today)
            for name, digest in (("before", now), ("after", service.digest_in(rule)))
        }
    else:
        effects = {
            name: service.watch_effect(session, watch, today=today)
            for name, watch in (
                ("before", service.watch_of(session)),
                ("after", service.watch_in(rule)),
            )
        }
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    problem = str(error) if error else ""
    return page(request, "settings/version.html", status, rule=rule, problem=problem, **effects)


def _typed_digest(form: FormData) -> tuple[DigestRules, dict[str, str]]:
    """Return the setting that was typed, and what cannot be read of it by field."""
    problems: dict[str, str] = {}
    chosen = frozenset(Role(role) for role in ROLES if word(form, f"role-{role}") == "1")
    hour = time.min
    if typed := word(form, "hour").strip():
        try:
            hour = time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            problems["hour"] = "请填写时刻，如 08:30，或留空"
    weekday = _number(word(form, "weekday"))
    if weekday not in range(1, 8):
        problems["weekday"] = "请选择星期"
        weekday = 1
    says = word(form, "say_nothing") == "1"
    ahead = _number(word(form, "days_ahead"))
    return DigestRules(chosen, ahead, says, "", weekday, hour), problems


def _number(typed: str) -> int:
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= SHORT else 0


def _exists(month: int, day: int) -> bool:
    try:
        return bool(date(2026, month, day))  # no leap year: the day is there in every year
    except ValueError:
        return False


def _digest_form(
    request: Request, values: dict[str, Any], problems: dict[str, str], reason: str
) -> Response:
    return page(
        request, "settings/digest.html", 422 if problems else 200,
        values=values, roles=ROLES, problems=problems, reason=reason,
    )  # fmt: skip


def _calendar_form(request: Request, values: dict[str, str], problems: dict[str, str]) -> Response:
    status = 422 if problems else 200
    return page(request, "settings/calendar.html", status, values=values, problems=problems)
