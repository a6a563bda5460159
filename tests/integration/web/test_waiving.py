from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.queries import reports as queries
from server.db.tables import AuditEvent, Finding, Report, Waiver
from server.services import reports
from tests import factories
from tests.factories import NOW, TEXT, Browser, Desk


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of a report under review."""

    desk: Desk
    browser: Browser
    report: int

    def of_code(self, code: str) -> Finding:
        """Return the one finding of a rule."""
        with transaction(self.desk.engine) as session:
            (found,) = [f for f in queries.findings(session, self.report) if f.code == code]
            return found

    def decide(
        self, code: str, decision: str, reason: str = "", *, htmx: bool = False
    ) -> tuple[int, str]:
        """Decide on a finding as its form does; return status and page."""
        answer = self.browser.client.post(
            f"/reports/{self.report}/findings/{self.of_code(code).id}",
            data={"csrf": self.browser.csrf, "decision": decision, "reason": reason},
            headers={"hx-request": "true"} if htmx else {},
        )
        return answer.status_code, answer.text

    def page(self) -> str:
        """Return the page as the office sees it."""
        return self.browser.client.get(f"/reports/{self.report}/review").text

    def errors(self) -> int:
        """Return how many errors the list counts."""
        with transaction(self.desk.engine) as session:
            return queries.counts(session, [self.report])[self.report].errors


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


@pytest.fixture
def findings(desk: Desk) -> Findings:
    with transaction(desk.engine) as session:
        number = factories.read_report(session, desk.town.finance).id
    return Findings(desk, desk.browser(), number)


def test_a_waived_finding_is_shown_with_who_when_and_why_and_no_longer_counted(
    findings: Findings,
) -> None:
    assert "待处理 2" in findings.page()
    assert findings.errors() == 1
    assert findings.decide("STR-02", "waive", "措施写在附件里")[0] == 303
    page = findings.page()
    assert "待处理 1，无须更正 1" in page
    assert "无须更正：措施写在附件里（青石镇 李文，" in page
    assert findings.errors() == 0


def test_a_waiver_survives_reading_the_file_again(findings: Findings) -> None:
    findings.decide("STR-02", "waive", "措施写在附件里")
    before = findings.of_code("STR-02").id
    with transaction(findings.desk.engine) as session:
        report = session.get_one(Report, findings.report)
        reports.store_reading(session, report, TEXT, factories.parsed(), now=NOW)
    assert findings.of_code("STR-02").id != before
    assert "无须更正：措施写在附件里" in findings.page()
    assert findings.errors() == 0


def test_a_waiver_can_be_taken_back(findings: Findings) -> None:
    findings.decide("STR-02", "waive", "措施写在附件里")
    findings.decide("STR-02", "unwaive")
    assert "待处理 2" in findings.page()
    assert findings.errors() == 1
    assert findings.decide("STR-02", "unwaive")[0] == 409


def test_both_decisions_are_recorded_with_their_reason(findings: Findings) -> None:
    findings.decide("STR-02", "waive", "措施写在附件里")
    findings.decide("STR-02", "unwaive")
    with transaction(findings.desk.engine) as session:
        query = (
            select(AuditEvent).where(AuditEvent.subject == "finding").order_by(col(AuditEvent.id))
        )
        acts = [(act.action, act.actor, act.detail["reason"]) for act in session.exec(query)]
    who, why = "青石镇 李文", "措施写在附件里"
    assert acts == [("waive", who, why), ("unwaive", who, why)]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_a_waiver_without_a_usable_reason_is_refused(findings: Findings, reason: str) -> None:
    status, page = findings.decide("STR-02", "waive", reason)
    assert status == 422
    assert "请写明无须更正的理由" in page
    assert findings.errors() == 1


def test_who_comes_second_sees_what_the_first_decided(findings: Findings) -> None:
    findings.decide("STR-02", "waive", "措施写在附件里")
    status, page = findings.decide("STR-02", "waive", "另一个理由")
    assert status == 409
    assert "李文已认定这一条无须更正：措施写在附件里" in page
    with transaction(findings.desk.engine) as session:
        assert session.exec(select(Waiver.reason)).all() == ["措施写在附件里"]


def test_htmx_gets_the_panes_again(findings: Findings) -> None:
    status, text = findings.decide("STR-02", "waive", "措施写在附件里", htmx=True)
    assert status == 200
    assert text.lstrip().startswith('<div id="review"')


def test_an_unknown_decision_is_refused(findings: Findings) -> None:
    assert findings.decide("STR-02", "forget")[0] == 422


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_only_the_office_decides(findings: Findings, who: str) -> None:
    browser = findings.desk.browser(who)
    path = f"/reports/{findings.report}/findings/{findings.of_code('STR-02').id}"
    data = {"csrf": browser.csrf, "decision": "waive", "reason": "自己来"}
    assert browser.client.post(path, data=data).status_code == 403
    page = browser.client.get(f"/reports/{findings.report}/review").text
    assert 'name="decision"' not in page


def test_a_finding_of_another_report_is_not_found(findings: Findings) -> None:
    with transaction(findings.desk.engine) as session:
        other = factories.read_report(session, findings.desk.town.schools).id
    data = {"csrf": findings.browser.csrf, "decision": "waive", "reason": "错"}
    path = f"/reports/{other}/findings/{findings.of_code('STR-02').id}"
    assert findings.browser.client.post(path, data=data).status_code == 404
