"""What an installation holds survives the way to the newer schema."""

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.migrate import alembic_config, migrate
from server.db.queries import reports as queries
from server.db.tables import Channel
from server.errors import InvalidInput
from server.services import waivers
from server.services.audit import SYSTEM
from server.services.channel_addresses import Address, address_of
from tests import factories
from tests.factories import NOW


def test_what_people_decided_before_acts_were_kept_counts_as_decided(database_url: str) -> None:
    with factories.opened(database_url) as engine:
        with transaction(engine) as session:
            report = factories.read_report(session, factories.town(session).finance)
            entry = queries.entries(session, report.id)[0]
            entry.heading, entry.row_version = "mechanisms", 2
            number, decided = report.id, entry.id
        command.downgrade(alembic_config(database_url), "0001")
        migrate(database_url)
        with transaction(engine) as session:
            held = queries.entries(session, number)
            assert [each.id for each in held if each.touched] == [decided]
            finding = queries.findings(session, number)[0]
            assert finding.key == ""
            report = queries.locked(session, number)
            waivers.waive(session, report, finding, "已核实", SYSTEM, now=NOW)
            assert session.execute(text("SELECT key <> '' FROM waiver")).scalar_one()


def test_secrets_that_lay_open_are_sealed_and_none_is_lost(database_url: str) -> None:
    url, key = "https://oapi.dingtalk.com/robot/send?access_token=t", "k" * 43
    with factories.opened(database_url) as engine:
        command.downgrade(alembic_config(database_url), "0012")
        with transaction(engine) as session:
            session.execute(
                text(
                    "INSERT INTO channel (unit_id, name, kind, url, secret, state, created_at)"
                    " VALUES (:unit, '群', 'dingtalk', :url, 'SEC1', 'active', now()),"
                    " (:unit, '旧', 'wecom', '', '', 'removed', now())"
                ),
                {"unit": factories.town(session).finance.id, "url": url},
            )
        with pytest.raises(InvalidInput, match="DUBAN_SECRET_KEY"):
            migrate(database_url)
        migrate(database_url, key)
        with transaction(engine) as session:
            live, removed = session.exec(select(Channel).order_by(col(Channel.id))).all()
            assert (live.host, address_of(live, key)) == ("oapi.dingtalk.com", Address(url, "SEC1"))
            assert (removed.sealed_url, removed.sealed_secret) == ("", "")
        command.downgrade(alembic_config(database_url, key), "0012")
        with transaction(engine) as session:
            assert session.execute(text("SELECT max(url), max(secret) FROM channel")).one() == (
                url,
                "SEC1",
            )
