"""Text -> folded tokens, in order, stop words included. ``tokens(" ".join(tokens(x))) == tokens(x)``."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from search.analysis.folding import fold

MAX_TOKEN = 40  # longer runs of letters are noise, cut so that they stay bounded in an index

_END = r"(?![^\W_])"
_TOKEN = re.compile(
    r"(?<=[^\W_])[(·](?:ve|le|te|re|che|sse|x)s?" + _END  # sportif(ve), sportif·ve: an ending, not a word
    + r"|(?:[cdjlmnst]|(?:jus|lors|puis|quoi|pres|quel)?qu)'(?=[^\W_])"  # elision
    + r"|bac\s?\+\s?\d(?!\d)"
    + r"|(?<!\.)[a-z](?:\.[a-z])+" + _END  # B.T.S.
    + r"|[a-z]\+\+|[a-z]#|[a-z]&[a-z]" + _END
    + r"|\.net" + _END
    + r"|[^\W_]+(?:\.(?:js|net)" + _END + ")?"
)  # fmt: skip

# Endings left alone by "technicien(ne)", "directeur/trice", "vendeur·euse", "boulanger / ère".
_TRAILING = """
    ne nes trice trices rice rices euse euses ere eres ienne iennes enne ennes iere ieres ive ives
"""
_ENDINGS = frozenset(_TRAILING.split())
# One-letter tokens that mean something by themselves (languages C and R, driving licence B) or after these words.
_LETTERS = frozenset("bcr")
_CLASSES = "permis categorie categories cat groupe classe option serie vitamine hepatite langage programmation plan"
_BEFORE_A_LETTER = frozenset(_CLASSES.split())
_ELECTRONIC = """
    administration book business commerce formation learning mailing marchandising marketing merchandising recrutement
    reputation sante services sport tourisme
"""
_AFTER_E = frozenset(_ELECTRONIC.split())
_BEFORE_JS = frozenset({"angular", "d3", "ember", "express", "next", "node", "nuxt", "react", "three", "vue"})
_JOINED = {
    **{f"{word}js": f"{word}.js" for word in _BEFORE_JS},
    "dotnet": ".net",
    "csharp": "c#",
    "fsharp": "f#",
    "cpp": "c++",
}
_CACES = re.compile(r"3[789]\dm?|4[89]\d")  # CNAM recommendations: R389, R489
_SPECIAL = frozenset({*_ENDINGS, *_BEFORE_JS, *_JOINED, "rncp", "rs", "dot", "bac", "aujourd", "prud"})


def tokens(text: str) -> list[str]:
    """Folded tokens of a text: elisions and gender endings dropped, split spellings joined (``R 489``, ``Node JS``)."""
    runs = [_found_in_run(run) for run in text.split(" ")]
    raw = _found(fold(text)) if None in runs else chain.from_iterable(runs)  # type: ignore[arg-type]
    return _arranged(list(raw))


def _found(folded: str) -> list[str]:
    return [token for token in _TOKEN.findall(folded) if token[-1] != "'" and token[0] not in "(·"]


@lru_cache(maxsize=1 << 16)
def _found_in_run(run: str) -> tuple[str, ...] | None:
    """Tokens of what stands between two spaces, which are the same in any text, and words recur: folding and searching
    them once is half of an analysis. Only a plus joins over a space (``bac + 2``): ``None`` then."""
    folded = fold(run)
    return None if "+" in folded else tuple(_found(folded))


def _arranged(raw: list[str]) -> list[str]:
    kept: list[str] = []  # built from the right: what a token becomes depends on what follows it
    for index in range(len(raw) - 1, -1, -1):
        token = raw[index]
        if len(token) > 1 and token not in _SPECIAL and token.isalnum():
            kept.append(token if len(token) <= MAX_TOKEN else token[:MAX_TOKEN])
        else:
            _join(token, raw[index - 1] if index else "", kept)
    kept.reverse()
    return kept


def _join(token: str, before: str, kept: list[str]) -> None:
    """Put a token that needs care before what is kept (its last element is the token that follows)."""
    after = kept[-1] if kept else ""
    if "." in token and token[0] != "." and not token.endswith((".js", ".net")):
        token = token.replace(".", "")
    joined = _joined(token, after)
    if joined:
        kept[-1] = joined
    elif token == "bac" and after == "plus" and len(kept) > 1 and kept[-2].isdigit() and len(kept[-2]) == 1:
        kept.pop()
        kept[-1] = f"bac+{kept[-1]}"
    elif token.startswith("bac") and "+" in token:
        kept.append("bac+" + token[-1])
    elif len(token) == 1 and token.isalpha() and token not in _LETTERS and before not in _BEFORE_A_LETTER:
        return
    elif token not in _ENDINGS:
        token = _JOINED.get(token, token)
        kept.append(token if len(token) <= MAX_TOKEN else token.partition(".")[0][:MAX_TOKEN])


def _joined(token: str, after: str) -> str:
    """The one spelling of two tokens that make one word; "" when they do not."""
    if token == "e" and after in _AFTER_E:
        return f"e{after}"
    if token in ("rncp", "rs") and after.isdigit() and 2 <= len(after) <= 6:
        return token + after
    if token == "r" and _CACES.fullmatch(after):
        return token + after
    if token in _BEFORE_JS and after == "js":
        return f"{token}.js"
    if after == "sharp" and token in ("c", "f"):
        return f"{token}#"
    if (token, after) in (("dot", "net"), ("aujourd", "hui")) or (token == "prud" and after.startswith("hom")):
        return _JOINED.get(token + after, token + after)
    return ""
