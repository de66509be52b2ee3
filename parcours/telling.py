"""What ``parcours demo`` prints of its story, and how its reader goes on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from parcours.again import again, curl
from parcours.console import out
from parcours.settings import Settings
from parcours.wiring import House

if TYPE_CHECKING:
    from parcours.story import Story


def played(house: House, siret: str) -> Story:
    """In a house beside, whose clock runs ahead: the one that serves keeps its day."""
    from parcours.story import play

    beside = House(house.settings)
    try:
        return play(beside, siret)
    finally:
        beside.leave()


def tell(story: Story) -> None:
    out.print("\n[bold]Une histoire, de la recherche au virement[/bold] (jouée en avançant l'horloge)\n")
    for step in story.steps:
        out.print(f"  [cyan]{step.on:%d/%m/%Y}  {escape(step.title)}[/cyan]")
        for line in step.told:
            out.print(f"    {line}", soft_wrap=True, markup=False)


def suggest(story: Story, address: str, program: str, settings: Settings) -> None:
    api = f"{address}/api/v1"
    file = f"{api}/enrollments/{story.file}"
    keys = story.keys
    out.print("\n[bold]Regarder cette histoire[/bold]\n")
    listed(
        ("Le dossier, vu par Camille", curl(keys["learner"], file)),
        ("Tout ce qui lui est arrivé", curl(keys["learner"], f"{file}/history")),
        ("Ses documents", curl(keys["learner"], f"{file}/documents")),
        ("Son récapitulatif, à ouvrir dans un navigateur (une heure ; la liste des documents redonne un lien)",
         story.page_url),
        ("Les mouvements de l'argent, vus par le gestionnaire", curl(keys["operator"], f"{file}/movements")),
        ("Ce que l'organisme a reçu", curl(keys["organisation"], f"{api}/organisations/{story.siret}/standing")),
        ("Ce qu'est devenu l'argent de la Région", curl(keys["funder"], f"{api}/statements")),
        ("Vérifier chaque centime", f"{program} ledger check"),
    )  # fmt: skip
    out.print("\n[bold]La refaire[/bold] (DOSSIER est l'id que donne la demande)\n")
    listed(*again(story, api, program, settings))


def listed(*lines: tuple[str, str]) -> None:
    for title, line in lines:
        out.print(f"  [cyan]{escape(title)}[/cyan]", soft_wrap=True)
        out.print(f"    {line}", soft_wrap=True, markup=False)
