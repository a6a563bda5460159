"""Bulk and single imports, with a verdict on every row."""

from pathlib import Path
from typing import Annotated

import typer

from server.errors import InvalidInput

imports = typer.Typer(no_args_is_help=True, help="导入单位表或年度报告。")


@imports.command("units")
def units(
    file: Annotated[Path, typer.Argument(help="xlsx 表格")],
) -> None:
    """导入单位和联系人：逐行给出结论；有一行不合格，就一行也不写入。"""
    from server.adapters.tables import read_table
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.services import unit_import
    from server.services.audit import Actor
    from server.settings import get_settings

    rows = unit_import.read_rows(read_table(_content(file), file.name))
    operator = Actor(None, "命令行")
    imported = None
    try:
        with one_transaction(get_settings().database_url) as session:
            imported = unit_import.import_units(session, rows, operator, now=utc_now())
            if not imported.good:
                raise InvalidInput("有不合格的行，一行也没有写入；请更正后重新导入。")
    finally:
        for verdict in imported.verdicts if imported else ():
            mark = "✓" if verdict.ok else "✗"
            print(f"{mark} 第 {verdict.row} 行  {verdict.message}")
    print(f"已导入 {len(imported.verdicts)} 行。")


@imports.command("report")
def report(
    file: Annotated[Path, typer.Argument(help="报告文件")],
    unit: Annotated[str, typer.Option(help="单位代码")],
    year: Annotated[int, typer.Option(help="报告年度")],
) -> None:
    """导入一份年度报告，当场读取，并说明读出了什么。"""
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.db.queries import units as unit_queries
    from server.services import reading, reports
    from server.services.audit import Actor
    from server.settings import get_settings

    content, now = _content(file), utc_now()
    with one_transaction(get_settings().database_url) as session:
        found = unit_queries.by_code(session, unit)
        if found is None:
            raise InvalidInput(
                f"没有代码为“{unit}”的单位，请核对，或先用 duban import units 录入。"
            )
        text, parsed = reading.read_file(content, file.name, year)
        upload = reports.Upload(file.name, content)
        stored = reports.import_report(session, found, year, upload, Actor(None, "命令行"), now=now)
        reports.store_reading(session, stored, text, parsed, now=now)
        number = stored.id
    counts = f"问题 {len(parsed.problems)} 条，措施 {len(parsed.measures)} 条"
    print(f"✓ 已导入“{found.name}”{year}年度报告（编号 {number}）：{counts}，请到网页上审核确认。")


@imports.command("reports")
def reports(
    file: Annotated[Path, typer.Argument(help="装有多份报告的 zip 压缩包")],
) -> None:
    """导入压缩包里的各单位报告：按文中的单位和年度归位，逐个文件给出结论。"""
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.domain.access import Scope
    from server.services import batch
    from server.services.audit import Actor
    from server.services.reports import Upload
    from server.settings import get_settings

    readings = list(batch.read_all(Upload(file.name, _content(file))))
    everything, operator = Scope("/", subtree=True), Actor(None, "命令行")
    with one_transaction(get_settings().database_url) as session:
        verdicts = batch.import_readings(session, everything, readings, operator, now=utc_now())
    for verdict in verdicts:
        mark = "✓" if verdict.outcome in ("imported", "same") else "✗"
        print(f"{mark} {verdict.file_name}  {verdict.message}")
    good = sum(verdict.outcome in ("imported", "same") for verdict in verdicts)
    print(f"共 {len(verdicts)} 个文件：{good} 个已导入，{len(verdicts) - good} 个没有导入。")
    if good < len(verdicts):
        raise typer.Exit(1)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"不能读取文件“{file}”：{error.strerror}。请核对路径。") from error
