"""Texts of organisations -> plain Unicode: markup, entity soup, double encodings and control characters gone."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

import ftfy
import nh3
from ftfy import TextFixerConfig
from ftfy.badness import is_bad

_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff]")
_ODD_BUT_SOFT = {"\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\r": "\n", "\x85": "\n"}
_BLANK = re.compile(r"[^\S\n]+")
_MANY_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>|<!--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")
_BLOCK_END = re.compile(r"</?(?:p|div|ul|ol|h[1-6]|table|tr)\b[^>]*>")
_CELL = re.compile(r"</t[dh]>")
_ITEM = re.compile(r"<li\b[^>]*>")
_BREAK = re.compile(r"<br\b[^>]*>")
_ANY = re.compile(r"<[^>]*>")
_KEPT_TAGS = frozenset(
    ("p", "div", "ul", "ol", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th")
)
_LONE_BULLET = re.compile(r"^(-|•)\s*$\n", re.MULTILINE)
_FILLER = re.compile(
    r"(?:[\s\-–—_.·*/…?]*|n\s?[./]?\s?[cad]\.?|n[ée]ant|null|none|nil|non (?:renseign|communiqu|pr[ée]cis)[ée]e?|"
    r"sans objet|à compl[ée]ter|0+)",
    re.IGNORECASE,
)
_MOJIBAKE_HINT = re.compile(r"[ÃÂâÅ\u0080-\u009f]")
_ENCODING_ONLY = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    restore_byte_a0=False,
    replace_lossy_sequences=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
)


def is_filler(text: str) -> bool:
    """``-``, ``.``, ``n/c``, ``néant``, ``0``: a field that was filled because it had to be."""
    return len(text) <= 20 and _FILLER.fullmatch(text) is not None


def repaired(text: str) -> tuple[str, bool]:
    """Double encodings undone where the result is certain (``formÃ©`` -> ``formé``), and whether any was."""
    if text.isascii() or not _MOJIBAKE_HINT.search(text) or not is_bad(text):
        return text, False
    fixed = ftfy.fix_encoding(text, _ENCODING_ONLY)
    return fixed, fixed != text


@lru_cache(maxsize=16_384)
def line(text: str) -> str:
    """A text of one line: titles, names, addresses."""
    return " ".join(block(text).split())


def block(text: str) -> str:
    """A text with its line breaks; list items on lines of their own, begun by ``- ``."""
    for _ in range(3):  # markup is escaped once or twice in real feeds
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
        if "<" not in text or not _TAG.search(text):
            break
        text = html.unescape(_without_tags(text)) if "&" in text else _without_tags(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if _ODD.search(text):
        text = text.replace("\r\n", "\n")
        text = _ODD.sub(lambda found: _ODD_BUT_SOFT.get(found.group(), ""), text)
    if "\n" not in text:
        return _BLANK.sub(" ", text).strip()
    text = "\n".join(part.strip() for part in _BLANK.sub(" ", text).split("\n"))
    return _MANY_LINES.sub("\n\n", _LONE_BULLET.sub("", text)).strip()


def _without_tags(text: str) -> str:
    """nh3 drops what is dangerous with its content (script, style); what it keeps becomes line breaks."""
    text = nh3.clean(text, tags=set(_KEPT_TAGS), attributes={}, strip_comments=True)
    text = _ITEM.sub("\n- ", text)
    text = _BREAK.sub("\n", text)
    text = _CELL.sub(" ", text)
    text = _BLOCK_END.sub("\n", text)
    return html.unescape(_ANY.sub("", text))
