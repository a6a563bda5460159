"""Sentences that other layers compose and keep, so that pages can say them in English as well.

Domain and services know nothing of languages: they say and store Chinese. Where their sentence has
parts, its pattern stands here, with a name for each part: `num` counts, `year` is four digits,
`list` names several things.
"""

import re
from collections.abc import Iterator

SENTENCES = (
    # the days left: server.domain.lights
    "还有 %(num)s 个工作日",
    "逾期 %(num)s 个工作日",
    "今天到期",
    "今天是最后一个工作日",
    "到期前已无工作日",
    "已逾期，不足 1 个工作日",
    # matters: server.db.queries.obligations, server.services.review
    "%(year)s年度政府信息公开年报%(milestone)s",
    "整改事项 %(code)s",
    # stages of reminders: server.domain.reminders
    "到期前%(num)s个工作日提醒",
    "逾期%(num)s个工作日催办",
    "到期前%(num)s天提醒",
    "逾期%(num)s天催办",
    "到期提醒",
    # warnings before a review: server.services.review_view
    "文件自称“%(declared)s”的报告，却导入到“%(unit)s”名下。请核对是否传错文件；传错时请在正确的单位下重新导入。",
    "文件自称 %(declared)s 年度报告，却作为 %(year)s 年度导入。请核对年份；年份不对时请重新导入。",
    # how parts of the installation stand: server.services.health
    "可用，结构版本 %(revision)s。",
    "结构版本是 %(found)s，本程序需要 %(needed)s。",
    "任务队列没有应答（%(reason)s）。",
    "不能使用：%(reason)s。",
    "已暂停：%(reason)s。",
    "已有 %(span)s没有运行。",
    "最早的一封已等待 %(span)s。",
    "%(dead)s 封未能送达，%(uncertain)s 封结果不明。",
    "%(num)s 个单位没有联系人，其提醒改发领导小组办公室。",
    "%(num)s 个机器人的密钥无法解开（%(list)s），什么也收不到。",
    # server.domain.calendar_watch
    "%(year)s年的放假安排尚未录入（已确认到%(last)s年），而%(begun)s年已经开始，工作日按法定节日推算，可能不准。",
    "%(year)s年的放假安排尚未录入（已确认到%(last)s年），%(num)s 件未办事项的日期或天数因此暂定。",
    "%(year)s年的放假安排尚未录入（已确认到%(last)s年），涉及%(touched)s年的日期是推算的。",
    "放假安排已确认到%(year)s年。",
    "数据目录所在磁盘剩余 %(free)s GB。",
    "%(list)s 是关闭的，断电或崩溃会丢失已提交的数据。",
    "本机与数据库的时钟相差 %(num)s 秒。",
    "最近一次备份是 %(span)s前。",
    "邮件里的链接以 %(address)s 开头，没有加密。",
    "邮件里的链接以 %(address)s 开头。",
    "退信寄到 %(address)s。",
    "签名私钥 %(file)s 读不到（%(reason)s）。",
    "%(num)s 分钟",
    "%(num)s 小时",
    "%(num)s 天",
    # addresses that make no sense: server.web.errors
    "这些内容缺少或格式不对：%(list)s。请返回更正。",
)
_PART = re.compile(r"%\((\w+)\)s")
_NUMBERS = {"num": r"\d+", "year": r"\d{4}"}


def parts_of(sentence: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each pattern that a sentence follows, with its parts by name."""
    for pattern, form in _FORMS:
        matched = form.fullmatch(sentence)
        if matched:
            yield pattern, matched.groupdict()


def _form(pattern: str) -> re.Pattern[str]:
    """Return the expression of a pattern; whatever no name stands for matches literally."""
    texts = _PART.split(pattern)
    named = [f"(?P<{name}>{_NUMBERS.get(name, '.+?')})" for name in texts[1::2]] + [""]
    literal = [re.escape(text) for text in texts[::2]]
    return re.compile("".join(a + b for a, b in zip(literal, named, strict=True)), re.DOTALL)


_FORMS = tuple((each, _form(each)) for each in SENTENCES if _PART.search(each))
