"""What goes wrong outside the routes has the form of a problem too."""

from fastapi.testclient import TestClient

from server.app import create_app
from server.settings import Settings
from tests.factories import desk

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
AUTHORIZED = {"Authorization": "Bearer duban_any"}


def test_a_database_that_is_away_is_told_with_when_to_come_again() -> None:
    app = create_app(Settings(database_url=NOWHERE))
    answer = TestClient(app).get("/api/v1/units", headers=AUTHORIZED)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "请稍等几秒后原样重试" in answer.json()["detail"]
    app.state.engine.dispose()


def test_a_file_too_large_is_refused_before_it_is_read(database_url: str) -> None:
    with desk(database_url, max_upload_bytes=1000) as opened:
        files = {"file": ("年报.txt", b"x" * 2_000_000)}
        answer = TestClient(opened.app).post("/api/v1/reports", files=files, headers=AUTHORIZED)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "上传的文件超过 1 KB" in answer.json()["detail"]


def test_a_file_of_another_page_is_refused_as_a_page(database_url: str) -> None:
    with desk(database_url, max_upload_bytes=1000) as opened:
        files = {"file": ("年报.txt", b"x" * 2_000_000)}
        answer = TestClient(opened.app).post("/reports", files=files)
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
