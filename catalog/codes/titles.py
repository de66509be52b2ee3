"""The title of a training whose file gives none: its certification's, which the reference may tell later or change."""

from __future__ import annotations

from catalog.codes.edof import CpfCode
from catalog.codes.fold import code_of

# Member of a training's details, so that its title follows the reference.
TITLE_FROM = "title_from"
CERTIFICATION = "certification"


def title_of_certification(main: str, known: str, given: str) -> str:
    """``known``: the reference's title; ``given``: the one in the file. The code itself while nobody names it."""
    listed = code_of(CpfCode, main)
    return known or given or (listed.label.capitalize() if listed else main)
