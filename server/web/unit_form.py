"""The form of a unit: what was typed becomes values, or an error that names its field."""

from server.db.tables import Unit
from server.errors import InvalidInput
from server.services import units as service

LONGEST = 60
MOST = 999_999
"""The highest place in lists; beyond it a typing error is likelier than a wish."""


def values_of(unit: Unit) -> dict[str, str]:
    """Return the form as it stands for a unit that there is."""
    return {
        "name": unit.name,
        "kind": unit.kind,
        "sort": str(unit.sort),
        "office_name": unit.office_name,
    }


def new_unit(values: dict[str, str], above: Unit) -> service.NewUnit:
    """Return what was typed as a new unit.

    Raises: InvalidInput, when code, name or place is unusable.
    """
    code = values["code"].strip()
    if not code or len(code) > LONGEST or not code.isprintable() or " " in code:
        raise InvalidInput(
            "请填写单位代码：不含空格，如 QS07；整改事项按它编号，以后不能改。",
            {"code": "不能为空，不含空格"},
        )
    return service.NewUnit(
        code,
        unit_name(values["name"]),
        values["kind"],
        above.code,
        office_name=values["office_name"].strip(),
        sort=whole_number(values["sort"], "sort", "排序"),
    )


def unit_name(text: str) -> str:
    """Return the name without blanks around it.

    Raises: InvalidInput, when it is empty or too long.
    """
    name = text.strip()
    if not name or len(name) > LONGEST:
        raise InvalidInput(f"请填写单位名称，不超过 {LONGEST} 字。", {"name": "请填写单位名称"})
    return name


def whole_number(text: str, field: str, label: str) -> int:
    """Return the number that was typed into a field.

    Raises: InvalidInput with the field's label, when it is none.
    """
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and int(plain) <= MOST):
        raise InvalidInput(
            f"{label}“{text[:20]}”应是 0 至 {MOST} 的整数，请更正。", {field: "请填写整数"}
        )
    return int(plain)
