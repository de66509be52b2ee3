"""``parcours search`` and ``parcours explain``: questions from the terminal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from base.errors import NotFound
from base.ids import id_number
from catalog.codes.facets import Need
from parcours.console import Json, counted, number, out, print_json
from parcours.questions import pairs, with_question
from parcours.settings import Settings
from parcours.wiring import House

if TYPE_CHECKING:
    from search.engines.contract import Engine
    from search.standby import StoodIn

Words = Annotated[list[str] | None, typer.Argument(help="Mots cherchés : métier, diplôme, compétence, code.")]
TERMINAL_LIMIT = "10"  # results that fit a screen; programs get the API's default
_NEEDS = {need.value: need.label for need in Need}
_PARTS = {"text": "mots", "near": "proximité", "open": "ouverture", "turn": "tirage"}


def add_to(app: typer.Typer) -> None:
    app.command("search")(with_question(search))
    app.command("explain")(with_question(explain, without=("limit", "cursor", "facets", "reasons", "group")))


def search(question: dict[str, Any], words: Words = None, json: Json = False) -> None:
    """Chercher des offres et voir pourquoi elles sont là.

    Exemples :

    parcours search comptabilité --home Lyon --radius 30

    parcours search boulanger --home 69003 --work Villeurbanne --modality in_person --accessibility premises:yes

    parcours search --home Rennes --sort distance --start-to 2026-12-31 --json
    """
    from search.parameters import parse
    from search.service import page
    from search.standby import answered, health_of

    if not json:
        question["limit"] = question["limit"] or TERMINAL_LIMIT
    house = House(Settings())
    request = parse(pairs(words, question))

    def ask(engine: Engine, stood_in: StoodIn | None) -> dict[str, Any]:
        return page(request, engine=engine, gazetteer=house.gazetteer, day=house.day, stood_in=stood_in)

    found, _ = answered(ask, house.engine, house.standby)
    if json:
        print_json(found)
    elif found["total"] == 0 and health_of(house.engine, house.standby)[0].offers == 0:
        out.print("Le catalogue est vide : importez un fichier avec « parcours import FICHIER ».")
    else:
        _show(found)


def explain(
    question: dict[str, Any],
    offer: Annotated[str, typer.Argument(help="Identifiant de l'offre, tel que search l'affiche.")],
    words: Words = None,
    json: Json = False,
) -> None:
    """Dire pourquoi une offre est à sa place, ou absente, sous une question.

    Exemple : parcours explain 0c4h2m7ka8q5z comptabilité --home Lyon
    """
    from search.parameters import parse
    from search.service import explain as explain_offer
    from search.standby import answered

    try:
        key = id_number(offer)
    except ValueError:
        raise NotFound(f"« {offer} » n'est pas un identifiant d'offre : prenez celui que search affiche.") from None
    house = House(Settings())
    request = parse(pairs(words, question))

    def ask(engine: Engine, stood_in: StoodIn | None) -> dict[str, Any]:
        return explain_offer(request, key, engine=engine, gazetteer=house.gazetteer, day=house.day, stood_in=stood_in)

    told, _ = answered(ask, house.engine, house.standby)
    if json:
        print_json(told)
    else:
        _show_explained(told)


def _show(found: dict[str, Any]) -> None:
    _show_fallback(found)
    understood = found["understood"]
    places = [
        f"{name} : {understood[key]['label']}"
        for key, name in (("home", "domicile"), ("work", "travail"))
        if understood[key]
    ]
    offers = counted(found["total"], "offre", "offres")
    cards = "" if found["cards"] in (None, found["total"]) else f" en {number(found['cards'])} résultats"
    out.print(f"[bold]{offers}[/bold]{cards}   [dim]{escape(' · '.join(places))}   {found['took_ms']:.1f} ms[/dim]")
    if understood["relaxed"]:
        out.print(f"[yellow]{escape(understood['relaxed']['text'])}[/yellow]")
    if understood["proposed"]:
        proposed = understood["proposed"]
        out.print(f"[yellow]Vouliez-vous dire --{proposed['parameter']} « {escape(proposed['label'])} » ?[/yellow]")
    for position, hit in enumerate(found["hits"], 1):
        _show_hit(position, hit)
    if found["facets"]:
        _show_facets(found["facets"])
    if found["next_cursor"]:
        out.print(f"\n[dim]Page suivante : la même question avec --cursor {found['next_cursor']}[/dim]", soft_wrap=True)
    if not found["hits"]:
        out.print("Aucune offre. Élargissez le rayon, ôtez un filtre ou un mot.")


def _show_fallback(told: dict[str, Any]) -> None:
    if "fallback" in told:
        out.print(f"[yellow]{escape(told['fallback']['text'])}[/yellow]", soft_wrap=True)


def _show_hit(position: int, hit: dict[str, Any]) -> None:
    similar = f" [dim](+ {counted(hit['similar'], 'semblable', 'semblables')})[/dim]" if hit["similar"] else ""
    title = hit["training"]["title"] or "Formation sans titre"
    organisation = hit["organisation"]["name"] or hit["organisation"]["siret"]
    out.print(f"\n[bold]{position:>2}. {escape(title)}[/bold]{similar}")
    facts = Table.grid(padding=(0, 2))
    facts.add_row("[dim]qui[/dim]", escape(organisation))
    facts.add_row("[dim]où[/dim]", escape(_where(hit)))
    facts.add_row("[dim]quand[/dim]", _when(hit))
    facts.add_row("[dim]combien[/dim]", f"{_price(hit['price_cents'])} · {_hours(hit['hours'])}")
    reasons = [one for one in hit.get("reasons", ()) if one["value"] > 0 and one["part"] != "turn"]
    if reasons:
        told = " ".join(f"{escape(one['text'])} [green]+{one['value']:.3f}[/green]" for one in reasons)
        facts.add_row("[dim]pourquoi[/dim]", f"{told} [dim]= {hit['score']:.4f} (tirage du jour compris)[/dim]")
    facts.add_row("[dim]offre[/dim]", f"[cyan]{hit['id']}[/cyan]")
    out.print(Padding(facts, (0, 0, 0, 4)))


def _where(hit: dict[str, Any]) -> str:
    place = hit["place"]
    if hit["modality"] == "remote":
        return "à distance"
    if place is None:
        return "lieu non précisé"
    distances = [
        f"{hit['distance_km'][key]:.1f} km {name}".replace(".", ",")
        for key, name in (("home", "du domicile"), ("work", "du travail"))
        if hit["distance_km"][key] is not None
    ]
    city = f"{place['postcode']} {place['city']}".strip() or place["label"]
    more = [f"et {counted(hit['places_count'] - 1, 'autre lieu', 'autres lieux')}"] if hit["places_count"] > 1 else []
    return " · ".join([city, *distances, *more])


def _when(hit: dict[str, Any]) -> str:
    session = hit["next_session"]
    if hit["training"]["certification"]["expired"]:
        return "inscription fermée : la certification a expiré"
    if hit["entry"] == "permanent":
        return "entrée à tout moment"
    if session is None:
        return "aucune session ouverte à venir"
    if session["start"] is None:
        return "session ouverte, date non précisée"
    start = date.fromisoformat(session["start"])
    shown = start.strftime("%m/%Y" if session["start_precision"] == "month" else "%d/%m/%Y")
    left = session["seats_left"]
    seats = "" if left is None else f", {counted(left, 'place restante', 'places restantes') if left else 'complet'}"
    return f"prochaine session {shown}{seats}"


def _price(cents: int | None) -> str:
    return "prix non précisé" if cents is None else f"{cents / 100:,.2f} €".replace(",", " ").replace(".", ",")


def _hours(hours: int | None) -> str:
    return "durée non précisée" if hours is None else f"{number(hours)} h"


def _legend(dimension: str) -> tuple[str, str]:
    """The option that filters by it, and what it is called."""
    from web.filters import AREA_KINDS, LEGENDS  # not for every command: it brings the site

    if dimension in AREA_KINDS:
        return "--area", LEGENDS[dimension]
    group, _, need = dimension.partition(".")
    called = f"{LEGENDS[group]} : {_NEEDS[need]}" if need else LEGENDS[group]
    return f"--{group.replace('_', '-')}", called


def _named(dimension: str, value: dict[str, Any]) -> str:
    """The label, and what the option takes."""
    from web.filters import AREA_KINDS

    if (dimension, value["value"]) == ("audience", "unknown"):  # shown with every audience, never asked for
        return str(value["label"])
    need = dimension.partition(".")[2]
    kind = AREA_KINDS.get(dimension, need)
    return f"{value['label']} [{kind}:{value['value']}]" if kind else f"{value['label']} [{value['value']}]"


def _show_facets(facets: dict[str, list[dict[str, Any]]]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for name, values in facets.items():
        shown = ", ".join(f"{_named(name, value)} {number(value['count'])}" for value in values[:8])
        if shown:
            option, legend = _legend(name)
            table.add_row(legend, f"[cyan]{option}[/cyan]", escape(shown + (" …" if len(values) > 8 else "")))
    out.print("\n[bold]Filtres[/bold] [dim](valeur, entre crochets ce qui se donne, et nombre d'offres)[/dim]")
    out.print(table)


def _show_explained(told: dict[str, Any]) -> None:
    _show_fallback(told)
    offer = told["offer"]
    out.print(f"[bold]{escape(offer['training']['title'])}[/bold] [cyan]{offer['id']}[/cyan]")
    if told["matches"]:
        out.print(f"Répond à la question, avec [bold]{told['score']:.6f}[/bold].")
    else:
        out.print("[yellow]Ne répond pas à la question : un filtre, le rayon ou un mot l'écarte.[/yellow]")
    parts = Table(box=None, padding=(0, 2))
    for heading in ("part", "valeur", "au plus", "raison"):
        parts.add_column(heading, justify="right" if heading in ("valeur", "au plus") else "left")
    for one in told["parts"]:
        value, ceiling = f"{one['value']:.6f}", f"{one['ceiling']:.3f}"
        parts.add_row(_PARTS.get(one["part"], one["part"]), value, ceiling, escape(one["text"]))
    out.print(parts)
    if told["words"]:
        words = Table(box=None, padding=(0, 2))
        for heading in ("mot", "part du texte", "trouvé comme", "dans", "ajoute"):
            words.add_column(heading)
        for word in told["words"]:
            found = word["term"] or "absent"
            fields = ", ".join(word["fields"])
            words.add_row(escape(word["text"]), f"{word['share']:.3f}", escape(found), fields,
                          f"{word['contribution']:.6f}")  # fmt: skip
        out.print(words)
