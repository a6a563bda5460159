"""The forms of the review page: one act on one entry, read from what was sent."""

from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.tables import Entry, Report
from server.domain.reports.classify import classify
from server.errors import InvalidInput
from server.services import regrouping, review, rulebook
from server.services.accounts import Visit
from server.services.review import HEADINGS, EntryEdit
from server.web.acts import word
from server.web.deps import Now, actor

KINDS = ("problem", "measure")
STATES = {"accept": "accepted", "drop": "dropped", "restore": "proposed"}


def perform(
    session: Session, report: Report, entry: Entry, form: FormData, visit: Visit, at: Now
) -> None:
    """Carry out the act that the form names.

    Raises: InvalidInput, when it names none; Conflict, when the entry has changed since.
    """
    act, version, by = word(form, "act"), whole_number(form, "version"), actor(visit)
    if act in STATES:
        review.set_state(session, report, entry, STATES[act], version=version, actor=by, now=at)
    elif act in HEADINGS:
        edit = EntryEdit(entry.kind, entry.text, act, tuple(entry.classes))
        review.change_entry(session, report, entry, edit, version=version, actor=by, now=at)
    elif act in KINDS:
        edit = EntryEdit(act, entry.text, entry.heading, tuple(entry.classes))
        review.change_entry(session, report, entry, edit, version=version, actor=by, now=at)
    elif act == "change":
        _change(session, report, entry, form, visit, at)
    elif act == "split":
        place = whole_number(form, "at")
        regrouping.split(session, report, entry, place, version=version, actor=by, now=at)
    elif act == "merge":
        regrouping.merge(session, report, entry, version=version, actor=by, now=at)
    else:
        raise InvalidInput("不认识的操作，请从页面上的按钮办理。")


def _change(
    session: Session, report: Report, entry: Entry, form: FormData, visit: Visit, at: Now
) -> None:
    edit, version = entry_edit(form, report), whole_number(form, "version")
    review.change_entry(session, report, entry, edit, version=version, actor=actor(visit), now=at)
    if edit.kind == "measure" and word(form, "answers_shown"):
        chosen = [int(str(one)) for one in form.getlist("answers") if str(one).isdecimal()]
        regrouping.set_answered(session, report, entry, chosen, actor=actor(visit), now=at)


def entry_edit(form: FormData, report: Report) -> EntryEdit:
    """Return the entry as the form has it; where asked, the reader proposes its heading."""
    start, end = word(form, "start").strip(), word(form, "end").strip()
    spanned = bool(start or end)
    text = word(form, "text")[:5000]
    names = rulebook.class_names()
    edit = EntryEdit(
        kind=word(form, "kind"),
        text=text,
        heading=word(form, "heading"),
        classes=tuple(name for name in names if name in form.getlist("classes")),
        start=whole_number(form, "start") if spanned else None,
        end=whole_number(form, "end") if spanned else None,
    )
    return _proposed(edit, report) if edit.heading == "auto" else edit


def _proposed(edit: EntryEdit, report: Report) -> EntryEdit:
    """Return the edit with the heading and classes that the reader would give these words."""
    text = edit.text or report.text[edit.start or 0 : edit.end or 0]
    found = classify(text, rulebook.taxonomy())
    return EntryEdit(
        edit.kind,
        edit.text,
        found.heading or "mechanisms",
        edit.classes or found.classes,
        edit.start,
        edit.end,
    )


def whole_number(form: FormData, name: str) -> int:
    """Return the number in a field.

    Raises: InvalidInput with the field\'s name, when it is none.
    """
    text = word(form, name).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - an offset
        places = {
            "start": "起点",
            "end": "终点",
            "at": "拆分位置",
            "version": "页面版本",
            "which": "撤销的一步",
        }
        raise InvalidInput(
            f"{places.get(name, name)}“{text[:20]}”应是一个整数，请更正。", {name: "请填写整数"}
        )
    return int(text)
