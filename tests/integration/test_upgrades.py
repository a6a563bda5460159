"""What an installation holds survives the way to the newer schema."""

from alembic import command
from sqlalchemy import text

from server.db.engine import transaction
from server.db.migrate import alembic_config, migrate
from server.db.queries import reports as queries
from server.services import waivers
from server.services.audit import SYSTEM
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
