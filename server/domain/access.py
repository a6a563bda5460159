"""Who may do what, and whose things a person sees. The only place that decides it."""

from dataclasses import dataclass
from enum import StrEnum

from server.domain.reminders import Role


class Permission(StrEnum):
    """What a page or an act requires; every route names exactly one."""

    SEE = "see"
    """Look at units, reports, ledgers within one's scope."""
    ANSWER = "answer"
    """Acknowledge, tick, add evidence, report as filed, upload one's own report."""
    SUPERVISE = "supervise"
    """Review reports, confirm and return answers, set the office's dates, manage units."""
    WATCH_MAIL = "watch_mail"
    """Look at the forecast and the ledger of reminders."""


_OFFICE = frozenset(Permission)
_UNIT = frozenset({Permission.SEE, Permission.ANSWER})
_LEADER = frozenset({Permission.SEE, Permission.WATCH_MAIL})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OFFICE_STAFF: _OFFICE,
    Role.OFFICE_HEAD: _OFFICE,
    Role.INFORMATION_OFFICER: _UNIT,
    Role.UNIT_LEAD: _UNIT,
    Role.DEPUTY_LEADER: _LEADER,
    Role.GROUP_LEADER: _LEADER,
}


class TokenScope(StrEnum):
    """What another system's token was given for."""

    READ = "read"
    ANSWER = "answer"
    OFFICE = "office"


TOKEN_GRANTS: dict[TokenScope, frozenset[Permission]] = {
    TokenScope.READ: _LEADER,
    TokenScope.ANSWER: _LEADER | _UNIT,
    TokenScope.OFFICE: _OFFICE,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the tree that somebody sees: one unit, or a unit and everything below it.

    Paths hold unit ids from the root down, `/1/4/`; a subtree is a common beginning.
    """

    path: str
    subtree: bool

    def covers(self, unit_path: str) -> bool:
        """Return whether a unit lies within."""
        return unit_path.startswith(self.path) if self.subtree else unit_path == self.path


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in contact."""

    contact_id: int
    name: str
    role: Role
    unit_id: int
    unit_name: str
    unit_path: str

    @property
    def scope(self) -> Scope:
        """Return what this person sees: the subtree for office and leaders, else one's own unit."""
        return Scope(self.unit_path, subtree=self.role.at_office)

    @property
    def at_the_top(self) -> bool:
        """Return whether nobody supervises this person's unit: the root of the tree."""
        return self.unit_path.count("/") == 2  # noqa: PLR2004 - one id between two strokes

    def may(self, permission: Permission) -> bool:
        """Return whether the person's role grants the permission."""
        return permission in GRANTS[self.role]


@dataclass(frozen=True, slots=True)
class Caller:
    """Another system that shows a token, on behalf of one unit."""

    token_id: int
    name: str
    granted: TokenScope
    unit_id: int
    unit_name: str
    unit_path: str
    at_office: bool

    @property
    def scope(self) -> Scope:
        """Return what this system sees: an office's the subtree, else the one unit."""
        return Scope(self.unit_path, subtree=self.at_office)

    def may(self, permission: Permission) -> bool:
        """Return whether the token grants the permission; what is the office's only to offices."""
        return permission in TOKEN_GRANTS[self.granted] & (_OFFICE if self.at_office else _UNIT)
