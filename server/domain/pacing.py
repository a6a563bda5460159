"""When a whole domain, not one mail, is to be left in peace for a while."""

import re
from collections.abc import Mapping
from datetime import timedelta

from server.domain.delivery import Outcome, Stage, TemporaryFailure

BACK_OFF_MINUTES = (2, 5, 15, 30, 60)
"""How long a domain rests after it asked us to slow down once, twice, … in a row."""
FORGOTTEN = timedelta(hours=1)
"""After so long without a complaint the next one counts as the first."""
SERVICE_NOT_AVAILABLE = 421
_CONCERNS_DOMAIN = (Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT)
_GREYLISTED = re.compile(r"gr[ea]y-?list", re.IGNORECASE)
_SYSTEM_OR_POLICY = re.compile(r"\b4\.(3\.[12]|7\.\d+)\b")
_KNOWN_LIMITS: Mapping[str, int] = {
    "MI:SFQ": 15,
    "MI:DMC": 5,
    "HL:ICC": 5,
    "HL:IFC": 5,
    "DT:SPM": 2,
}
"""Codes in the replies of NetEase and Coremail, with the least minutes to stay away.

Source: 网易企业邮箱、Coremail 退信代码说明. MI:SFQ: 15 分钟内发信数量超过限制; MI:DMC: 一次连接
发信过多; HL:ICC, HL:IFC: 并发连接数超过限制; DT:SPM: 两分钟后重投.
"""


def domain_back_off(outcome: Outcome, strikes: int) -> timedelta | None:
    """Return how long the recipient's domain rests after this outcome, or None if it need not.

    `strikes` counts the complaints of this domain in a row, this one included. Greylisting
    concerns one pair of sender and recipient, so it holds up nobody else.
    """
    if not isinstance(outcome, TemporaryFailure) or outcome.stage not in _CONCERNS_DOMAIN:
        return None
    named = [least for code, least in _KNOWN_LIMITS.items() if code in outcome.text]
    if not named and not _asks_to_slow_down(outcome):
        return None
    minutes = BACK_OFF_MINUTES[min(strikes, len(BACK_OFF_MINUTES)) - 1]
    return timedelta(minutes=max([minutes, *named]))


def _asks_to_slow_down(outcome: TemporaryFailure) -> bool:
    """Tell it from the code: 421, or a system or policy status (RFC 3463 X.3.1, X.3.2, X.7.x)."""
    if _GREYLISTED.search(outcome.text):
        return False
    told = _SYSTEM_OR_POLICY.search(outcome.text) is not None
    return outcome.code == SERVICE_NOT_AVAILABLE or told
