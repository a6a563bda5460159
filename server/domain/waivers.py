"""By what a person's decision on a complaint is recognised when the file is read again."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping

AROUND = 12
"""Characters on either side that tell one place from another with the same words."""
_PLACES = frozenset({"start", "end", "at", "line", "ordinal", "passages", "share", "previous"})
"""What a better reading moves, or another text changes, without another fault."""


def complaint_key(code: str, message: str, params: Mapping[str, object], place: str) -> str:
    """Return the key of a complaint: its rule, what it found, and the words at its place.

    Offsets and ordinals stay out, because a better reading moves them; the message counts only
    where a rule gives no parameters, because its wording is improved from time to time.
    """
    found = {name: _plain(value) for name, value in params.items() if name not in _PLACES}
    content = [code, found or _plain(message), _plain(place)]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def words_at(text: str, start: int | None, end: int | None) -> str:
    """Return the words at a complaint's place with a little on either side; none without one."""
    if start is None:
        return ""
    return text[max(start - AROUND, 0) : (start if end is None else end) + AROUND]


def _plain(value: object) -> object:
    if isinstance(value, str):
        return "".join(unicodedata.normalize("NFKC", value).split())
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items() if name not in _PLACES}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, int | float | bool | None) else str(value)
