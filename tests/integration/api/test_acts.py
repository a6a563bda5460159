"""Acts of other systems: once for each key, on what was seen, with a trace, under four eyes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from server.db.engine import transaction
from server.db.queries import tokens as queries
from server.db.tables import ApiAnswer, ApiToken, AuditEvent, Message, Reply, Report
from server.services import reading, repeats
from server.services import reports as report_service
from tests.factories import NOW, TEXT
from tests.two_towns import TwoTowns

API = "/api/v1"


@pytest.fixture
def towns(own_towns: TwoTowns) -> TwoTowns:
    return own_towns


def act(client: TestClient, path: str, key: str = "", **said: Any) -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post(API + path, json=said, headers=headers)


def matter(client: TestClient, number: int) -> Any:
    return client.get(f"{API}/matters/{number}").json()


def version(client: TestClient, number: int) -> int:
    found: int = matter(client, number)["matter"]["version"]
    return found


def said(towns: TwoTowns, number: int) -> list[Reply]:
    with transaction(towns.engine) as session:
        return list(session.exec(select(Reply).where(Reply.matter_id == number)))


def test_a_unit_answers_and_the_office_confirms(towns: TwoTowns) -> None:
    unit, office = towns.system("finance"), towns.system("office")
    number = towns.finance.milestone
    path = f"/matters/{number}"
    signed = act(unit, f"{path}/acknowledge", version=version(unit, number))
    assert signed.json()["matter"]["state"] == "acknowledged"
    (paper,) = [each for each in signed.json()["sign_offs"] if each["slip"] is None]
    assert [(each["who"], each["via"]) for each in paper["signed"]] == [("", "api")]
    assert paper["waiting"] != []
    url = "https://qs.example/nb/2026.html"
    filed = act(unit, f"{path}/file", version=version(unit, number), url=url)
    assert filed.status_code == 200
    assert filed.json()["matter"]["state"] == "answered"
    assert filed.json()["obligation"]["publication_url"] == url
    closed = act(office, f"{path}/confirm", version=version(office, number), note="已核")
    assert closed.json()["matter"]["state"] == "closed"
    assert [each["act"] for each in closed.json()["history"]] == ["acknowledge", "file", "confirm"]
    assert {each["via"] for each in closed.json()["history"]} == {"api"}
    with transaction(towns.engine) as session:
        told = session.exec(select(Message).where(Message.kind == "confirmed")).all()
        assert len(told) == 1


def test_an_act_leaves_a_trace_that_names_the_token(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    act(unit, f"/matters/{number}/evidence", note="会议纪要已印发", evidence="青办〔2026〕3号")
    reply = said(towns, number)[-1]
    with transaction(towns.engine) as session:
        token = session.get_one(ApiToken, reply.token_id)
        assert token.name == "finance"
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "note")).all()[-1]
        assert event.actor == f"财政局 接口“finance”（令牌 {token.id}）"
        assert event.detail["via"] == "api"
        assert event.unit_id == towns.finance.unit


def test_the_page_shows_what_another_system_did(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    act(unit, f"/matters/{number}/evidence", note="会议纪要已印发")
    shown = towns.desk.browser("staff").client.get(f"/matters/{number}")
    token = said(towns, number)[-1].token_id
    assert f"其他系统（令牌 {token}）" in shown.text


def test_an_item_is_ticked_and_unticked_on_what_was_seen(towns: TwoTowns) -> None:
    unit, number, item = towns.system("finance"), towns.finance.commitment, towns.finance.item
    path = f"/matters/{number}/items/{item}/tick"
    (seen,) = [each for each in matter(unit, number)["items"] if each["id"] == item]
    ticked = act(unit, path, version=seen["version"], done=True, evidence="青办〔2026〕3号")
    (now_is,) = [each for each in ticked.json()["items"] if each["id"] == item]
    assert now_is["ticked_at"]
    late = act(unit, path, version=seen["version"], done=False)
    assert late.status_code == 409
    (current,) = [each for each in late.json()["current"]["items"] if each["id"] == item]
    assert current == now_is


def test_a_commitment_is_submitted_and_returned(towns: TwoTowns) -> None:
    unit, office, number = towns.system("finance"), towns.system("office"), towns.finance.commitment
    path = f"/matters/{number}"
    sent = act(unit, f"{path}/submit", version=version(unit, number), note="已完成")
    assert sent.json()["matter"]["state"] == "answered"
    back = act(office, f"{path}/return", version=version(office, number), reason="缺少佐证")
    assert back.json()["matter"]["state"] == "returned"
    assert back.json()["matter"]["return_reason"] == "缺少佐证"


def test_a_closing_is_taken_back(towns: TwoTowns) -> None:
    unit, office, number = towns.system("finance"), towns.system("office"), towns.finance.commitment
    path = f"/matters/{number}"
    act(unit, f"{path}/submit", version=version(unit, number))
    act(office, f"{path}/confirm", version=version(office, number))
    opened = act(office, f"{path}/reopen", version=version(office, number), reason="再核")
    assert opened.json()["matter"]["state"] == "returned"


def test_what_moved_on_is_refused_with_how_it_is_now(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    seen = version(unit, number)
    act(unit, f"/matters/{number}/acknowledge", version=seen)
    late = act(unit, f"/matters/{number}/submit", version=seen, note="旧")
    assert late.status_code == 409
    assert late.headers["content-type"] == "application/problem+json"
    assert "刚被别人改过" in late.json()["detail"]
    assert late.json()["current"]["matter"]["state"] == "acknowledged"
    assert late.json()["current"]["matter"]["version"] == version(unit, number)
    signed = [reply.act for reply in said(towns, number)][1:]
    assert signed == ["acknowledge"] * 2  # for the matter and for the slip issued on it


def test_of_twenty_who_saw_the_same_one_wins(towns: TwoTowns) -> None:
    number = towns.finance.commitment
    seen = version(towns.system("finance"), number)

    def submit(_: int) -> int:
        client = towns.system("finance")
        status: int = act(client, f"/matters/{number}/submit", version=seen).status_code
        return status

    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(submit, range(20)))
    assert sorted(statuses) == [200] + [409] * 19
    assert [reply.act for reply in said(towns, number)].count("submit") == 1


def test_the_same_request_sent_again_gets_the_same_bytes_and_does_nothing(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    path, key = f"/matters/{number}/evidence", "once-and-only-once"
    first = act(unit, path, key, note="一次")
    again = act(unit, path, key, note="一次")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert [reply.note for reply in said(towns, number)].count("一次") == 1


def test_thirty_at_once_with_one_key_are_one_act(towns: TwoTowns) -> None:
    number, key = towns.finance.commitment, "thirty-at-once"

    def send(_: int) -> Any:
        return act(towns.system("finance"), f"/matters/{number}/evidence", key, note="一次")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(30)))
    done = {answer.content for answer in answers if answer.status_code == 200}
    assert len(done) == 1
    assert {answer.status_code for answer in answers} <= {200, 409}
    for answer in answers:
        assert answer.status_code == 200 or "正在办理" in answer.json()["detail"]
    assert [reply.note for reply in said(towns, number)].count("一次") == 1


def test_a_key_held_by_another_request_is_in_flight(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    with transaction(towns.engine) as session:
        token = session.exec(select(ApiToken).where(ApiToken.name == "finance")).one()
        assert queries.lock_key(session, token.id, "still-working")
        answer = act(unit, f"/matters/{number}/evidence", "still-working", note="一")
        assert answer.status_code == 409
        assert "正在办理" in answer.json()["detail"]
    retried = act(unit, f"/matters/{number}/evidence", "still-working", note="一")
    assert retried.status_code == 200


def test_a_key_used_for_something_else_is_refused(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    act(unit, f"/matters/{number}/evidence", "used-before", note="一")
    for path, words in ((f"/matters/{number}/evidence", "二"), ("/matters/1/evidence", "一")):
        other = act(unit, path, "used-before", note=words)
        assert other.status_code in (404, 422)
    refused = act(unit, f"/matters/{number}/evidence", "used-before", note="二")
    assert refused.status_code == 422
    assert "已用于另一个请求" in refused.json()["detail"]


def test_the_key_of_another_token_is_another_key(towns: TwoTowns) -> None:
    number = towns.finance.commitment
    for who in ("finance", "office_answerer"):
        answer = act(towns.system(who), f"/matters/{number}/evidence", "the-same-key", note=who)
        assert "idempotency-replayed" not in answer.headers
    assert {reply.note for reply in said(towns, number)} >= {"finance", "office_answerer"}


def test_a_refused_act_leaves_the_key_free(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.milestone
    path = f"/matters/{number}/file"
    refused = act(unit, path, "free-again", version=version(unit, number), url="qs.example")
    assert refused.status_code == 422
    assert "网址“qs.example”不完整" in refused.json()["detail"]
    right = act(unit, path, "free-again", version=version(unit, number), url="https://qs.example/1")
    assert right.status_code == 200


def test_a_key_is_required(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    answer = unit.post(f"{API}/matters/{number}/evidence", json={"note": "一"})
    assert answer.status_code == 422
    assert "请求头 Idempotency-Key：缺少" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "said_of_it"),
    [
        ('{"version": "1"}', "请求内容 version：应是整数"),
        ('{"version": 1, "versoin": 2}', "请求内容 versoin：不认识"),
        ('{"version": 1', "请求内容：不是有效的 JSON"),
        ("[]", "应是 JSON 对象"),
    ],
)
def test_a_body_is_taken_strictly(towns: TwoTowns, body: str, said_of_it: str) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    answer = unit.post(f"{API}/matters/{number}/submit", content=body, headers=headers)
    assert answer.status_code == 422
    assert said_of_it in answer.json()["detail"]


def test_no_token_confirms_what_it_answered_itself(towns: TwoTowns) -> None:
    office, number = towns.system("office"), towns.finance.commitment
    act(office, f"/matters/{number}/submit", version=version(office, number))
    own = act(office, f"/matters/{number}/confirm", version=version(office, number))
    assert own.status_code == 403
    assert "您自己反馈的" in own.json()["detail"]


def test_no_person_confirms_an_own_answer_by_a_token_of_theirs(towns: TwoTowns) -> None:
    staff, number = towns.desk.browser("staff"), towns.finance.commitment
    staff.client.post(f"/matters/{number}", data={"csrf": staff.csrf, "act": "submit"})
    with transaction(towns.engine) as session:
        token = session.exec(select(ApiToken).where(ApiToken.name == "office")).one()
        token.created_by = towns.desk.town.people["staff"].id
    office = towns.system("office")
    answer = act(office, f"/matters/{number}/confirm", version=version(office, number))
    assert answer.status_code == 403


def upload(client: TestClient, towns: TwoTowns, content: bytes, **more: Any) -> Any:
    data = {"unit_id": str(towns.finance.unit), "year": "2025", **more.pop("data", {})}
    headers = {"Idempotency-Key": more.pop("key", str(uuid4()))}
    files = {"file": (more.pop("name", "年报.txt"), content)}
    return client.post(f"{API}/reports", data=data, files=files, headers=headers)


def test_a_report_is_taken_in_and_its_state_followed_to_its_reading(towns: TwoTowns) -> None:
    unit = towns.system("finance")
    content = TEXT.replace("12条", "13条").encode()
    taken = upload(unit, towns, content)
    assert taken.status_code == 202
    where = taken.headers["location"]
    assert where == f"{API}/reports/{taken.json()['id']}"
    assert unit.get(where).json()["state"] == "waiting"
    early = unit.get(f"{where}/reading")
    assert early.status_code == 409
    assert "请稍后再取" in early.json()["detail"]
    with transaction(towns.engine) as session:
        report = session.get_one(Report, taken.json()["id"])
        text, parsed = reading.read_file(content, "年报.txt", 2025)
        report_service.store_reading(session, report, text, parsed, now=NOW)
    assert unit.get(where).json()["state"] == "read"
    told = unit.get(f"{where}/reading").json()
    assert told["unit"] == parsed.unit
    assert [each["text"] for each in told["problems"]] == [each.text for each in parsed.problems]
    again = upload(unit, towns, content)
    assert again.json()["id"] == taken.json()["id"]


def test_an_upload_sent_again_with_its_key_is_one_report(towns: TwoTowns) -> None:
    unit = towns.system("finance")
    first = upload(unit, towns, TEXT.encode() + b"1", key="upload-once")
    again = upload(unit, towns, TEXT.encode() + b"1", key="upload-once")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["location"] == again.headers["location"]


@pytest.mark.parametrize(
    ("more", "content", "remedy"),
    [
        ({}, b"", "是空的"),
        ({"data": {"year": "2100"}}, b"x", "不在 2008 至"),
        ({"data": {"year": "二五"}}, b"x", "请求内容 year：应是整数"),
        ({"name": "年报.zip"}, b"PK\x05\x06" + b"\0" * 18, "请逐份上传"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_the_remedy(
    towns: TwoTowns, more: dict[str, Any], content: bytes, remedy: str
) -> None:
    answer = upload(towns.system("finance"), towns, content, **more)
    assert answer.status_code == 422
    assert remedy in answer.json()["detail"]


def test_a_report_of_a_foreign_unit_is_not_taken(towns: TwoTowns) -> None:
    answer = upload(towns.system("schools"), towns, b"x")
    assert answer.status_code == 404


def test_kept_answers_are_dropped_when_nobody_asks_for_them_any_more(towns: TwoTowns) -> None:
    unit, number = towns.system("finance"), towns.finance.commitment
    act(unit, f"/matters/{number}/evidence", "kept-for-long", note="一")
    with transaction(towns.engine) as session:
        answer = session.exec(select(ApiAnswer)).one()
        assert repeats.forget(session, now=answer.at + repeats.KEPT) == 0
        later = answer.at + repeats.KEPT * 1.01
        assert repeats.forget(session, now=later) == 1
