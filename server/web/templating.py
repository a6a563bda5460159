"""Turning a page's template and its values into an answer."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

from server.web.htmx import wants_fragment
from server.web.language import spoken, way_back

DONE = {
    "saved": "已保存。",
    "imported": "文件已收下，系统正在读取。",
    "confirmed": "已确认。",
    "returned": "已退回，理由已告知单位。",
    "answered": "已反馈，等待领导小组办公室复核。",
    "acknowledged": "已签收。",
    "noted": "说明已记录。",
    "reopened": "已重新打开。",
    "undone": "已撤销。",
    "booked": "已确认入账。整改清单由系统在一分钟内生成并发邮件告知单位。",
    "booked_next": "上一份已确认入账，清单一分钟内生成并告知单位。下面是下一份待审核的报告。",
    "reread": "已交系统重新读取；人工采纳、修改、补录和弃用的条目都保留。",
    "same": "这份文件以前导入过，内容完全相同，没有重复保存。",
    "renewed": "清单已按台账重新生成；人工填写的内容都保留。",
    "deactivated": "已停用：不再提醒，未办的事项已取消；需要时可以恢复。",
    "reactivated": "已恢复，未办的事项重新计时。",
    "revoked": "令牌已撤销，立即失效。",
    "calendar_revoked": "订阅地址已停用，日历不能再读取。",
    "redriven": "已重新排队，一分钟内发出。",
    "settled": "已记下。",
    "released": "已放行，积压的邮件将陆续发出。",
    "restored": "已恢复，以后的邮件照常发到这个邮箱。",
    "rule_in_force": "新规则已经生效，以后的提醒按它办理。",
    "rule_dropped": "草稿已放弃，现行规则没有变化。",
    "flood_released": "已放行，将在下一个发信时段发出。",
    "flood_dropped": "这批不发了，从下一个提醒阶段起照常提醒。",
    "slip_released": "督办单已签发：单位将收到邮件，待告知的领导一并告知。",
    "slip_withheld": "已决定不予签发，理由留存。",
    "nil": "零报告已签署，等待领导小组办公室复核。",
    "extension_asked": "延期申请已提交，批复之前仍按原时限办理。",
    "extension_withdrawn": "延期申请已撤回。",
    "extension_granted": "已同意延期，单位将收到邮件，以后按新的时限提醒。",
    "extension_refused": "已答复不同意延期，单位将收到邮件。",
    "channel_tested": "测试消息已排队，几秒钟后刷新本页看结果。",
    "channel_paused": "已暂停，恢复以前不再发送。",
    "channel_resumed": "已恢复，从下一个发信时段起发送。",
    "channel_removed": "已移除，地址和密钥已清除。",
    "robot_redriven": "已重新排队，几秒钟后刷新本页看结果。",
    "absent": "外出期间已登记，期间的提醒由代理人接收。",
    "present": "外出登记已撤销。",
    "templates_in_force": "新模板已经生效，用于以后生成的清单；现有清单不变，需要时请重新生成。",
    "templates_dropped": "草稿已放弃，现行模板没有变化。",
    "circular_issued": "已标为印发，文字和数字不再改动；系统没有发出任何邮件。",
    "digest_chosen": "已保存，从下一封周报起照办。",
    "notice_in_force": "放假安排已经生效，未办事项的日期已重新推算，改期的将在下一个发信时段告知。",
    "notice_dropped": "草稿已放弃，工作日历没有变化。",
    "unchanged": "清单与台账一致，没有变化。",
}
"""What a page says after a change; addresses carry the key, never the sentence."""


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template with the visitor, the form token and the given values."""
    environment: Environment = request.app.state.templates[spoken(request)]
    visit = getattr(request.state, "visit", None)
    html = environment.get_template(template).render(
        request=request,
        visit=visit,
        person=visit.person if visit else None,
        csrf=visit.csrf if visit else "",
        alarms_now=getattr(request.state, "alarms", []),
        settings=request.app.state.settings,
        way_back=way_back(request, status),
        flash=DONE.get(request.query_params.get("done", ""), ""),
        **values,
    )
    return HTMLResponse(html, status, headers={"Vary": "HX-Request"})


def page_or_fragment(
    request: Request, template: str, fragment: str, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render the fragment for htmx, the whole page otherwise; both from the same values."""
    return page(request, fragment if wants_fragment(request) else template, status, **values)


def done(request: Request, url: str) -> Response:
    """Send the browser on after a change: a redirect that htmx follows as a whole page too."""
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)
