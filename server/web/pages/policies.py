"""An office's own reminder rules: edit, preview, confirm, history, back to the default."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import office_rules as queries
from server.db.queries.office_rules import Place
from server.db.tables import OfficeRule, Unit
from server.domain.policies import policy_json, reach_title
from server.domain.reminders import Addressee, ReminderPolicy
from server.errors import AppError, InvalidInput
from server.rendering.pages import WORDS
from server.services import office_settings, rulebook
from server.services import policies as service
from server.services.rules import Rules, delivery_from, delivery_json, policy_of, reach_of
from server.settings import Settings
from server.web.acts import form_of, word
from server.web.deps import Config, Db, Now, Supervising, Today, actor
from server.web.errors import STATUS
from server.web.policy_form import (
    MOST_ROWS,
    RUNGS,
    place_of,
    typed_delivery,
    typed_policy,
)
from server.web.templating import page

router = APIRouter(prefix="/policies")
LONGEST_COUNT = 9
SPARE_STAGES = 3
"""Empty rows for new stages."""
OTHER_TITLES = {"delivery": "发信时段与放行", "digest": "周报", "calendar": "放假通知的提示"}
Form = Annotated[FormData, Depends(form_of)]


def _rules(config: Settings) -> Rules:
    return rulebook.reminder_rules(trial=config.trial)


@router.get("")
def show(request: Request, session: Db, visit: Supervising, config: Config) -> Response:
    """Show the rules in force at this office and the versions before them."""
    office = visit.person.unit_id
    delivery, own = service.delivery_at(session, _rules(config), office)
    return page(
        request,
        "policies/list.html",
        digest=office_settings.digest_of(session, office),
        watch=office_settings.watch_of(session) if visit.person.at_the_top else None,
        own_settings=office_settings.own_of(session, office),
        settings_history=queries.history(session, office, office_settings.SUBJECTS),
        standing=service.standing(session, _rules(config), office),
        delivery=delivery,
        own_delivery=own,
        history=queries.history(session, office),
        title_of=_title,
    )


@router.get("/edit")
def edit(
    request: Request,
    session: Db,
    visit: Supervising,
    config: Config,
    subject: str = "milestone",
    unit_kind: str = "",
    milestone: str = "",
) -> Response:
    """Show the form of a policy, filled with what holds now."""
    values = {"subject": subject, "unit_kind": unit_kind, "milestone": milestone}
    place = place_of(visit.person.unit_id, values)
    policy = service.policy_at(session, _rules(config), place)
    return _form(request, place, policy, {}, "")


@router.post("/edit")
def keep(request: Request, session: Db, visit: Supervising, at: Now, form: Form) -> Response:
    """Keep a draft and lead to its preview; nothing changes yet."""
    named = {name: word(form, name) for name in ("subject", "unit_kind", "milestone")}
    place = place_of(visit.person.unit_id, named)
    policy, problems = typed_policy(form, reach_of(place))
    reason = word(form, "reason")
    if problems:
        return _form(request, place, policy, problems, reason)
    try:
        rule = service.draft(session, place, policy_json(policy), reason, actor(visit), now=at)
    except InvalidInput as error:
        return _form(request, place, policy, error.problems, reason)
    return RedirectResponse(f"/policies/{rule.id}", 303)


@router.get("/delivery")
def hours(request: Request, session: Db, visit: Supervising, config: Config) -> Response:
    """Show the form of the office's hours and of the guard against a first plan's flood."""
    delivery, _ = service.delivery_at(session, _rules(config), visit.person.unit_id)
    kept = delivery_json(delivery)
    values = {"most_new": kept["most_new"], "workdays_only": kept["workdays_only"]}
    for name, _title_of_slot, starts, ends in kept["slots"]:
        values |= {f"{name}-starts": starts[:5], f"{name}-ends": ends[:5]}
    return page(request, "policies/delivery.html", values=values, problems={}, problem="")


@router.post("/delivery")
def keep_hours(
    request: Request, session: Db, visit: Supervising, config: Config, at: Now, form: Form
) -> Response:
    """Keep a draft of the office's hours and lead to its preview."""
    office = visit.person.unit_id
    try:
        typed = typed_delivery(form, _rules(config).delivery)
        rule = service.draft(
            session,
            Place(office, "delivery"),
            delivery_json(typed),
            word(form, "reason"),
            actor(visit),
            now=at,
        )
    except InvalidInput as error:
        values = {name: word(form, name) for name in form}
        problems, problem = error.problems, str(error)
        return page(
            request, "policies/delivery.html", 422,
            values=values, problems=problems, problem=problem,
        )  # fmt: skip
    return RedirectResponse(f"/policies/{rule.id}", 303)


@router.post("/reset")
def reset(request: Request, session: Db, visit: Supervising, at: Now, form: Form) -> Response:
    """Draft the return to the default and lead to its preview."""
    named = {name: word(form, name) for name in ("subject", "unit_kind", "milestone")}
    office = visit.person.unit_id
    place = Place(office, "delivery") if named["subject"] == "delivery" else place_of(office, named)
    rule = service.reset(session, place, "恢复系统默认规则", actor(visit), now=at)
    return RedirectResponse(f"/policies/{rule.id}", 303)


@router.get("/{rule_id}")
def version(
    request: Request,
    rule_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    today: Today,
    at: Now,
) -> Response:
    """Show a version: a draft with its preview, another as it was."""
    rule = service.rule_of(session, visit.person.unit_id, rule_id)
    return _version(request, session, config, rule, today, at)


@router.post("/{rule_id}")
def decide(
    request: Request,
    rule_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    today: Today,
    at: Now,
    form: Form,
) -> Response:
    """Put a draft into force, or give it up."""
    rule = service.rule_of(session, visit.person.unit_id, rule_id)
    if word(form, "act") == "drop":
        service.drop(session, rule, actor(visit), now=at)
        return RedirectResponse("/policies?done=rule_dropped", 303)
    office = session.get_one(Unit, rule.office_id)
    seen = word(form, "seen")
    try:
        service.confirm(
            session,
            _rules(config),
            rule,
            office,
            actor(visit),
            seen=int(seen)
            if seen.isascii() and seen.isdecimal() and len(seen) < LONGEST_COUNT
            else 0,
            released=word(form, "released") == "1",
            today=today,
            now=at,
        )
    except AppError as error:
        return _version(request, session, config, rule, today, at, error)
    return RedirectResponse("/policies?done=rule_in_force", 303)


def _version(
    request: Request,
    session: Session,
    config: Settings,
    rule: OfficeRule,
    today: Any,
    at: Any,
    error: AppError | None = None,
) -> Response:
    office = session.get_one(Unit, rule.office_id)
    rules = _rules(config)
    policy = delivery = None
    if rule.subject == "delivery":
        delivery = delivery_from(rule.body, rules.delivery) if rule.body else rules.delivery
    else:
        policy = policy_of(rule, rule.body) if rule.body else rules.policies[rule.subject]
    draft = rule.state == "draft"
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    return page(
        request,
        "policies/version.html",
        status,
        rule=rule,
        title=_title(rule),
        policy=policy,
        delivery=delivery,
        preview=(
            service.preview(session, rules, rule, office, today=today, now=at) if draft else None
        ),
        problem=str(error) if error else "",
    )


def _title(rule: OfficeRule) -> str:
    if rule.subject in OTHER_TITLES:
        return OTHER_TITLES[rule.subject]
    return reach_title(reach_of(rule), WORDS["milestone"])


def _form(
    request: Request,
    place: Place,
    policy: ReminderPolicy,
    problems: dict[str, str],
    reason: str,
) -> Response:
    rows = min(len(policy.stages) + SPARE_STAGES, MOST_ROWS)
    return page(
        request,
        "policies/edit.html",
        422 if problems else 200,
        place=place,
        title=reach_title(reach_of(place), WORDS["milestone"]),
        policy=policy,
        rows=rows,
        rungs=RUNGS,
        addressees=list(Addressee),
        problems=problems,
        reason=reason,
    )
