"""Who may do what, and whose things a person sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.access import (
    GRANTS,
    TOKEN_GRANTS,
    Caller,
    Permission,
    Person,
    Scope,
    TokenScope,
)
from server.domain.reminders import Role

paths = st.lists(st.integers(1, 30), min_size=1, max_size=5).map(
    lambda ids: "/" + "".join(f"{number}/" for number in ids)
)


def person(role: Role, path: str = "/1/") -> Person:
    return Person(1, "张三", role, 1, "青石镇", path)


@pytest.mark.parametrize("role", Role)
def test_office_and_leaders_see_the_tree_and_units_see_themselves(role: Role) -> None:
    scope = person(role).scope
    assert scope.covers("/1/")
    assert scope.covers("/1/4/") is role.at_office
    assert not scope.covers("/2/")
    assert not scope.covers("/")


def test_only_whom_nobody_supervises_is_at_the_top() -> None:
    assert person(Role.OFFICE_STAFF, "/1/").at_the_top
    assert not person(Role.OFFICE_STAFF, "/1/4/").at_the_top


def test_a_number_that_begins_alike_is_another_unit() -> None:
    assert not Scope("/1/", subtree=True).covers("/12/")
    assert not Scope("/1/", subtree=True).covers("/11/1/")


@given(paths, paths)
def test_a_subtree_holds_what_lies_below_and_nothing_else(top: str, other: str) -> None:
    scope = Scope(top, subtree=True)
    ids, others = top.strip("/").split("/"), other.strip("/").split("/")
    assert scope.covers(other) is (others[: len(ids)] == ids)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_is_what_it_is_granted(role: Role, permission: Permission) -> None:
    assert person(role).may(permission) is (permission in GRANTS[role])
    assert person(role).may(Permission.SEE)


def test_only_the_office_supervises() -> None:
    able = {role for role in Role if person(role).may(Permission.SUPERVISE)}
    assert able == {Role.OFFICE_STAFF, Role.OFFICE_HEAD}


def caller(granted: TokenScope, *, at_office: bool) -> Caller:
    return Caller(1, "OA", granted, 1, "青石镇", "/1/", at_office)


@pytest.mark.parametrize("granted", TokenScope)
def test_an_offices_token_sees_the_tree_and_a_units_token_the_unit(granted: TokenScope) -> None:
    assert caller(granted, at_office=True).scope.covers("/1/4/")
    assert not caller(granted, at_office=False).scope.covers("/1/4/")
    assert caller(granted, at_office=False).scope.covers("/1/")


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("granted", TokenScope)
def test_a_token_may_what_it_was_given_for(granted: TokenScope, permission: Permission) -> None:
    may = permission in TOKEN_GRANTS[granted]
    assert caller(granted, at_office=True).may(permission) is may
    own = permission in (Permission.SEE, Permission.ANSWER)
    assert caller(granted, at_office=False).may(permission) is (may and own)


def test_a_reading_token_changes_nothing() -> None:
    assert {Permission.SEE, Permission.WATCH_MAIL} == TOKEN_GRANTS[TokenScope.READ]
