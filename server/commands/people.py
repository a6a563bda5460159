"""Commands about people: a link to sign in with."""

import typer

from server.errors import NotFound


def sign_in_link(email: str = "") -> str:
    """Return a one-time address that signs in; by default for the first office's staff."""
    from sqlmodel import col, select

    from server.clock import utc_now
    from server.db.engine import make_engine, transaction
    from server.db.queries import units
    from server.db.tables import Contact
    from server.services import accounts
    from server.settings import get_settings

    settings = get_settings()
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        if email:
            contact = units.contact_by_email(session, email)
        else:
            staff = select(Contact).where(
                col(Contact.active), col(Contact.role).in_(("office_staff", "office_head"))
            )
            contact = session.exec(staff.order_by(col(Contact.id))).first()
        if contact is None or not contact.active:
            raise NotFound("没有可以登录的办公室人员。请先运行 duban demo，或录入单位和联系人。")
        token = accounts.printed_link(session, contact, now=utc_now())
    engine.dispose()
    return f"{settings.base_url.rstrip('/')}/sign-in/link/{token}"


def link(email: str = typer.Argument("", help="联系人的邮箱；不填则为办公室工作人员")) -> None:
    """打印一次性登录链接，15 分钟内有效。"""
    print(sign_in_link(email))
