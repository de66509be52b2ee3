"""A catalogue in XML as a stream of records (``formation``, ``resume-offre``), each a small tree; flat memory.

Expat rather than lxml: its line numbers stay exact past 65,535, it resolves nothing by itself, and a DTD can be refused
at its first byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from xml.parsers import expat

from base.errors import FileRefused
from ingest.readers.source import Limits

_SPACE = "\x1f"  # between namespace and name; cannot stand in XML 1.0
_MESSAGES = {
    2: "ce n'est pas du XML (une page web, un texte ?)",
    4: "caractère ou balise mal formés (un « & » ou un « < » isolé, par exemple)",
    7: "une balise se ferme sans correspondre à celle qui est ouverte",
    8: "un attribut est donné deux fois",
    9: "du contenu suit la fin du document",
    11: "une entité est inconnue",
    14: "une référence à un caractère interdit (&#0; par exemple)",
    17: "la déclaration <?xml ?> n'est pas au tout début",
    27: "un préfixe d'espace de noms n'est pas déclaré",
}


_NO_CHILDREN: list[Node] = []  # shared by all leaves, most elements: never appended to


class Node:
    """An element of a record: local name, line, attributes, text before its first child, text after itself."""

    __slots__ = ("attributes", "children", "line", "tag", "tail", "text")

    def __init__(self, tag: str, line: int, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.line = line
        self.attributes = attributes
        self.text = ""
        self.tail = ""
        self.children: list[Node] = _NO_CHILDREN  # its own list from the first child on

    def content(self) -> str:
        """Own text; markup that was left unescaped inside a text is written back as markup."""
        if not self.children:
            return self.text.strip()
        inner = "".join(f"<{child.tag}>{child.content()}</{child.tag}>{child.tail}" for child in self.children)
        return (self.text + inner).strip()

    def child(self, tag: str) -> Node | None:
        for child in self.children:
            if child.tag == tag:
                return child
        return None


class XmlRecords:
    """One pass over a document. ``namespace`` and ``root`` are known once the first element was read."""

    def __init__(self, record_tags: frozenset[str], roots: frozenset[str], limits: Limits) -> None:
        self.root = ""
        self.namespace = ""
        self._record_tags = record_tags
        self._roots = roots
        self._limits = limits
        self._ready: deque[tuple[Node, str]] = deque()
        self._record_at = -1  # byte where the open record starts, -1 between records
        self._parser = self._new_parser()
        self._listen(self._parser)

    def records(self, chunks: Iterator[str]) -> Iterator[tuple[Node, str]]:
        """Each record with its path. ``FileRefused`` with line and column where it breaks."""
        parser = self._parser
        fed = 0
        for chunk in chunks:
            data = chunk.encode()
            self._feed(data, False)
            fed += len(data)
            while self._ready:
                yield self._ready.popleft()
            # Expat keeps an unfinished tag or comment whole: CurrentByteIndex then stays behind what it was given.
            if fed - parser.CurrentByteIndex > self._limits.text_bytes:
                raise self._refused("une balise ou un commentaire est démesuré", "too-large")
            if self._record_at >= 0 and fed - self._record_at > self._limits.record_bytes:
                raise self._refused("une seule formation est démesurée", "too-large")
        self._feed(b"", True)
        while self._ready:
            yield self._ready.popleft()

    def _feed(self, data: bytes, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            line, column = error.lineno, error.offset + 1
            if final:
                raise FileRefused(
                    f"Le fichier XML est coupé ou incomplet : il s'arrête ligne {line}, colonne {column}.",
                    line=line,
                    column=column,
                    code="xml-truncated",
                ) from error
            why = _MESSAGES.get(error.code, "erreur de syntaxe")
            raise FileRefused(
                f"Le fichier XML est mal formé ligne {line}, colonne {column} : {why}.",
                line=line,
                column=column,
                code="xml-malformed",
            ) from error

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8", _SPACE)
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _listen(self, parser: expat.XMLParserType) -> None:
        """Handlers as closures over locals: called for every element, they are twice as fast as methods."""
        limits = self._limits
        depth = limits.depth
        most_elements = limits.record_elements
        record_tags = self._record_tags
        names: dict[str, str] = {}
        stack: list[Node] = []
        outside: list[str] = []  # open elements around records
        numbers: dict[str, int] = {}
        elements = 0
        text_bytes = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal elements, text_bytes
            text_bytes = 0
            if name in names:
                tag = names[name]
            else:
                tag = names[name] = name.rpartition(_SPACE)[2]
            if stack:
                elements += 1
                node = Node(tag, parser.CurrentLineNumber, attributes)
                parent = stack[-1]
                if parent.children:
                    parent.children.append(node)
                else:
                    parent.children = [node]
                stack.append(node)
                if len(stack) > depth:
                    raise self._refused("les éléments sont emboîtés trop profondément", "too-deep")
                if elements > most_elements:
                    raise self._refused("une seule formation est démesurée", "too-large")
            elif outside and tag in record_tags:
                elements = 0
                self._record_at = parser.CurrentByteIndex
                stack.append(Node(tag, parser.CurrentLineNumber, attributes))
            else:
                if not outside:
                    self._first(name, tag)
                outside.append(tag)
                if len(outside) > depth:
                    raise self._refused("les éléments sont emboîtés trop profondément", "too-deep")

        def end(_name: str) -> None:
            if not stack:
                outside.pop()
                return
            node = stack.pop()
            if not stack:
                self._record_at = -1
                number = numbers[node.tag] = numbers.get(node.tag, 0) + 1
                self._ready.append((node, f"/{'/'.join(outside)}/{node.tag}[{number}]"))

        def characters(data: str) -> None:
            nonlocal text_bytes
            if len(data) > 4096:  # expat gathers a text chunk by chunk: a huge one comes in huge pieces
                text_bytes += len(data)
                if text_bytes > limits.text_bytes:
                    raise self._refused("un texte est démesuré", "too-large")
            if stack:
                node = stack[-1]
                children = node.children
                if children:
                    children[-1].tail += data
                else:
                    node.text += data

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = characters

    def _refused(self, why: str, code: str) -> FileRefused:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        detail = f"Fichier XML refusé ligne {line}, colonne {column} : {why}."
        return FileRefused(detail, line=line, column=column, code=code)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, _subset: bool) -> None:
        raise self._refused("une DTD ou des entités sont déclarées, ce qui n'est pas accepté", "xml-dtd")

    def _first(self, name: str, tag: str) -> None:
        self.root = tag
        self.namespace = name.rpartition(_SPACE)[0]
        if tag not in self._roots:
            raise self._refused(
                f"l'élément racine « {tag[:60]} » n'est pas celui d'un catalogue (attendu : lheo ou lheo-index)",
                "not-a-catalogue",
            )
