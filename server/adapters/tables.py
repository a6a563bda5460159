"""Reading a spreadsheet into rows of plain values."""

from collections.abc import Sequence
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from server.errors import InvalidInput

LARGEST = 10 * 1024 * 1024
WIDEST = 100


def read_table(content: bytes, name: str) -> Sequence[Sequence[object]]:
    """Return the first sheet's rows; InvalidInput when the file is no readable spreadsheet."""
    if len(content) > LARGEST:
        raise InvalidInput(f"表格“{name}”超过 10 MB，请删去多余的工作表后重试。")
    try:
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        rows: Sequence[Sequence[object]] = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise InvalidInput(f"“{name}”不是能读取的 xlsx 表格，请用表格软件另存为 xlsx。") from error
    if rows and len(rows[0]) > WIDEST:
        raise InvalidInput(
            f"表格“{name}”有 {len(rows[0])} 列，超过 {WIDEST} 列，请核对是否选错文件。"
        )
    return rows
