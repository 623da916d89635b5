"""Why a delivered file cannot be read at all (``FB-F…``), and why a row cannot be cut into cells (``FB-R…``).

These tables are the code and the manual at once: ``file_errors_page`` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass

from firebreak.terms.errors import FileError


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a file or a row is unreadable."""

    en: str
    zh: str
    rule: str
    remedy: str
    remedy_zh: str


FILE_ERRORS: dict[str, Reason] = {
    "FB-F001": Reason(
        "the file is empty",
        "文件为空",
        "A delivery has at least one byte of data.",
        "Ask the sender for the file again.",
        "请发送方重新发送。",
    ),
    "FB-F002": Reason(
        "the file is cut off",
        "文件不完整（传输中断或被截断）",
        "A file ends where its format says it ends.",
        "Compare its size with the sender's and transfer it again.",
        "与发送方核对大小后重新传输。",
    ),
    "FB-F003": Reason(
        "the text is in another encoding than said, or damaged",
        "文字编码不符或已损坏",
        "Text is UTF-8, GB18030 (GBK) or UTF-16 throughout.",
        "State the encoding in the channel's spec, or have the file exported as UTF-8.",
        "在渠道规格中写明编码，或请发送方以 UTF-8 导出。",
    ),
    "FB-F004": Reason(
        "there is no header or no rows",
        "没有表头或没有数据行",
        "A table has its header where the spec says and at least one row.",
        "Check header_row, sheet and record_path of the spec, or ask for the data.",
        "核对规格中的表头行、工作表、记录路径，或请发送方补送数据。",
    ),
    "FB-F005": Reason(
        "the file is protected by a password",
        "文件有密码保护",
        "Files are delivered without a password, over a protected line.",
        "Remove the password and deliver the file again.",
        "去除密码后重新发送。",
    ),
    "FB-F006": Reason(
        "the file unpacks to far more than it is",
        "压缩炸弹：解压后过大",
        "An archive unpacks to at most 250 times its size, and a sheet has cells where it says it has.",
        "Do not open it. Ask the sender what it is, and for the tables one by one.",
        "不要打开，向发送方核实后逐个发送表格。",
    ),
    "FB-F007": Reason(
        "the table is far wider than its channel",
        "列数远超该渠道规格",
        "A table has less than ten times the columns its spec names.",
        "Check delimiter and record path, and whether this is the right channel.",
        "核对分隔符、记录路径以及渠道是否正确。",
    ),
    "FB-F008": Reason(
        "the file is not of the format its channel has",
        "文件格式与渠道不符",
        "A file has the format of its spec, or another one that is recognised by its content.",
        "Open it, and save it in the channel's format.",
        "打开后另存为该渠道的格式。",
    ),
    "FB-F009": Reason(
        "the file is not a table at all",
        "不是表格文件（二进制内容）",
        "Text has no NUL and few control characters.",
        "Check whether the right file was sent.",
        "核对是否发错文件。",
    ),
    "FB-F010": Reason(
        "the archive is nested too deep or holds too many files",
        "压缩包嵌套过深或文件过多",
        "Archives are nested three deep at most and hold at most 20,000 files.",
        "Unpack it and deliver the tables.",
        "解压后发送表格。",
    ),
    "FB-F011": Reason(
        "the archive holds a file name that leads out of it",
        "压缩包内文件名指向包外",
        "Names in an archive are relative and stay inside it.",
        "Do not unpack it elsewhere. Ask the sender for a clean archive.",
        "不要在别处解压，请发送方重新打包。",
    ),
    "FB-F012": Reason(
        "the file declares entities or a document type of its own",
        "XML 含自定义实体（不安全）",
        "XML is read without entities, document types and network.",
        "Have it exported without them.",
        "请发送方去除后重新导出。",
    ),
    "FB-F013": Reason(
        "the sheet or the record path is not there",
        "找不到工作表或记录路径",
        "The spec names the sheet, or the path that leads to the records.",
        "Name the one that is there in the spec, or ask for the right file.",
        "在规格中写明实际名称，或请发送方补送。",
    ),
    "FB-F014": Reason(
        "the file cannot be opened",
        "文件无法打开",
        "A delivered file can be read by this user.",
        "Check the path and its permissions.",
        "检查路径与权限。",
    ),
    "FB-F015": Reason(
        "the file is damaged",
        "文件已损坏",
        "A file keeps to its format throughout.",
        "Transfer it again, or open and save it in the program it came from.",
        "重新传输，或用原程序打开后另存。",
    ),
}

ROW_PROBLEMS: dict[str, Reason] = {
    "FB-R001": Reason(
        "more cells than the header",
        "单元格多于表头",
        "A row has as many cells as the header.",
        "Quote cells that hold the delimiter.",
        "含分隔符的单元格须加引号。",
    ),
    "FB-R002": Reason(
        "fewer cells than the header",
        "单元格少于表头",
        "A row has as many cells as the header.",
        "Look for a line break inside a cell, and quote that cell.",
        "检查单元格内换行并加引号。",
    ),
    "FB-R003": Reason(
        "a quote that is not closed",
        "引号未闭合",
        "A quoted cell ends with a quote within 100 lines.",
        "Close the quote, or double it where it belongs to the text.",
        "补全引号，文字中的引号须写两个。",
    ),
    "FB-R004": Reason(
        "not an object",
        "记录不是对象",
        "A record is an object with named fields.",
        "Check the record path.",
        "核对记录路径。",
    ),
    "FB-R005": Reason(
        "not JSON",
        "不是 JSON",
        "Every line is one JSON object.",
        "Mend the line and deliver it again.",
        "改正该行后重新发送。",
    ),
    "FB-R006": Reason(
        "a line of another length",
        "行长度不符",
        "A line is as long as its columns together; blanks at its end may lack.",
        "Check the widths and their unit (bytes or characters).",
        "核对列宽及其单位（字节或字符）。",
    ),
    "FB-R007": Reason(
        "a column that cuts a character in two",
        "列边界截断汉字",
        "A column of bytes begins and ends between characters.",
        "Check the widths and the encoding.",
        "核对列宽与编码。",
    ),
}


def file_error(code: str, label: str, found: str = "") -> FileError:
    """The FileError of that code for the file called ``label``. ``found`` adds what was seen, never a row's value."""
    reason = FILE_ERRORS[code]
    what = f"{label}: {reason.en}{f' ({found})' if found else ''} / {reason.zh}"
    return FileError(code, what, reason.rule, f"{reason.remedy} / {reason.remedy_zh}")


def file_errors_page() -> str:
    """The manual's page of these codes, as Markdown."""
    head = (
        "# Files and rows that cannot be read\n\nPrinted from `firebreak.engine.intake.readers.errors` by `make docs`."
    )
    files = "A file with one of these is refused as a whole; the lake stays as it was."
    rows = "A row with one of these becomes a reject; the rest of its file is read."
    return "\n\n".join(
        [head, "## Files 文件", files, _table(FILE_ERRORS), "## Rows 行", rows, _table(ROW_PROBLEMS) + "\n"]
    )


def _table(reasons: dict[str, Reason]) -> str:
    lines = [
        f"| {code} | {each.en} | {each.zh} | {each.rule} | {each.remedy} | {each.remedy_zh} |"
        for code, each in reasons.items()
    ]
    return "\n".join(["| code | meaning | 含义 | rule | remedy | 处理办法 |", "|---|---|---|---|---|---|", *lines])
