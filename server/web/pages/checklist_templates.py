"""An office's own checklist templates: edit, preview against open lists, history, the default."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import office_rules as queries
from server.db.queries.office_rules import CHECKLIST
from server.db.tables import OfficeRule, Unit
from server.domain.checklist_rules import ChecklistRules
from server.domain.checklist_templates import OWNERS, WHOLE, changed_templates, rules_json
from server.errors import AppError, InvalidInput
from server.services import checklist_templates as service
from server.services import rulebook
from server.web.acts import form_of, word
from server.web.checklist_form import SPARE_ROWS, typed_templates
from server.web.deps import Db, Now, Supervising, Today, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/checklists/templates")
Form = Annotated[FormData, Depends(form_of)]


def _shipped() -> ChecklistRules:
    return rulebook.checklist_basis().rules


@router.get("")
def show(request: Request, session: Db, visit: Supervising) -> Response:
    """Show the templates in force at this office and the versions before them."""
    office = visit.person.unit_id
    rules, own = service.rules_at(session, office, _shipped())
    return page(
        request,
        "checklist_templates/list.html",
        rules=rules,
        own=own,
        history=queries.history(session, office, (CHECKLIST,)),
        class_name=_class_name,
        whole=WHOLE,
    )


@router.get("/edit")
def edit(request: Request, session: Db, visit: Supervising) -> Response:
    """Show the form, filled with what holds now."""
    rules, _ = service.rules_at(session, visit.person.unit_id, _shipped())
    return _form(request, rules, {}, "")


@router.post("/edit")
def keep(request: Request, session: Db, visit: Supervising, at: Now, form: Form) -> Response:
    """Keep a draft and lead to its preview; nothing changes yet."""
    rules, problems = typed_templates(form, _shipped(), rulebook.taxonomy())
    reason = word(form, "reason")
    if problems:
        return _form(request, rules, problems, reason)
    try:
        rule = service.draft(
            session, visit.person.unit_id, rules_json(rules), reason, actor(visit), now=at
        )
    except InvalidInput as error:
        return _form(request, rules, error.problems, reason)
    return RedirectResponse(f"/checklists/templates/{rule.id}", 303)


@router.post("/reset")
def reset(session: Db, visit: Supervising, at: Now) -> Response:
    """Draft the return to the default and lead to its preview."""
    rule = service.reset(session, visit.person.unit_id, actor(visit), now=at)
    return RedirectResponse(f"/checklists/templates/{rule.id}", 303)


@router.get("/{template_id}")
def version(
    request: Request, template_id: int, session: Db, visit: Supervising, today: Today
) -> Response:
    """Show a version: a draft with its preview, another as it was."""
    rule = service.rule_of(session, visit.person.unit_id, template_id)
    return _version(request, session, rule, today)


@router.post("/{template_id}")
def decide(
    request: Request,
    template_id: int,
    session: Db,
    visit: Supervising,
    today: Today,
    at: Now,
    form: Form,
) -> Response:
    """Put a draft into force, or give it up."""
    rule = service.rule_of(session, visit.person.unit_id, template_id)
    try:
        if word(form, "act") == "drop":
            service.drop(session, rule, actor(visit), now=at)
            return RedirectResponse("/checklists/templates?done=templates_dropped", 303)
        service.confirm(session, rule, actor(visit), now=at)
    except AppError as error:
        return _version(request, session, rule, today, error)
    return RedirectResponse("/checklists/templates?done=templates_in_force", 303)


def _version(
    request: Request,
    session: Session,
    rule: OfficeRule,
    today: date,
    error: AppError | None = None,
) -> Response:
    rules = service.own_rules(rule, _shipped())
    in_force, _ = service.rules_at(session, rule.office_id, _shipped())
    draft = rule.state == "draft"
    office = session.get_one(Unit, rule.office_id)
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    return page(
        request,
        "checklist_templates/version.html",
        status,
        rule=rule,
        rules=rules,
        changed=changed_templates(in_force, rules) if draft else [],
        plans=(
            service.preview(session, rule, office, rulebook.checklist_basis(), today=today)
            if draft
            else []
        ),
        problem=str(error) if error else "",
        class_name=_class_name,
        whole=WHOLE,
    )


def _class_name(key: str) -> str:
    return f"{key} {rulebook.taxonomy().name_of(key)}" if key else "其余"


def _form(
    request: Request, rules: ChecklistRules, problems: dict[str, str], reason: str
) -> Response:
    return page(
        request,
        "checklist_templates/edit.html",
        422 if problems else 200,
        rules=rules,
        rows=len(rules.templates) + SPARE_ROWS,
        owners=[owner.value for owner in OWNERS],
        classes=[(rule.key, rule.name) for rule in rulebook.taxonomy().classes],
        whole=WHOLE,
        problems=problems,
        reason=reason,
    )
