"""The health of every part, each in a Chinese sentence with what to do about a fault."""

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from server.adapters import probes
from server.adapters.calendar_source import last_confirmed_year
from server.db.engine import make_engine, transaction
from server.db.migrate import current_revision, head_revision
from server.db.queries import health as queries
from server.db.queries.health import LedgerFigures
from server.domain.calendars import WorkCalendar
from server.domain.health import Check, fault, fine, warning
from server.errors import InvalidInput

LONGEST_SILENCE = timedelta(seconds=180)
"""Beat and every worker tick once a minute: after three minutes without, all of them stand."""
LONGEST_WAIT = timedelta(minutes=10)
NOTICE_MONTH = 11
"""The State Council's notice of the next year comes in late October or November."""
TIGHT_DISK = 1024**3
FULL_DISK = 200 * 1024**2


def check_database(url: str) -> Check:
    """Return whether the database answers and has this version's schema."""
    place = "database", "数据库"
    try:
        engine = make_engine(url)
    except InvalidInput as error:
        return fault(*place, str(error), "设置 DUBAN_DATABASE_URL，或用 duban up 启动自带数据库。")
    try:
        with transaction(engine) as session:
            found = current_revision(session.connection())
    except OperationalError:
        return fault(*place, "数据库连接不上。", "请检查数据库进程、地址、口令和网络。")
    finally:
        engine.dispose()
    if found == head_revision():
        return fine(*place, f"可用，结构版本 {found}。")
    message = f"结构版本是 {found or '空'}，本程序需要 {head_revision()}。"
    return fault(*place, message, "请运行 duban migrate。")


def check_redis(url: str) -> Check:
    """Return whether the queue answers."""
    place = "redis", "任务队列"
    if not url:
        return fault(*place, "没有设置任务队列。", "请设置 DUBAN_REDIS_URL。")
    reason = probes.redis_fault(url)
    if reason:
        remedy = "请检查 Redis 进程和地址。提醒不会丢失：后台任务每分钟自行检查数据库。"
        return fault(*place, f"任务队列没有应答（{reason}）。", remedy)
    return fine(*place, "可用。")


def check_smtp(url: str) -> Check:
    """Return whether the mail server greets us, encrypts and admits us as the address says."""
    place = "smtp", "邮件服务器"
    if not url:
        return fault(*place, "没有设置邮件服务器。", "请设置 DUBAN_SMTP_URL。")
    try:
        reason = probes.smtp_fault(url)
    except InvalidInput as error:
        return fault(*place, str(error), "请更正 DUBAN_SMTP_URL。")
    if reason:
        remedy = "请检查邮件服务器、账号和网络；恢复后积压的邮件会自动发出。"
        return fault(*place, f"不能使用：{reason}。", remedy)
    return fine(*place, "可用。")


def check_ledger(session: Session, *, now: datetime) -> list[Check]:
    """Return how planning, delivery and the units' people stand."""
    figures = queries.ledger_figures(session)
    return [
        _tick(figures, now),
        _waiting(figures, now),
        _undelivered(figures),
        _alone(figures),
    ]


def _tick(figures: LedgerFigures, now: datetime) -> Check:
    place = "tick", "提醒计划"
    remedy = "请启动后台任务（duban worker）和定时器（duban beat），并查看它们的日志。"
    if figures.last_tick is None:
        return fault(*place, "还从未运行过。", remedy)
    silence = now - figures.last_tick
    if silence > LONGEST_SILENCE:
        return fault(*place, f"已有 {told(silence)}没有运行。", remedy)
    return fine(*place, "每分钟运行。")


def _waiting(figures: LedgerFigures, now: datetime) -> Check:
    place = "waiting", "待发邮件"
    wait = now - figures.oldest_ready if figures.oldest_ready else timedelta()
    if wait > LONGEST_WAIT:
        message = f"最早的一封已等待 {told(wait)}。"
        return fault(*place, message, "请检查后台任务（duban worker）和邮件服务器。")
    return fine(*place, "没有积压。")


def _undelivered(figures: LedgerFigures) -> Check:
    place = "undelivered", "未送达邮件"
    if figures.dead or figures.uncertain:
        message = f"{figures.dead} 封未能送达，{figures.uncertain} 封结果不明。"
        remedy = "请在“提醒—发送记录”中查看原因，核对邮箱，或改用电话通知。"
        return warning(*place, message, remedy)
    return fine(*place, "没有。")


def _alone(figures: LedgerFigures) -> Check:
    place = "contacts", "联系人"
    if figures.units_alone:
        message = f"{figures.units_alone} 个单位没有联系人，其提醒改发领导小组办公室。"
        return warning(*place, message, "请在“单位”页面补录信息员。")
    return fine(*place, "每个单位都有联系人。")


def check_calendar(calendar: WorkCalendar, today: date) -> Check:
    """Return whether the working days that dates rest on are confirmed by a notice."""
    place = "calendar", "工作日历"
    last = last_confirmed_year(calendar)
    needed = today.year + (today.month >= NOTICE_MONTH)
    if last < needed:
        message = f"{needed}年的放假安排尚未载入（已确认到{last}年），其日期是推算的。"
        remedy = "国务院办公厅发布通知后，请升级 chinesecalendar 或导入通知，日期会随之重算。"
        return warning(*place, message, remedy)
    return fine(*place, f"放假安排已确认到{last}年。")


def check_disk(folder: Path) -> Check:
    """Return whether there is room where the installation keeps its files."""
    place = "disk", "磁盘空间"
    free = probes.free_bytes(folder)
    message = f"数据目录所在磁盘剩余 {free / 1024**3:.1f} GB。"
    if free < FULL_DISK:
        return fault(*place, message, "请立即清理或扩容：磁盘写满后数据库会停止。")
    if free < TIGHT_DISK:
        return warning(*place, message, "请清理或扩容。")
    return fine(*place, message)


def told(span: timedelta) -> str:
    """Return a span of time as people say it: `5 分钟`, `3 小时`, `2 天`."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 2 * 60:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 2 * 24 else f"{hours // 24} 天"
