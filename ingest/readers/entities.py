"""HTML entities that no DTD declares (``&eacute;``, ``&eacute``) turned into character references before the parser.

Comments, CDATA and processing instructions pass untouched. A reference takes the width of the entity where it can, so
that columns stay those of the file; lines always do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

_OPENING = re.compile(r"<!\[CDATA\[|<!--|<\?|&([A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6})(;?)")
_CLOSING = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LONGEST = 34  # "&" + 31 letters + ";" and one more to know that the name has ended


class EntityRepair:
    """A filter over chunks of text; ``count`` is what it has repaired so far."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []

    def repaired(self, chunks: Iterator[str]) -> Iterator[str]:
        section = ""  # what closes the section we are in
        carry = ""
        for chunk in chunks:
            text = carry + chunk
            done, section = self._pass(text, section, len(text) - _LONGEST)
            carry = text[done.end :]
            if done.text:
                yield done.text
        done, _ = self._pass(carry, section, len(carry))
        if done.text or done.end < len(carry):
            yield done.text + carry[done.end :]

    def _pass(self, text: str, section: str, safe: int) -> tuple[_Done, str]:
        out: list[str] = []
        at = 0
        while at < safe:
            if section:
                close = text.find(section, at)
                if close < 0:
                    end = max(at, safe)
                    out.append(text[at:end])
                    at = end
                    break
                end = close + len(section)
                out.append(text[at:end])
                at, section = end, ""
                continue
            match = _OPENING.search(text, at)
            if match is None or match.start() >= safe:
                out.append(text[at:safe])
                at = safe
                break
            out.append(text[at : match.start()])
            at = match.end()
            if match.group(1) is None:
                out.append(match.group())
                section = _CLOSING[match.group()]
            else:
                out.append(self._reference(match.group(1), match.group(2), text[at : at + 1]))
        return _Done("".join(out), at), section

    def _reference(self, name: str, semicolon: str, following: str) -> str:
        whole = f"&{name}{semicolon}"
        if name[0] == "#":
            if not semicolon:
                self.count += 1
            return f"&{name.lower()};"
        if semicolon:
            if name in _XML:
                return whole
            characters = html5.get(f"{name};")
            if characters is not None:
                return self._written(characters, whole, "")
        elif following == "=":  # a link's parameter, as in HTML: ?a=1&copy=2
            return whole
        for length in range(len(name), 1, -1):  # the 106 names that HTML reads without semicolon, longest first
            characters = html5.get(name[:length])
            if characters is not None:
                return self._written(characters, f"&{name[:length]}", name[length:] + semicolon)
        return whole

    def _written(self, characters: str, entity: str, rest: str) -> str:
        self.count += 1
        if len(self.examples) < 3 and entity not in self.examples:
            self.examples.append(entity)
        if len(characters) > 1:
            return "".join(f"&#{ord(character)};" for character in characters) + rest
        return f"&#{ord(characters):0{max(1, len(entity) - 3)}d};" + rest


class _Done:
    __slots__ = ("end", "text")

    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.end = end
