"""Statements about every route of the application."""

import pytest

from server.domain.access import GRANTS, Permission
from server.domain.reminders import Role
from server.web.security import SAFE_METHODS
from tests.two_towns import Way, ways

KNOWN_WAYS = {"public", "capability"} | {permission.value for permission in Permission}
WAYS = ways()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_route_declares_exactly_one_way_in(way: Way) -> None:
    assert len(way.admitted) == 1, f"{way} declares {set(way.admitted) or 'none'}"
    assert way.admitted <= KNOWN_WAYS


def test_only_signing_in_the_language_and_health_are_public() -> None:
    public = {way.template for way in WAYS if "public" in way.admitted}
    links = {"/sign-in", "/sign-in/link", "/sign-in/code", "/sign-in/link/{token}"}
    assert public == links | {"/healthz", "/healthz/mail", "/language"}


def test_only_reply_links_and_calendars_are_capabilities() -> None:
    links = {way.template for way in WAYS if "capability" in way.admitted}
    assert links == {"/r/{token}", "/calendar/{token}.ics"}
    assert not any(way.method == "POST" for way in WAYS if way.template == "/calendar/{token}.ics")


def test_routes_read_or_post_and_nothing_else() -> None:
    assert {way.method for way in WAYS} <= {"GET", "HEAD", "POST"}


def test_whoever_only_looks_is_never_admitted_to_change() -> None:
    looking = {Permission.SEE.value, Permission.WATCH_MAIL.value}
    own = {"/sign-out", "/password", "/account/calendar", "/account/calendar/revoke"} | {
        "/account/digest"
    }
    changing = {way.template for way in WAYS if way.method == "POST" and way.admitted & looking}
    assert changing == own


def test_no_address_is_declared_twice() -> None:
    listed = [(way.method, way.template) for way in WAYS]
    assert len(listed) == len(set(listed))
    assert {"GET", "HEAD", "OPTIONS"} == SAFE_METHODS


def test_every_role_is_granted_something_and_leaders_change_nothing() -> None:
    assert set(GRANTS) == set(Role)
    for role in (Role.DEPUTY_LEADER, Role.GROUP_LEADER):
        assert GRANTS[role] == {Permission.SEE, Permission.WATCH_MAIL}
