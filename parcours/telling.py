"""What ``parcours demo`` prints of its story, and how its reader goes on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from parcours.console import out
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


def suggest(story: Story, address: str, program: str) -> None:
    api = f"{address}/api/v1"
    file = f"{api}/enrollments/{story.file}"
    keys = story.keys
    asked = f'{{"offer": "{story.offer}", "session": "{story.session}", "statuses": ["employee"], "region": "84"}}'
    out.print("\n[bold]Regarder cette histoire, ou la refaire[/bold] (DOSSIER est l'id que donne la demande)\n")
    for title, line in (
        ("Le dossier, vu par Camille", _curl(keys["learner"], file)),
        ("Tout ce qui lui est arrivé", _curl(keys["learner"], f"{file}/history")),
        ("Ses documents", _curl(keys["learner"], f"{file}/documents")),
        ("Son récapitulatif, à ouvrir dans un navigateur (une heure ; la liste des documents redonne un lien)",
         story.page_url),
        ("Les mouvements de l'argent, vus par le gestionnaire", _curl(keys["operator"], f"{file}/movements")),
        ("Ce que l'organisme a reçu", _curl(keys["organisation"], f"{api}/organisations/{story.siret}/standing")),
        ("Ce qu'est devenu l'argent de la Région", _curl(keys["funder"], f"{api}/statements")),
        ("Vérifier chaque centime", f"{program} ledger check"),
        ("1. Refaire : demander", _curl(keys["learner"], f"{api}/enrollments", asked)),
        ("2. L'organisme propose", _curl(keys["organisation"], f"{api}/enrollments/DOSSIER/events/propose", "{}")),
        ("3. Aller payer ; « terms_in_force » du dossier dit la version",
         _curl(keys["learner"], f"{api}/enrollments/DOSSIER/payments", '{"terms_version": "VERSION"}')),
        ("4. L'adresse de la page de paiement (page_url), à ouvrir ; cartes d'essai sur la page",
         _curl(keys["learner"], f"{api}/enrollments/DOSSIER/payments")),
        ("5. La suite se joue à sa date : servir au jour voulu",
         f"PARCOURS_TODAY={story.starts_on} {program} serve"),
    ):  # fmt: skip
        out.print(f"  [cyan]{title}[/cyan]", soft_wrap=True)
        out.print(f"    {line}", soft_wrap=True, markup=False)


def _curl(key: str, address: str, body: str = "") -> str:
    data = f" -d '{body}'" if body else ""
    once = ' -H "Idempotency-Key: $(uuidgen)"' if body else ""
    return f"curl -H 'Authorization: Bearer {key}'{once}{data} {address}"
