"""Files that are called spreadsheets and are something else: told by their first bytes, refused by what they are."""

from __future__ import annotations

import re
from typing import Final

from budget_align.core.values.refusal import RefusedError

_BEGINNINGS: Final = (
    (b"%PDF", "a PDF", "ask whoever made it for the spreadsheet that it was printed from"),
    (b"{\\rtf", "a text document (RTF)", "send the spreadsheet that its figures come from"),
    (b"\x89PNG", "a picture", "send the spreadsheet that it shows"),
    (b"\xff\xd8\xff", "a picture", "send the spreadsheet that it shows"),
    (b"GIF8", "a picture", "send the spreadsheet that it shows"),
    (b"7z\xbc\xaf", "a packed folder", "unpack it and send the workbook inside"),
    (b"\x1f\x8b", "a packed file", "unpack it and send the workbook inside"),
    (b"Rar!", "a packed folder", "unpack it and send the workbook inside"),
)

_SAVE_AGAIN: Final = "open it in a spreadsheet program, save it as .xlsx and send that copy"

_MARKUP: Final = (
    (re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet"), "a spreadsheet in the XML of Excel 2003"),
    (re.compile(rb"<office:document\b"), "a spreadsheet in flat XML (.fods)"),
    (re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|style)\b", re.IGNORECASE), "a web page (HTML)"),
    (re.compile(rb"^MIME-Version:", re.IGNORECASE), "a web page kept as one file (MHTML)"),
    (re.compile(rb"^<\?xml\b", re.IGNORECASE), "an XML document"),
)

_LOOKED_AT: Final = 4_096


def refuse_other_kinds(data: bytes) -> None:
    """Refuses what is known to be no spreadsheet and no text of columns, whatever it is called.

    Raises:
        RefusedError: with code not-a-spreadsheet; the sentence says what the file is and what to do.
    """
    for beginning, what, instead in _BEGINNINGS:
        if data.startswith(beginning):
            raise RefusedError("not-a-spreadsheet", f"The file is {what} and not a spreadsheet; {instead}.")
    # Zeros between the letters of UTF-16 hide nothing here.
    start = data[:_LOOKED_AT].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start.startswith(b"<") and start[:5].upper() != b"MIME-":
        return
    for sign, what in _MARKUP:
        if sign.search(start):
            raise RefusedError("not-a-spreadsheet", f"The file is {what}, whatever its name says; {_SAVE_AGAIN}.")
