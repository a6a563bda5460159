"""Commands about people: a link to sign in with."""

from typing import TYPE_CHECKING, Annotated

import typer

from server.errors import NotFound

if TYPE_CHECKING:
    from sqlmodel import Session

    from server.db.tables import Contact


def sign_in_link(email: str = "") -> str:
    """Return a one-time address that signs in; by default for the first office's staff."""
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.services import accounts
    from server.settings import get_settings

    settings = get_settings()
    with one_transaction(settings.database_url) as session:
        contact = _in_use(session, email) if email else _first_of_the_office(session)
        token = accounts.printed_link(session, contact, now=utc_now())
    return f"{settings.base_url.rstrip('/')}/sign-in/link/{token}"


def _in_use(session: "Session", email: str) -> "Contact":
    from server.db.queries import units

    contact = units.contact_by_email(session, email)
    if contact is None or not contact.active:
        raise NotFound(f"没有邮箱为“{email}”的在用联系人，请核对。")
    return contact


def _first_of_the_office(session: "Session") -> "Contact":
    from sqlmodel import col, select

    from server.db.tables import Contact

    staff = select(Contact).where(
        col(Contact.active), col(Contact.role).in_(("office_staff", "office_head"))
    )
    contact = session.exec(staff.order_by(col(Contact.id))).first()
    if contact is None:
        raise NotFound("没有可以登录的办公室人员。请先运行 duban demo，或录入单位和联系人。")
    return contact


def password(
    email: Annotated[str, typer.Argument(help="联系人的邮箱")],
    new: Annotated[
        str,
        typer.Option(
            "--password", prompt="新密码", confirmation_prompt="再输一次", hide_input=True
        ),
    ],
) -> None:
    """为一位联系人设置密码；此人在各处的登录随之失效。"""
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.services import accounts, audit
    from server.settings import get_settings

    now = utc_now()
    with one_transaction(get_settings().database_url) as session:
        contact = _in_use(session, email)
        accounts.set_password(session, contact, new, now=now)
        audit.record(session, audit.SYSTEM, "set_password", "contact", contact.id, now=now)
    print(f"已为 {contact.name} 设置密码。")


def link(email: str = typer.Argument("", help="联系人的邮箱；不填则为办公室工作人员")) -> None:
    """打印一次性登录链接，15 分钟内有效。"""
    print(sign_in_link(email))
