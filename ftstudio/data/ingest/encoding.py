"""Finds out how a text file's bytes stand for letters, and says so in words."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.errors import StudioError

GUESSED, DOUBTED = ", guessed", " as chosen; it looks like "  # behind a title
_SAMPLE = 256_000
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TITLES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (marked)",
    "utf-16": "UTF-16 (Unicode text from Excel)",
    "utf-16-le": "UTF-16 (Unicode text)",
    "utf-16-be": "UTF-16 (Unicode text)",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "iso8859-2": "ISO 8859-2 (Central European)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "cp932": "Shift-JIS (Japanese)",
    "euc-jp": "EUC-JP (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp949": "Windows-949 (Korean)",
    "mac-roman": "Mac Roman",
    "cp437": "DOS 437",
    "cp850": "DOS 850",
}
_GUESSABLE = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "cp932",
    "euc_jp", "gb18030", "big5", "cp949", "mac_roman",
]  # fmt: skip
# Letters and signs that Western European texts really use, as Windows-1252 has them.
_WESTERN = set(
    "äöüÄÖÜßéèêëÉÈÊáàâãåæÁÀÂÃÅÆçÇíìîïÍÎñÑóòôõøœÓÔÕØŒúùûÚÙÛýÿ¿¡«»„“”‚‘’–—…•€£§°ºª©®™´·²³½¼¾\u00a0"
)
# In Windows-1252 these are signs; inside words they give away Windows-1250 (Polish, Czech).
_SIGNS_IN_WORDS = re.compile(r"[a-z][¹³¿¶¼¾œžšŸ][a-z]|[a-z][¹³][ ,.]")
_RUNS = re.compile("[\u00c0-\u00ff]{3,}")
_WIDE = ("utf-16", "utf-32")
_ODD = "ftstudio-odd"  # for codecs that know no surrogateescape: the sign of a fault, row by row
# The upper bytes of wide letters below which a 00 or 0A is no NUL and no line end: 一, 上, 《, and
# what no ASCII text has.
_UPPER = {0x30, 0x4E, *range(0x80, 0x100)}
_BEFORE_WIDE = bytes([*range(0xC0), *range(0xF8, 0x100)])  # all but the first bytes of wide letters


@dataclass(frozen=True)
class Encoding:
    codec: str  # Python's name
    title: str  # "Windows-1252 (Western European)"
    sure: bool
    chosen: bool = False  # by the person
    doubt: str = ""  # what the file looks like, where something else was chosen

    @property
    def said(self) -> str:
        """For a table's details: what it is, and how that is known."""
        if self.doubt:
            return f"{self.title}{DOUBTED}{self.doubt}"
        return self.title + ("" if self.sure else GUESSED)

    @property
    def told(self) -> str:
        """As `errors`, where also a guess's odd bytes are told of: JSON is seldom so old."""
        return self.errors if self.codec.startswith(_WIDE) else "surrogateescape"

    @property
    def errors(self) -> str:
        """What becomes of bytes that stand for no letter: a fault of their row, told of, or (where
        an encoding was only guessed) a sign in their place."""
        if self.codec.startswith(_WIDE):
            return _ODD if self.sure else "replace"
        return "surrogateescape" if self.chosen or self.codec.startswith("utf-8") else "replace"


def _odd(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udc80", error.end


codecs.register_error(_ODD, _odd)


def find_encoding(path: Path, chosen: str | None = None) -> Encoding:
    """The person's choice, the file's own mark, UTF-8 if all of it fits, or a guess."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if chosen:
        return _chosen(chosen, head)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, TITLES[codec], True)
    if wide := unmarked_utf16(head):
        return Encoding(wide, TITLES[wide], False)
    bad_at, wide_letters = _first_bad_utf8(path)
    if bad_at is None:
        return Encoding("utf-8", TITLES["utf-8"], True)
    if wide_letters >= 20:
        return Encoding("utf-8", TITLES["utf-8"], False)  # mostly right
    with path.open("rb") as file:
        file.seek(max(0, bad_at - _SAMPLE // 2))
        sample = file.read(_SAMPLE)
    codec = guess_single_byte(sample)
    return Encoding(codec, title_of(codec), False)


def title_of(codec: str) -> str:
    return TITLES.get(codec, TITLES.get(codec.replace("_", "-"), codec))


def _chosen(name: str, head: bytes) -> Encoding:
    """The person's choice, if the file can be written so at all. Raises StudioError."""
    try:
        codec = codecs.lookup(name).name
        head.decode(codec, "replace")
    except (LookupError, ValueError) as error:
        raise StudioError(
            f"The encoding {name!r} is not known.",
            "An encoding says how bytes stand for letters, for example utf-8 or cp1252.",
            "Choose one from the list, or leave it to be found out.",
            code="unknown_encoding",
        ) from error
    marked = next((own for mark, own in _MARKS if head.startswith(mark)), "")
    wide = marked if marked.startswith(_WIDE) else unmarked_utf16(head) or ""
    if marked and (codec.startswith(marked) or marked.startswith(codec)):
        codec = marked  # the mark is no letter
    elif codec == "utf-16" and wide:
        codec = wide
    plain = "utf-8" if fits(head, "utf-8") else ""
    no_wide = codec.startswith(_WIDE) and not wide and b"\0" not in head
    if no_wide and (marked or plain or not read_as(head, codec)):
        raise _wrong(codec, marked or plain)
    if (wide and codec != wide) or (marked and not codec.startswith("utf")):
        raise _wrong(codec, wide or marked)
    other = plain and not head.isascii() and not codec.startswith("utf")
    return Encoding(codec, title_of(codec), True, chosen=True, doubt="UTF-8" if other else "")


def fits(head: bytes, codec: str) -> bool:
    """All bytes stand for letters; the last ones may have been cut."""
    try:
        codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _wrong(said: str, found: str) -> StudioError:
    looks = f" It looks like {_in_short(found)}." if found else ""
    return StudioError(
        f"The file is not written in {_in_short(said)}.",
        f"Read so, its bytes make no words.{looks}",
        "Leave the encoding to be found out, or choose another.",
        code="wrong_encoding",
    )


def _in_short(codec: str) -> str:
    sides = {"utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE"}
    return sides.get(codec, title_of(codec).partition(" (")[0])


def unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without its mark: NULs in every second place, and beside the line ends. In other
    text they stand anywhere. 00 and 0A also are the lower halves of wide letters."""
    if len(head) < 4 or b"\0" not in head:
        return None
    whole = head[: len(head) // 2 * 2]
    for codec, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        uppers, lowers = whole[high::2], whole[1 - high :: 2]
        below = [low for low, up in zip(lowers, uppers, strict=True) if up not in _UPPER]
        nuls, right = uppers.count(0), _line_ends(lowers, uppers)
        if nuls < 0.95 * (nuls + below.count(0)) or nuls < 0.004 * len(whole):
            continue
        if right < 0.9 * (uppers.count(10) + below.count(10)) or not read_as(whole, codec):
            continue
        return codec
    return None


def _line_ends(lowers: bytes, uppers: bytes) -> int:
    return sum(1 for low, up in zip(lowers, uppers, strict=True) if low == 10 and not up)


def read_as(head: bytes, codec: str) -> str:
    """Letters and signs, as a text has them (the last one may have been cut); else empty."""
    text = head.decode(codec, "replace")[:-1]
    fine = sum(1 for sign in text if sign.isprintable() or sign in "\t\r\n\f")
    good = fine >= 0.98 * len(text) and text.count("\ufffd") <= 0.005 * len(text)
    return text if good else ""


def _first_bad_utf8(path: Path) -> tuple[int | None, int]:
    """Where the first byte stands that is no UTF-8, and how many wide letters came before."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at, wide = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if chunk.isascii() and not decoder.getstate()[0]:
                at += len(chunk)
                continue
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                good = chunk[: max(0, error.start)].decode("utf-8", "ignore")
                return at + error.start, wide + _wide_letters(good)
            wide += _wide_letters(text)
            at += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return max(0, at - 3), wide
    return None, wide


def _wide_letters(text: str) -> int:
    return len(text.encode("utf-8", "replace").translate(None, _BEFORE_WIDE)) if text else 0


def guess_single_byte(sample: bytes) -> str:
    """The likeliest old encoding of a sample. Western first: that is what Excel writes."""
    if _looks_western(sample):
        return "cp1252"
    if japanese := _japanese(sample):
        return japanese
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:_CHUNK], cp_isolation=_GUESSABLE, threshold=0.35).best()
    if best is None or best.encoding in ("ascii", "utf_8"):
        return "cp1252"
    return codecs.lookup(best.encoding).name


def _looks_western(sample: bytes) -> bool:
    """Single accented letters inside plain words: Russian or Japanese make long runs."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    odd = [letter for letter in text if letter > "\x7f"]
    letters = sum(1 for letter in text if letter.isalpha())
    if not odd or len(odd) > 0.6 * max(1, letters):
        return False
    western = sum(1 for letter in odd if letter in _WESTERN)
    in_words = len(_SIGNS_IN_WORDS.findall(text.lower()))
    in_runs = sum(len(run) for run in _RUNS.findall(text))
    return western >= 0.9 * len(odd) and in_words <= 0.05 * len(odd) and in_runs <= 0.2 * len(odd)


def _japanese(sample: bytes) -> str | None:
    """Kana are in every Japanese sentence, and in nothing else."""
    for codec in ("cp932", "euc_jp"):
        text = sample.decode(codec, "ignore")
        wide = [letter for letter in text if letter > "\xff"]
        kana = sum(1 for letter in wide if "\u3040" <= letter <= "\u30ff")
        if wide and kana > 0.3 * len(wide) and len(wide) > 0.3 * len(text.strip()) / 2:
            return codec
    return None
