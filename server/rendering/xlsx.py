"""The workbooks that people export: a unit's checklist, the ledger of an office."""

from server.rendering.document_contexts import ChecklistDocument, Ledger
from server.rendering.pages import word
from server.rendering.sheets import Column, Sheet, workbook


def checklist_workbook(context: ChecklistDocument) -> bytes:
    """Return a unit's checklist as .xlsx."""
    return workbook(
        Sheet(
            name="整改清单",
            title=f"{context.unit_name}{context.title}",
            note=f"{context.office.name}  {context.issued_on.isoformat()}",
            columns=(
                Column("序号", 6),
                Column("报告所列问题或承诺", 34),
                Column("整改事项和完成标准", 44),
                Column("佐证要求", 24),
                Column("完成时限", 16),
                Column("暂定", 7),
                Column("责任人", 10),
                Column("完成日期", 16),
                Column("佐证", 26),
            ),
            rows=(
                (
                    row.item.ordinal,
                    row.commitment,
                    row.item.what,
                    row.item.proof,
                    row.item.by_when,
                    "暂定" if row.item.provisional else "",
                    word(row.item.owner.value, "role"),
                    row.done_on,
                    row.evidence,
                )
                for row in context.rows
            ),
        )
    )


def ledger_workbook(context: Ledger) -> bytes:
    """Return the ledger of commitments as .xlsx."""
    filters = f"筛选：{context.filters}  " if context.filters else ""
    return workbook(
        Sheet(
            name="整改台账",
            title=context.title,
            note=f"{filters}共{len(context.rows)}项  导出日期：{context.drawn_on.isoformat()}",
            columns=(
                Column("编号", 15),
                Column("单位", 18),
                Column("报告年度", 9),
                Column("类型", 10),
                Column("报告原文", 44),
                Column("归口", 11),
                Column("类别", 16),
                Column("清单项数", 9),
                Column("已完成", 8),
                Column("完成时限", 16),
                Column("暂定", 7),
                Column("灯色", 18),
                Column("状态", 10),
                Column("佐证", 26),
                Column("销号日期", 16),
            ),
            rows=(
                (
                    row.code,
                    row.unit_name,
                    row.report_year,
                    row.kind,
                    row.text,
                    row.heading,
                    row.classes,
                    row.items_total,
                    row.items_done,
                    row.due_on,
                    "暂定" if row.provisional else "",
                    row.light,
                    row.state,
                    row.evidence,
                    row.closed_on,
                )
                for row in context.rows
            ),
        )
    )
