"""One filled context of every kind, for the tests of rendering."""

from datetime import date

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_lights import load_lights
from server.domain.lights import LightReading, light_on
from server.domain.reminders import Role
from server.rendering.contexts import (
    ChecklistLine,
    ChecklistMail,
    ConfirmedMail,
    OfficeSign,
    ReminderLine,
    ReminderMail,
    ReturnedMail,
    SignInMail,
)
from server.rendering.document_contexts import ChecklistDocument, ChecklistRow, Ledger, LedgerRow

TODAY = date(2026, 1, 27)
LINK = "https://duban.example.gov.cn/r/Zx3kP0q8vL2m"
OFFICE = OfficeSign("青石镇政府信息公开领导小组办公室", "0631-5200118")


def reading(due_on: date, today: date = TODAY) -> LightReading:
    return light_on(due_on, today, work_calendar(), load_lights())


def reminder_line(due_on: date = date(2026, 1, 30), **changes: object) -> ReminderLine:
    fields: dict[str, object] = {
        "unit_name": "青石镇财政所",
        "title": "2025年度政府信息公开年报初稿",
        "what": "报送年度报告初稿和统计表",
        "due_on": due_on,
        "statutory": False,
        "provisional": False,
        "reading": reading(due_on),
        "source": "本办公室自定",
        "missing": ("初稿", "统计表"),
        "next_step": "如仍未办结，将于2026年1月29日（周四）再次提醒。",
        "why": "到期前3个工作日提醒",
        "signed": "尚未签收，请打开链接点“签收”。",
        "link": LINK,
    }
    return ReminderLine(**fields | changes)  # type: ignore[arg-type]  # fields by name


def reminder(*lines: ReminderLine, **changes: object) -> ReminderMail:
    fields: dict[str, object] = {
        "recipient_name": "王敏",
        "unit_name": "青石镇财政所",
        "lines": lines or (reminder_line(),),
        "today": TODAY,
        "office": OFFICE,
        "ledger_url": "https://duban.example.gov.cn/matters",
    }
    return ReminderMail(**fields | changes)  # type: ignore[arg-type]  # fields by name


def checklist_line(ordinal: int, by_when: date, what: str = "建立发布制度") -> ChecklistLine:
    return ChecklistLine(ordinal, what, "文号、链接", by_when, Role.UNIT_LEAD)


def checklist_mail(*, renewed: bool = False) -> ChecklistMail:
    items = (
        checklist_line(1, date(2026, 6, 30)),
        checklist_line(2, date(2026, 3, 31), "更新公开目录"),
    )
    return ChecklistMail("王敏", "青石镇财政所", 2026, items, renewed, TODAY, OFFICE, LINK)


def sign_in() -> SignInMail:
    return SignInMail("王敏", LINK, "482913", 10, OFFICE, TODAY)


def returned(reason: str = "结转数不一致。\n第五部分缺整改情况。") -> ReturnedMail:
    due_on = date(2026, 1, 30)
    return ReturnedMail(
        recipient_name="王敏",
        unit_name="青石镇财政所",
        title="年报初稿",
        reason=reason,
        due_on=due_on,
        statutory=False,
        provisional=False,
        reading=reading(due_on),
        office=OFFICE,
        today=TODAY,
        link=LINK,
    )


def confirmed(remark: str = "") -> ConfirmedMail:
    return ConfirmedMail("王敏", "青石镇财政所", "年报初稿", remark, OFFICE, TODAY, LINK)


def checklist_document(**changes: object) -> ChecklistDocument:
    rows = (
        ChecklistRow(
            "（三）完善机制。", checklist_line(1, date(2026, 6, 30)), date(2026, 3, 5), "5号"
        ),
        ChecklistRow("（三）完善机制。", checklist_line(2, date(2026, 9, 30), "更新公开目录")),
        ChecklistRow("（一）丰富内容。", checklist_line(3, date(2026, 9, 30), "补齐缺项")),
    )
    fields: dict[str, object] = {
        "unit_name": "青石镇财政所",
        "year": 2026,
        "rows": rows,
        "office": OFFICE,
        "issued_on": date(2026, 1, 5),
    }
    return ChecklistDocument(**fields | changes)  # type: ignore[arg-type]  # fields by name


def ledger(text: str, *, filters: str = "") -> Ledger:
    row = LedgerRow(
        code="2025-CZ-01",
        unit_name="青石镇财政所",
        report_year=2025,
        kind="改进措施",
        text=text,
        heading="完善机制",
        classes="制度规范",
        items_done=1,
        items_total=3,
        due_on=date(2026, 6, 30),
        provisional=False,
        light="● 还有 30 个工作日",
        state="整改中",
        evidence="",
        closed_on=None,
    )
    return Ledger("整改台账", (row,), date(2026, 5, 18), filters)
