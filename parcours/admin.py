"""``parcours admin``: keys and migrations."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from base.errors import NotFound
from parcours.console import Json, out, print_json
from parcours.settings import Settings
from parcours.wiring import House

app = typer.Typer(no_args_is_help=True, help="Clés d'accès et mise à jour de la base.")


@app.command("key")
def key(
    role: Annotated[
        str,
        typer.Option(help="organisation, learner (titulaire), funder (financeur) ou operator (tous)."),
    ] = "organisation",
    siret: Annotated[str, typer.Option(help="SIRET de l'organisme, 14 chiffres.")] = "",
    subject: Annotated[str, typer.Option(help="Compte du titulaire (un nouveau par défaut), code du financeur.")] = "",
    person: Annotated[
        str, typer.Option(help="Titulaire tel que les fichiers d'alimentation le nomment, au lieu de --subject.")
    ] = "",
    name: Annotated[str, typer.Option(help="À quoi sert la clé.")] = "clé",
    json: Json = False,
) -> None:
    """Créer une clé, pour déposer des catalogues ou suivre des dossiers. Elle n'est montrée qu'une fois.

    parcours admin key --role organisation --siret 12345678900011 --name "Gestion du catalogue"
    """
    from api.keys import Role, issue
    from base.database import unit_of_work

    if role not in list(Role):
        raise typer.BadParameter(", ".join(Role), param_hint="--role")
    if role == Role.ORGANISATION and not re.fullmatch(r"\d{14}", siret):
        raise typer.BadParameter("un SIRET a 14 chiffres", param_hint="--siret")
    if person:
        from base.ids import id_text
        from enrollment.money import learner_number

        if subject or role != Role.LEARNER:
            raise typer.BadParameter("avec --role learner, et sans --subject", param_hint="--person")
        subject = id_text(learner_number(person))
    house = House(Settings())
    with unit_of_work(house.database) as conn:
        made = issue(conn, role=Role(role), siret=siret, name=name, now=house.clock(), subject=subject)
    if json:
        print_json({"key": made, "role": role, "siret": siret, "subject": _subject(house, made), "name": name})
    else:
        out.print(f"Clé (montrée une seule fois) : [bold]{made}[/bold]")


def _subject(house: House, key: str) -> str:
    from api.keys import identify
    from base.database import reading

    with reading(house.database) as conn:
        identity = identify(conn, key)
    return identity.account if identity else ""


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="La clé, ou sa partie publique (entre pk_ et le second _).")],
    json: Json = False,
) -> None:
    """Retirer une clé, perdue ou confiée à tort : elle n'ouvre plus rien, aussitôt.

    parcours admin revoke 3f9a0c1b2d4e
    """
    from api import keys
    from base.database import unit_of_work

    public = key.removeprefix(f"{keys.PREFIX}_").partition("_")[0]
    house = House(Settings())
    with unit_of_work(house.database) as conn:
        if not keys.revoke(conn, public, now=house.clock()):
            raise NotFound(f"Aucune clé en service ne commence par pk_{public}.")
    print_json({"revoked": public}) if json else out.print(f"La clé pk_{public}… est retirée.")


@app.command("migrate")
def migrate(json: Json = False) -> None:
    """Mettre la base à jour. Les autres commandes le font d'elles-mêmes."""
    House(Settings()).database  # noqa: B018 - opening migrates
    print_json({"migrated": True}) if json else out.print("La base est à jour.")
