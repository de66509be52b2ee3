"""Invented catalogues, as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Writer = Callable[[str | bytes], Path]

EDOF = "https://www.of.moncompteformation.gouv.fr"


def edof(body: str, *, prologue: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{prologue}\n<lheo xmlns="{EDOF}">\n<offres>\n{body}\n</offres>\n</lheo>\n'


def formation(numero: str, title: str = "Pâtisserie", inside: str = "") -> str:
    return (
        f'<formation numero="{numero}" datemaj="20260901" datecrea="20260801">\n'
        f"<intitule-formation>{title}</intitule-formation>\n{inside}"
        "<organisme-formation-responsable><SIRET-organisme-formation><SIRET>12345678200010</SIRET>"
        "</SIRET-organisme-formation></organisme-formation-responsable>\n</formation>"
    )
