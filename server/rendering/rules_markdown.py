"""The rules that reports are held to as a page of the guide; docs/rules.md is this text."""

from collections.abc import Iterable

from server.domain.check_rules import CheckRule, by_comparison
from server.rendering.pages import word

_HEAD = """# 校验规则

每份报告导入后逐条核对以下规则；`duban check` 在命令行核对一份文件，`duban rules` 列出规则。
“须更正”是错误，“请核实”由人判断，“提示”不必处理。认定无须更正的写明理由，重新读取后仍然有效。
规则由 `server/rulebook/checks.toml` 生成，本页用 `duban rules --markdown > docs/rules.md` 更新。
"""


def rules_markdown(rules: Iterable[CheckRule]) -> str:
    """Return the page: what each rule demands, where it points, the remedy, the source."""
    parts = [_HEAD]
    for kind, group in by_comparison(rules).items():
        parts.append(f"## {word(kind, 'held_against')}\n")
        parts += [*map(_told, group), ""]
    return "\n".join(parts)


def _told(rule: CheckRule) -> str:
    severity = "、".join(word(each, "severity") for each in rule.severities) or "不作核对"
    return (
        f"- **{rule.code} {rule.name}**（{severity}）：{rule.says}\n"
        f"  位置：{rule.place}。办法：{rule.remedy}依据：{rule.source}。"
    )
