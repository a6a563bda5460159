"""A canary in every text of one bureau is never heard by the other, nor by the other town."""

import io
import zipfile

import pytest
from httpx2 import Response
from sqlalchemy import Engine, text

from tests.factories import Browser
from tests.two_towns import WAYS, TwoTowns, Way, ask

CANARY = "金丝雀七号"
PLANTED = {
    "unit": ("id = :unit", ["name"]),
    "contact": ("unit_id = :unit", ["name", "phone"]),
    "obligation": ("unit_id = :unit", ["publication_url"]),
    "matter": ("unit_id = :unit", ["title", "source", "return_reason"]),
    "commitment": ("unit_id = :unit", ["text"]),
    "checklist_item": (
        "checklist_id IN (SELECT id FROM checklist WHERE unit_id = :unit)",
        ["what", "proof", "evidence", "note"],
    ),
    "reply": ("matter_id IN (SELECT id FROM matter WHERE unit_id = :unit)", ["note", "evidence"]),
    "report": (
        "unit_id = :unit",
        ["file_name", "title", "text", "declared_unit", "error"],
    ),
    "api_token": ("unit_id = :unit", ["name"]),
    "channel": ("unit_id = :unit", ["name"]),
    "entry": ("report_id IN (SELECT id FROM report WHERE unit_id = :unit)", ["text"]),
    "figure": ("report_id IN (SELECT id FROM report WHERE unit_id = :unit)", ["label"]),
    "finding": ("report_id IN (SELECT id FROM report WHERE unit_id = :unit)", ["message"]),
    "slip": (
        "matter_id IN (SELECT id FROM matter WHERE unit_id = :unit)",
        ["demand", "decided_by_name"],
    ),
    "message": (
        "recipient_id IN (SELECT id FROM contact WHERE unit_id = :unit)",
        ["subject", "reply"],
    ),
}
ASKED = CANARY[1:3]
"""A search for this finds the canary; a page that merely repeats the search does not sing."""
QUERIES = ["", f"?q={ASKED}", "?unit={unit}", "?unit_id={unit}", f"?unit={ASKED}", "?state=open"]


@pytest.fixture(scope="module", autouse=True)
def canary(towns: TwoTowns) -> None:
    plant(towns.engine, towns.finance.unit)


def plant(engine: Engine, unit: int) -> None:
    with engine.begin() as connection:
        for table, (where, columns) in PLANTED.items():
            changes = ", ".join(f"{column} = :canary || {column}" for column in columns)
            statement = text(f'UPDATE "{table}" SET {changes} WHERE {where}')
            changed = connection.execute(statement, {"canary": CANARY, "unit": unit})
            assert changed.rowcount > 0, table


def sings(answer: Response) -> bool:
    """Return whether the canary is heard in an answer: its headers, its text, inside its files."""
    content = answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    heard = content.decode("utf-8", "replace") + str(dict(answer.headers))
    return CANARY in heard or "".join(f"%{byte:02X}" for byte in CANARY.encode()) in heard


LOOKS = [way for way in WAYS if way.method == "GET"]


@pytest.mark.parametrize("who", ["schools", "other", "other_staff", "other_leader"])
@pytest.mark.parametrize("way", LOOKS, ids=str)
def test_nothing_of_a_foreign_unit_is_ever_shown(
    towns: TwoTowns, browsers: dict[str, Browser], way: Way, who: str
) -> None:
    if way.template == "/r/{token}":
        return  # the address itself is the right; see the tests of reply links
    for owner in (towns.finance, towns.schools):
        for query in QUERIES if "{" not in way.template else ["", QUERIES[1]]:
            path = owner.path(way.template) + query.format(unit=towns.finance.unit)
            for headers in ({}, {"hx-request": "true"}):
                assert not sings(browsers[who].client.get(path, headers=headers)), path


@pytest.mark.parametrize("way", [way for way in WAYS if way.method == "POST"], ids=str)
def test_no_refusal_tells_of_a_foreign_unit(
    towns: TwoTowns, browsers: dict[str, Browser], way: Way
) -> None:
    if way.template == "/r/{token}":
        return
    for who in ("schools", "other_staff"):
        path = towns.finance.path(way.template)
        assert not sings(ask(browsers[who].client, way, path, browsers[who].csrf))


def test_a_reply_link_shows_nothing_of_another_unit(towns: TwoTowns) -> None:
    client = towns.desk.browser("schools").client
    client.cookies.clear()
    assert not sings(client.get(f"/r/{towns.schools.token}"))
    assert sings(client.get(f"/r/{towns.finance.token}"))


@pytest.mark.parametrize(
    "template",
    [
        "/units",
        "/units/{unit_id}",
        "/units/export.xlsx",
        "/matters/{matter_id}",
        "/reports",
        "/reports/{report_id}/review",
        "/ledger",
        "/ledger/export.xlsx",
        "/checklists",
        "/checklists/{checklist_id}",
        "/checklists/{checklist_id}.docx",
        "/checklists/{checklist_id}.xlsx",
        "/tokens",
        "/reminders",
        "/reminders/ledger",
        "/reminders/messages/{message_id}",
        "/channels",
        "/channels/{channel_id}",
        "/",
    ],
)
def test_the_own_office_hears_the_canary_everywhere(
    towns: TwoTowns, browsers: dict[str, Browser], template: str
) -> None:
    assert sings(browsers["staff"].client.get(towns.finance.path(template)))
