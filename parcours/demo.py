"""``parcours demo``: a fresh folder, the sample catalogue imported and indexed, a key, and what to try."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from parcours.console import Json, Reporter, err, number, out, print_json, progress_bars
from parcours.in_use import emptied, refuse_in_use
from parcours.serving import Host, Port, run, taken
from parcours.settings import Settings
from parcours.telling import played, suggest, tell
from parcours.wiring import House

DEBTOR_IBAN = "FR7630006000011234567890189"  # the example of the French banking federation
SCHEMA = "parcours_demo"  # made and emptied by demonstrations alone
EXAMPLE_FILE = "a-deposer.xml"
WITHHELD = "***"  # as SQLAlchemy shows a password


@dataclass(frozen=True, slots=True)
class Prepared:
    siret: str  # of the organisation that the key belongs to
    key: str
    example: Path  # a file of that organisation, to submit again
    offers: int
    findings: int
    files: int


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    host: Host = "",
    port: Port = 0,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Servir une fois prêt.")] = True,
    json: Json = False,
) -> None:
    """Tout essayer : base neuve, catalogue d'exemple importé et indexé, service local, et quoi demander.

    Les données sont dans le dossier demo/ de PARCOURS_DATA_DIR, refait à chaque fois ; sur PostgreSQL, dans un schéma
    parcours_demo à part. Rien d'autre n'est touché, et rien de ce qui tourne n'est effacé.
    """
    settings = Settings()
    host, port = host or settings.host, port or settings.port
    address = f"http://{host}:{port}"
    folder = settings.data_dir / "demo"
    refuse_in_use(folder)
    with (
        taken(host, port) if serve else nullcontext() as door,
        emptied(folder, address if serve else ""),
        database_of(settings.database_url) as database_url,
    ):
        own = {
            "data_dir": folder,
            "database_url": database_url,
            "engine": "embedded",
            "payments": "sandbox",
            "mail_url": "",  # invented people get no mail
            "debtor_name": "Financeur de la démonstration",
            "debtor_iban": DEBTOR_IBAN,
            "host": host,
            "port": port,
            "compiled_dir": settings.compiled,  # once, not for each demonstration
        }
        house = House(settings.model_copy(update=own))
        with progress_bars() as report:
            prepared = prepare(house, report)
        story = played(house, prepared.siret)
        if json:
            told = {"address": address, "data_dir": str(folder), **asdict(prepared), "story": asdict(story)}
            print_json(told)
        else:
            tell(story)
            _say(address, prepared, house.settings)
            suggest(story, address, program_of(house.settings), house.settings)
            _end(house.settings, serving=serve)
        if door:
            run(house.settings, door)


def database_of(url: str) -> AbstractContextManager[str]:
    """SQLite in the demonstration's folder (""), or a schema of its own where PostgreSQL is set."""
    from base.database import own_schema

    return own_schema(url, SCHEMA) if url.startswith("postgresql") else nullcontext("")


def shown(url: str) -> str:
    """An address of a database to tell people: what is printed ends up in histories and logs."""
    from sqlalchemy.engine import make_url

    address = make_url(url)
    if "password" in address.query:
        address = address.difference_update_query(["password"]).set(password=WITHHELD)
    return address.render_as_string(hide_password=True)


def prepare(house: House, report: Reporter) -> Prepared:
    """The sample catalogue in a database and an index that were empty."""
    from api.keys import Role, issue
    from base.database import unit_of_work
    from catalog.reference.load import load_reference
    from indexer.rebuild import rebuild
    from parcours.importing import import_into
    from samples import materialise
    from samples.story import organisations

    owner = next(body for body in organisations(house.day) if body.source == "edof")
    with tempfile.TemporaryDirectory() as temporary:
        paths = materialise(Path(temporary), house.day)
        with unit_of_work(house.database) as conn:
            load_reference(conn, Path(temporary) / "reference", house.clock(), lambda _name, _rows: None)
        taken = findings = 0
        for done, path in enumerate(paths, 1):
            told = import_into(house, path)
            taken += told.counts.offers_taken
            findings += told.counts.errors + told.counts.warnings
            report("Import du catalogue d'exemple", done, len(paths))
        example = house.settings.data_dir / EXAMPLE_FILE
        with suppress(FileNotFoundError):
            shutil.copyfile(Path(temporary) / f"edof-{owner.key}.xml", example)
    rebuild(house.database, house.engine, clock=house.wall, progress=report)
    with unit_of_work(house.database) as conn:
        key = issue(conn, role=Role.ORGANISATION, siret=owner.siret, name="démonstration", now=house.clock())
    return Prepared(owner.siret, key, example, taken, findings, len(paths))


def _say(address: str, prepared: Prepared, settings: Settings) -> None:
    err.print(
        f"{number(prepared.offers)} offres prises dans {prepared.files} fichiers ; {number(prepared.findings)} "
        "remarques, car les fichiers d'exemple ont des défauts, exprès."
    )
    program = program_of(settings)
    submit = f"curl -H 'Authorization: Bearer {prepared.key}' --data-binary @{prepared.example}"
    catalogue = f"{address}/api/v1/organisations/{prepared.siret}/catalogue"
    out.print(f"\n[bold]Parcours est prêt[/bold] sur [bold]{address}[/bold]. À essayer :\n")
    for title, line in (
        ("La page de recherche", f"{address}/?q=comptabilit%C3%A9&home=Lyon"),
        ("L'API : domicile, facettes et raisons",
         f"curl '{address}/api/v1/offers?q=boulanger&home=Lyon&facets=1&reasons=1'"),
        ("L'API : domicile et travail, sans le distanciel",
         f"curl '{address}/api/v1/offers?q=anglais&home=Rennes&work=Nantes&radius_km=50&remote=exclude'"),
        ("La ligne de commande", f"{program} search comptabilité --home Lyon --radius 30"),
        ("Votre clé d'organisme (montrée une fois)", prepared.key),
        ("Contrôler un catalogue sans rien enregistrer", f"{submit} '{catalogue}?dry_run=true'"),
        ("Le déposer pour de bon", f"{submit} '{catalogue}'"),
        ("Ce qui décide du classement", f"{address}/classement"),
        ("La description de l'API", f"{address}/api/v1/openapi.json"),
    ):  # fmt: skip
        out.print(f"  [cyan]{title}[/cyan]")
        out.print(f"    {line}", soft_wrap=True, markup=False)


def program_of(settings: Settings) -> str:
    """The command line on the demonstration's data."""
    where = f"PARCOURS_DATA_DIR={settings.data_dir}"
    if settings.database_url:
        where += f" PARCOURS_DATABASE_URL='{shown(settings.database_url)}'"
    return f"{where} .venv/bin/parcours"


def _end(settings: Settings, *, serving: bool) -> None:
    if WITHHELD in program_of(settings):
        out.print(f"\nRemplacez {WITHHELD} par le mot de passe de la base.", markup=False)
    if serving:
        out.print("\nCtrl-C pour arrêter.")
