"""Whether text from a PDF says something, or is what a font without Unicode values leaves."""

import re

_HAN = re.compile(r"[\u4e00-\u9fff]")
_STRANGE = re.compile(r"[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff\x01-\x08\x0e-\x1f]")
_FREQUENT = frozenset("的一是在有和中大为上个国地要以时年政府信息公开工作情况报告主动申请数")
_LEAST_SHARE = 0.04
"""Reports have a fifth of their letters from the list; chance has less than a hundredth."""
_ENOUGH = 120
_MOST_STRANGE = 0.1


def is_garbled(text: str, unmapped: int = 0) -> bool:
    """Say whether letters are strange, without a value, or such as no Chinese text has."""
    letters = len("".join(text.split()))
    if letters == 0:
        return False
    if (len(_STRANGE.findall(text)) + unmapped) > letters * _MOST_STRANGE:
        return True
    han = _HAN.findall(text)
    frequent = sum(letter in _FREQUENT for letter in han)
    return len(han) >= _ENOUGH and frequent < len(han) * _LEAST_SHARE
