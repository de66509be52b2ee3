"""Folding: one spelling for what a reader takes for the same characters."""

from __future__ import annotations

import unicodedata

_GIVEN = {
    **dict.fromkeys("’ʼ‘´`′＇ʹʻ᾽", "'"),
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "đ": "d",
    "Đ": "d",
    "ı": "i",
    "_": " ",  # a word character for regular expressions, a separator for readers
}


def _fold_character(character: str) -> str:
    """Compatibility form, case folded, without marks nor invisible characters; repeated until nothing moves."""
    folded = character
    for _ in range(4):
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
        again = "".join(
            _GIVEN.get(part, part) for part in parts if unicodedata.category(part) not in ("Mn", "Me", "Cf")
        )
        if again == folded:
            break
        folded = again
    return folded


class _Table(dict[int, str]):
    """Each character is folded once in the life of the process."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = self[code] = _GIVEN.get(character) or _fold_character(character)
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """Lower case, without accents, ligatures or typographic apostrophes. ``fold(fold(x)) == fold(x)``."""
    return text.translate(_TABLE)
