"""The Chinese words of all codes, and how dates and instants are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from server.domain.bounces import BOUNCE_WORDS
from server.domain.channels import ROBOT_EVENTS, ROBOT_SENTENCES
from server.domain.dates import OFFICE_ZONE, chinese_date
from server.domain.delivery import DELIVERIES, EVENTS, SENTENCES, told_as
from server.domain.health import GRADE_WORDS
from server.domain.milestones import KIND_NAMES

WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {kind.value: name for kind, name in KIND_NAMES.items()},
    "role": {
        "information_officer": "信息员",
        "unit_lead": "分管领导",
        "office_staff": "办公室工作人员",
        "office_head": "办公室主任",
        "deputy_leader": "副组长",
        "group_leader": "组长",
    },
    "addressee": {
        "information_officer": "信息员",
        "substitute": "AB角",
        "unit_lead": "分管领导",
        "office_staff": "办公室工作人员",
        "office_head": "办公室主任",
        "deputy_leader": "副组长",
        "group_leader": "组长",
    },
    "colour": {"": "不出督办单", "blue": "蓝色提示单", "yellow": "黄色警示单", "red": "红色督办单"},
    "when": {"before": "到期前", "on": "到期当天", "after": "逾期后"},
    "days": {"working": "工作日", "calendar": "自然日"},
    "catch_up": {"newest": "错过则由更新的一次代替", "always": "错过也要补发"},
    "rule": {"draft": "草稿", "in_force": "现行", "past": "已被取代", "dropped": "已放弃"},
    "slip": {
        "prepared": "待签发",
        "released": "已签发",
        "withheld": "不予签发",
        "overtaken": "已由更高一级代替",
        "cancelled": "事项已办结或改期，作废",
    },
    "extension": {
        "asked": "待审批",
        "granted": "同意",
        "refused": "不同意",
        "withdrawn": "已撤回",
    },
    "heading": {
        "channels": "拓宽渠道",
        "content": "丰富内容",
        "mechanisms": "完善机制",
        "": "未归口",
    },
    "matter": {
        "open": "待办",
        "acknowledged": "已签收",
        "answered": "待复核",
        "returned": "已退回",
        "closed": "已办结",
        "cancelled": "已取消",
    },
    "report": {
        "waiting": "等待读取",
        "reading": "正在读取",
        "read": "待审核",
        "refused": "不能读取",
        "confirmed": "已确认",
    },
    "token_scope": {"read": "查看", "answer": "查看和反馈", "office": "办公室的全部权限"},
    "entry": {"problem": "存在问题", "measure": "改进措施"},
    "tag": {"problem": "问", "measure": "措", "dropped": "弃"},
    "outcome": {
        "imported": "已导入",
        "same": "以前已导入",
        "unplaced": "待归位",
        "refused": "不能导入",
        "discarded": "不导入",
    },
    "entry_act": {
        "add": "补录",
        "accept": "采纳",
        "drop": "弃用",
        "restore": "恢复",
        "change": "修改",
        "channels": "归口",
        "content": "归口",
        "mechanisms": "归口",
        "problem": "改类型",
        "measure": "改类型",
        "split": "拆分",
        "merge": "合并",
    },
    "held_against": {
        "itself": "这份报告自身",
        "last_year": "与上年报告对照",
        "peers": "与其他单位对照",
        "units": "与所属单位汇总对照",
        "filed": "与已确认的版本对照",
    },
    "asked_of_entry": {
        "unanswered": "没有措施的问题",
        "vague": "没有具体做法的措施",
        "answered": "有措施的问题，年底自查",
    },
    "severity": {"error": "须更正", "question": "请核实", "information": "提示"},
    "act": {
        "acknowledge": "签收",
        "tick": "勾选完成",
        "untick": "取消勾选",
        "note": "补充说明",
        "file": "反馈已报送",
        "submit": "提交复核",
        "confirm": "确认销号",
        "return": "退回",
        "reopen": "重新打开",
        "withdraw": "撤回",
        "nil": "零报告",
        "ask_extension": "申请延期",
        "withdraw_extension": "撤回延期申请",
        "grant_extension": "同意延期",
        "refuse_extension": "不同意延期",
        "release_slip": "签发督办单",
        "withhold_slip": "不予签发督办单",
    },
    "milestone": {
        "draft": "初稿报送",
        "review": "审核退改",
        "resubmission": "修改重报",
        "sign_off": "签发",
        "publication": "公布",
    },
    "mail": {
        "reminder": "提醒",
        "checklist": "整改清单",
        "sign_in": "登录",
        "returned": "退回通知",
        "confirmed": "确认通知",
        "extension": "延期答复",
        "slip": "督办单",
        "robot": "群机器人",
        "digest": "周报",
    },
    "channel_kind": {
        "dingtalk": "钉钉群机器人",
        "wecom": "企业微信群机器人",
        "feishu": "飞书群机器人",
        "webhook": "其他系统（webhook）",
    },
    "weekday": {
        "1": "周一",
        "2": "周二",
        "3": "周三",
        "4": "周四",
        "5": "周五",
        "6": "周六",
        "7": "周日",
    },
    "channel": {"active": "使用中", "paused": "已暂停", "removed": "已移除"},
    "robot_sentence": ROBOT_SENTENCES,
    "robot_event": ROBOT_EVENTS,
    "message": {
        "queued": "待发送",
        "leased": "正在发送",
        "sent": "已送出",
        "uncertain": "结果不明",
        "dead": "未能送达",
        "cancelled": "已取消",
        "bounced": "已退信",
    },
    "message_sentence": SENTENCES,
    "reminder": {
        "pending": "待发",
        "held": "待人放行",
        "mailed": "已发",
        "superseded": "已由更新的提醒代替",
        "cancelled": "事项已办结、改期或由人决定不发，取消",
        "undelivered": "未能送达，已转告办公室",
    },
    "reminder_sentence": {
        "pending": "已排定，等待发信时段或邮件发出。",
        "held": "一次要发的太多，或者要先签发督办单，等人放行。",
        "mailed": "邮件服务器已收妥带有这条提醒的邮件。",
        "superseded": "没有发出：发出之前已有同一事项更新的提醒。",
        "cancelled": "没有发出：事项已办结、改期，或由人决定不发。",
        "undelivered": "没有送达，或者单位没有可用的邮箱；已转告办公室，由人处理。",
    },
    "message_event": EVENTS,
    "delivery": DELIVERIES,
    "grade": {grade.value: name for grade, name in GRADE_WORDS.items()},
    "bounce": {verdict.value: sentence for verdict, sentence in BOUNCE_WORDS.items()},
    "suppression": {"suspect": "被拒一次，留意", "suppressed": "已停发"},
    "format": {
        "old": "旧式（2014年前）",
        "2014": "2014年全国统计表",
        "2019": "2019年试行格式",
        "2021": "2021年统一格式",
        "": "未识别",
    },
}


class Mail(Protocol):
    """A message of the ledger, as far as its state is told."""

    state: str
    on_uncertain: str
    failures: int
    delivery: str


def word(code: str | None, family: str) -> str:
    """Return the Chinese word of a code; an unknown code is shown as it is."""
    return WORDS[family].get(code or "", code or "")


def day(value: date) -> str:
    """Return `2026年1月31日（周六）`."""
    return chinese_date(value)


def mail_code(message: Mail) -> str:
    """Return the code of the word for where a mail stands, what came back included."""
    return "bounced" if message.delivery == "bounced" else message.state


def mail_told(message: Mail) -> str:
    """Return the code of the sentence that explains where a mail stands."""
    return told_as(
        message.state,
        on_uncertain=message.on_uncertain,
        failures=message.failures,
        delivery=message.delivery,
    )


def clock(value: datetime) -> str:
    """Return an instant as the office's clock shows it: `2026-01-31 09:05`."""
    return value.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
