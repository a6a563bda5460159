"""What a group's robot says, in each platform's own form, within its limits."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.domain.channels import ChannelKind
from server.domain.dates import chinese_date
from server.domain.lights import LightReading
from server.rendering.phrases import one_line, shortened, tight

MOST_LINES = 20
LIMITS = {
    ChannelKind.DINGTALK: 18_000,
    ChannelKind.WECOM: 4_000,
    ChannelKind.FEISHU: 18_000,
    ChannelKind.WEBHOOK: 200_000,
}
"""Octets of text that a message may have; WeCom takes 4,096 of markdown, the others 20 KB."""
_MARKS = re.compile(r"([\\`*_{}\[\]()#<>@!|~])")


@dataclass(frozen=True, slots=True)
class RobotLine:
    """One matter of which a group is told; its link leads to a page behind the sign-in."""

    unit: str
    title: str
    due_on: date
    reading: LightReading
    link: str
    matter_id: int
    stage: str


@dataclass(frozen=True, slots=True)
class RobotNote:
    """All that one group is told at once, the most urgent first."""

    kind: str
    """For other systems: reminders, slip, digest, test."""
    title: str
    office: str
    lines: tuple[RobotLine, ...]
    text: str
    """What stands above the lines; may have several lines."""
    home: str
    """Where everything stands."""
    at: str
    """When it was written, in ISO form."""


def body(kind: ChannelKind, note: RobotNote) -> bytes:
    """Return the JSON of a note in the form of one platform, cut to what it takes."""
    if kind is ChannelKind.WEBHOOK:
        return _json(_plain(note))
    for shown in range(min(len(note.lines), MOST_LINES), -1, -1):
        content = _json(FORMS[kind](note, note.lines[:shown], len(note.lines) - shown))
        if len(content) <= LIMITS[kind]:
            return content
    return content


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _safe(text: str) -> str:
    return _MARKS.sub(r"\\\1", one_line(text))


def _said(line: RobotLine) -> str:
    return f"{line.reading.band.symbol} {tight(line.reading.phrase)}"


def _markdown(note: RobotNote, lines: Sequence[RobotLine], more: int) -> str:
    told = [f"### {_safe(note.title)}"]
    told += [_safe(each) for each in note.text.splitlines() if each.strip()]
    told += [
        f"{number}. {_said(line)}｜{_safe(line.unit)}：{_safe(shortened(line.title, 60))}"
        f"（{chinese_date(line.due_on)}） [办理]({line.link})"
        for number, line in enumerate(lines, 1)
    ]
    if more:
        told.append(f"另有 {more} 项。")
    told.append(f"[查看全部]({note.home})　{_safe(note.office)}")
    return "\n\n".join(told)


def _dingtalk(note: RobotNote, lines: Sequence[RobotLine], more: int) -> dict[str, object]:
    text = _markdown(note, lines, more)
    return {"msgtype": "markdown", "markdown": {"title": one_line(note.title), "text": text}}


def _wecom(note: RobotNote, lines: Sequence[RobotLine], more: int) -> dict[str, object]:
    return {"msgtype": "markdown", "markdown": {"content": _markdown(note, lines, more)}}


def _feishu(note: RobotNote, lines: Sequence[RobotLine], more: int) -> dict[str, object]:
    def words(text: str) -> dict[str, str]:
        return {"tag": "text", "text": text}

    told = [[words(one_line(each))] for each in note.text.splitlines() if each.strip()]
    told += [
        [
            words(
                f"{number}. {_said(line)}｜{one_line(line.unit)}："
                f"{one_line(shortened(line.title, 60))}（{chinese_date(line.due_on)}） "
            ),
            {"tag": "a", "text": "办理", "href": line.link},
        ]
        for number, line in enumerate(lines, 1)
    ]
    if more:
        told.append([words(f"另有 {more} 项。")])
    told.append(
        [{"tag": "a", "text": "查看全部", "href": note.home}, words(f"　{one_line(note.office)}")]
    )
    post = {"zh_cn": {"title": one_line(note.title), "content": told}}
    return {"msg_type": "post", "content": {"post": post}}


def _plain(note: RobotNote) -> dict[str, object]:
    return {
        "type": note.kind,
        "title": note.title,
        "text": note.text,
        "office": note.office,
        "written_at": note.at,
        "url": note.home,
        "items": [
            {
                "matter_id": line.matter_id,
                "unit": line.unit,
                "title": line.title,
                "due_on": line.due_on.isoformat(),
                "light": line.reading.light.value,
                "status": line.reading.phrase,
                "stage": line.stage,
                "url": line.link,
            }
            for line in note.lines
        ],
    }


FORMS = {
    ChannelKind.DINGTALK: _dingtalk,
    ChannelKind.WECOM: _wecom,
    ChannelKind.FEISHU: _feishu,
}
