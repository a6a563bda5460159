"""What a process writes to its log, seen from outside it."""

import json
import subprocess
import sys

PROGRAM = """
import logging
import structlog
from server import logs
logs.configure(as_json={as_json})
structlog.get_logger("ours").info("delivered", message=7, link="http://h/r/s3cret-token")
logging.getLogger("theirs").warning("asked for %s", "/sign-in/link/s3cret-token?next=/")
logging.getLogger("celery.worker").info("a step of no use")
logging.getLogger("theirs").warning("read %s", "GET /calendar/s3cret-token.ics HTTP/1.1")
try:
    raise ValueError("/r/s3cret-token is odd")
except ValueError:
    structlog.get_logger("ours").exception("failed")
"""


def logged(*, as_json: bool) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(as_json=as_json)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr


def test_a_collector_gets_one_json_object_a_line() -> None:
    first, second, _, third = map(json.loads, logged(as_json=True).splitlines())
    assert (first["event"], first["message"], first["level"]) == ("delivered", 7, "info")
    assert second["logger"] == "theirs"
    assert first["timestamp"].endswith("Z")
    assert "ValueError" in third["exception"]


def test_people_get_lines_with_the_same_facts() -> None:
    said = logged(as_json=False)
    assert "delivered" in said
    assert "message=7" in said
    assert "Traceback" in said
    assert "a step of no use" not in said


def test_no_link_that_is_a_right_is_written_out() -> None:
    for as_json in (True, False):
        assert "s3cret" not in logged(as_json=as_json)
        assert "/r/***" in logged(as_json=as_json)
        assert "/calendar/***.ics" in logged(as_json=as_json)
