"""What a reminder mail says of the signatures under a matter."""

from datetime import UTC, datetime

import pytest

from server.db.queries.sign_offs import Signature
from server.services.sign_offs import told

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ZHANG = Signature(1, None, 7, "张敏", AT, "link")
SYSTEM = Signature(1, None, None, None, AT, "api")


@pytest.mark.parametrize(
    ("signatures", "recipient", "supervising", "said"),
    [
        ([], 7, False, "尚未签收，请打开链接点“签收”。"),
        ([ZHANG], 7, False, "您已于2026年3月2日（周一）签收。"),
        (
            [ZHANG],
            8,
            False,
            "张敏（2026年3月2日（周一））已签收；您尚未签收，请打开链接点“签收”。",
        ),
        ([], 9, True, "单位尚无人签收。"),
        ([SYSTEM], 9, True, "其他系统（2026年3月2日（周一））已签收。"),
    ],
)
def test_a_mail_says_who_signed(
    signatures: list[Signature], recipient: int, supervising: bool, said: str
) -> None:
    assert told(signatures, recipient, supervising=supervising) == said
