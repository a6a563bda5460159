"""The health of every part, each in a Chinese sentence with what to do about a fault."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from server.adapters import probes
from server.adapters.rulebook_calendar import load_calendar_watch
from server.db.engine import make_engine, transaction
from server.db.migrate import current_revision, head_revision
from server.db.queries import calendars as calendar_queries
from server.db.queries import health as queries
from server.db.queries import installation, keeping
from server.db.queries.health import LedgerFigures, Pulse
from server.domain.calendar_watch import CalendarWatch, shortage
from server.domain.calendars import WorkCalendar
from server.domain.health import Check, fault, fine, warning
from server.errors import InvalidInput
from server.services import calendars, channel_addresses, office_settings

LONGEST_SILENCE = timedelta(seconds=180)
"""Beat and every worker tick once a minute: after three minutes without, all of them stand."""
LONGEST_WAIT = timedelta(minutes=10)
WRONG_CLOCK = timedelta(seconds=5)
LONGEST_WITHOUT_BACKUP = timedelta(days=2)
TIGHT_DISK = 1024**3
FULL_DISK = 200 * 1024**2
SOME = 3


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
    return [*check_mail(session, now=now), _undelivered(figures), _alone(figures)]


def check_mail(session: Session, *, now: datetime) -> list[Check]:
    """Return whether reminders are planned and mails leave: what the dead-man's switch asks."""
    pulse = queries.pulse(session)
    return [_tick(pulse, now), _waiting(pulse, now), _sending(session)]


def _sending(session: Session) -> Check:
    place = "sending", "发送"
    standing = installation.standing(session)
    if standing.held_since is not None:
        remedy = "核对后请在“系统状态”页面放行，或运行 duban release。"
        return fault(*place, f"已暂停：{standing.held_reason}。", remedy)
    return fine(*place, "没有暂停。")


def _tick(pulse: Pulse, now: datetime) -> Check:
    place = "tick", "提醒计划"
    remedy = "请启动后台任务（duban worker）和定时器（duban beat），并查看它们的日志。"
    if pulse.last_tick is None:
        return fault(*place, "还从未运行过。", remedy)
    silence = now - pulse.last_tick
    if silence > LONGEST_SILENCE:
        return fault(*place, f"已有 {told(silence)}没有运行。", remedy)
    return fine(*place, "每分钟运行。")


def _waiting(pulse: Pulse, now: datetime) -> Check:
    place = "waiting", "待发邮件"
    wait = now - pulse.oldest_ready if pulse.oldest_ready else timedelta()
    if wait > LONGEST_WAIT:
        message = f"最早的一封已等待 {told(wait)}。"
        return fault(*place, message, "请检查后台任务（duban worker）和邮件服务器。")
    return fine(*place, "没有积压。")


def _undelivered(figures: LedgerFigures) -> Check:
    place = "undelivered", "未送达邮件"
    if figures.dead or figures.uncertain:
        message = f"{figures.dead} 封未能送达，{figures.uncertain} 封结果不明。"
        remedy = "请在“提醒—未送达”中查看原因，核对邮箱后再发，或改用电话通知。"
        return warning(*place, message, remedy)
    return fine(*place, "没有。")


def _alone(figures: LedgerFigures) -> Check:
    place = "contacts", "联系人"
    if figures.units_alone:
        message = f"{figures.units_alone} 个单位没有联系人，其提醒改发领导小组办公室。"
        return warning(*place, message, "请在“单位”页面补录信息员。")
    return fine(*place, "每个单位都有联系人。")


def check_channels(session: Session, key: str) -> Check:
    """Return whether the addresses of robots can be opened with the installation's key."""
    place = "channels", "群机器人"
    lost = channel_addresses.lost(session, key)
    if lost:
        names = "、".join(each.name for each in lost[:SOME])
        message = f"{len(lost)} 个机器人的密钥无法解开（{names}），什么也收不到。"
        remedy = "请恢复原来的 DUBAN_SECRET_KEY，或在“群机器人”页面重新填写地址和密钥。"
        return fault(*place, message, remedy)
    return fine(*place, "地址和密钥加密保存，都能解开。")


def check_calendar(
    calendar: WorkCalendar,
    today: date,
    *,
    open_dates: int = 0,
    watch: CalendarWatch | None = None,
) -> Check:
    """Return whether the working days that dates rest on are confirmed by a notice."""
    place = "calendar", "工作日历"
    found = shortage(calendar, today, watch or load_calendar_watch(), open_dates=open_dates)
    if found:
        remedy = "国务院办公厅发布通知后，请在“工作日历”页面录入，日期会随之重算并告知各单位。"
        return warning(*place, found.message, remedy)
    return fine(*place, f"放假安排已确认到{calendar.last_confirmed}年。")


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


def check_safety(session: Session, *, now: datetime, trial: bool) -> list[Check]:
    """Return whether what is committed outlives a crash, a fire, and a wrong clock."""
    checks = [_durable(session), _clock(session, now)]
    return checks if trial else [*checks, _backup(session, now)]


def _durable(session: Session) -> Check:
    place = "durable", "数据库设置"
    unsafe = keeping.unsafe_settings(session)
    if unsafe:
        message = f"{'、'.join(unsafe)} 是关闭的，断电或崩溃会丢失已提交的数据。"
        return fault(*place, message, "请在 postgresql.conf 里打开后重启数据库。")
    return fine(*place, "提交的数据断电不丢。")


def _clock(session: Session, now: datetime) -> Check:
    place = "clock", "时钟"
    off = abs(keeping.clock(session) - now)
    if off > WRONG_CLOCK:
        message = f"本机与数据库的时钟相差 {off.total_seconds():.0f} 秒。"
        return warning(*place, message, "请让各台机器都与同一时间服务器（NTP）同步。")
    return fine(*place, "本机与数据库的时钟一致。")


def _backup(session: Session, now: datetime) -> Check:
    place = "backup", "备份"
    remedy = "请每天运行 duban backup，并把文件复制到另一台机器（见 RUNBOOK）。"
    last = keeping.last_backup(session)
    if last is None:
        return warning(*place, "还没有用 duban backup 备份过。", remedy)
    if now - last > LONGEST_WITHOUT_BACKUP:
        return warning(*place, f"最近一次备份是 {told(now - last)}前。", remedy)
    return fine(*place, f"最近一次备份是 {told(now - last)}前。")


class Configured(Protocol):
    """The settings that the checks look at."""

    redis_url: str
    smtp_url: str
    home: Path
    trial: bool
    base_url: str
    bounce_address: str
    dkim_key_file: Path | None
    secret_key: SecretStr


def check_settings(settings: Configured) -> list[Check]:
    """Return whether the settings are fit for work with real people."""
    return [_address(settings), _bounces(settings), _signing(settings)]


def _address(settings: Configured) -> Check:
    place = "address", "网址"
    if not settings.base_url.startswith("https://") and not settings.trial:
        message = f"邮件里的链接以 {settings.base_url} 开头，没有加密。"
        return warning(*place, message, "请配置证书，把 DUBAN_BASE_URL 改为 https:// 开头。")
    return fine(*place, f"邮件里的链接以 {settings.base_url} 开头。")


def _bounces(settings: Configured) -> Check:
    place = "bounces", "退信"
    if not settings.bounce_address and not settings.trial:
        remedy = "请设置 DUBAN_BOUNCE_ADDRESS 和退信的接收方式（见 RUNBOOK）。"
        return warning(*place, "没有设置退信邮箱，对方退信时系统不知道。", remedy)
    return fine(*place, f"退信寄到 {settings.bounce_address or '（试用，不收退信）'}。")


def _signing(settings: Configured) -> Check:
    place = "dkim", "邮件签名"
    if settings.dkim_key_file is None:
        return fine(*place, "本系统不签名（由邮件服务器签名）。")
    try:
        settings.dkim_key_file.read_bytes()
    except OSError as error:
        message = f"签名私钥 {settings.dkim_key_file} 读不到（{error.strerror}）。"
        return fault(*place, message, "请检查 DUBAN_DKIM_KEY_FILE 和文件权限。")
    return fine(*place, "邮件带 DKIM 签名。")


def check_beside(
    settings: Configured,
    calendar: WorkCalendar,
    *,
    today: date,
    open_dates: int = 0,
    watch: CalendarWatch | None = None,
) -> list[Check]:
    """Return the check of every part that needs no database."""
    return [
        check_redis(settings.redis_url),
        check_smtp(settings.smtp_url),
        check_calendar(calendar, today, open_dates=open_dates, watch=watch),
        check_disk(settings.home),
        *check_settings(settings),
    ]


def examine(
    session: Session, settings: Configured, calendar: WorkCalendar, *, now: datetime, today: date
) -> list[Check]:
    """Return the check of every part but the database, of which the caller has a session."""
    calendar = calendars.with_notices(session, calendar)
    open_dates = calendar_queries.open_from(session, calendar.provisional_from)
    watch = office_settings.watch_of(session)
    return [
        *check_ledger(session, now=now),
        *check_safety(session, now=now, trial=settings.trial),
        check_channels(session, settings.secret_key.get_secret_value()),
        *check_beside(settings, calendar, today=today, open_dates=open_dates, watch=watch),
    ]
