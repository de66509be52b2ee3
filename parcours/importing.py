"""``parcours import`` and ``parcours findings``: an organisation's file into the catalogue and the index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from base.errors import InvalidParameter, NotFound
from base.ids import id_number, id_text
from parcours.console import Json, Reporter, counted, number, out, print_json, progress_bars
from parcours.settings import Settings
from parcours.wiring import House

if TYPE_CHECKING:
    from ingest.report import ImportReport

PHASES = {"reading": "Lecture et contrôle du fichier", "storing": "Enregistrement"}
SHOWN_FINDINGS = 12  # after an import
SHOWN_AT_ONCE = 100
MOST_JSON_FINDINGS = 1000

_NOT_A_STREAM = (
    "« - » : un import lit un fichier deux fois, jamais l'entrée standard. Enregistrez-la d'abord : "
    "cat > catalogue.xml, puis parcours import catalogue.xml."
)


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("findings")(findings)


def _quiet(phase: str, done: int, total: int) -> None:
    """No progress."""


def import_into(
    house: House,
    path: Path,
    *,
    mode: str = "update",
    dry_run: bool = False,
    mapping: str | None = None,
    sender: str | None = None,
    report: Reporter = _quiet,
) -> ImportReport:
    from ingest.readers.csv_mapping import mapping_text
    from ingest.receive import receive
    from ingest.report import Mode
    from ingest.run import import_file
    from parcours.claims import import_here

    def progress(phase: str, done: int, total: int) -> None:
        report(PHASES.get(phase, phase), done, total)

    if dry_run:
        return import_file(
            path,
            database=house.database,
            submissions_dir=house.settings.submissions_dir,
            gazetteer=house.gazetteer,
            clock=house.clock,
            mapping=mapping,
            mode=Mode(mode),
            dry_run=True,
            sender=sender,
            progress=progress,
            streets=house.streets,
        )
    submission = receive(
        path,
        database=house.database,
        submissions_dir=house.settings.submissions_dir,
        clock=house.clock,
        mode=Mode(mode),
        sender=sender,
        who="command line",
        mapping=mapping_text(mapping) if mapping else "",
    )
    return import_here(house, submission, progress)


def import_(
    file: Annotated[Path, typer.Argument(help="Catalogue XML (EDOF, LHÉO), CSV ou JSON, compressé ou non.")],
    mode: Annotated[
        str, typer.Option(help="update ajoute et modifie ; replace retire aussi ce qui n'est plus dans le fichier.")
    ] = "update",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tout dire, ne rien enregistrer.")] = False,
    mapping: Annotated[
        str | None, typer.Option(help="Pour un CSV : fichier de correspondance (.toml) ou nom d'une fournie.")
    ] = None,
    siret: Annotated[str | None, typer.Option(help="N'accepter que les formations de ce SIRET.")] = None,
    index: Annotated[bool, typer.Option("--index/--no-index", help="Mettre l'index à jour aussitôt.")] = True,
    json: Json = False,
) -> None:
    """Contrôler, enregistrer et indexer un catalogue. Ce qui est bon est pris, le reste est signalé.

    parcours import catalogue.xml

    parcours import formations.csv.gz --mapping correspondance.toml --dry-run
    """
    from api.reports import present_report
    from indexer.follow import catch_up
    from ingest.report import Mode

    if str(file) == "-":
        raise InvalidParameter("file", _NOT_A_STREAM)
    if file.is_dir():
        raise InvalidParameter("file", f"{file} est un dossier : donnez un fichier à la fois, {file}/catalogue.xml.")
    if not file.is_file():
        raise NotFound(f"Le fichier {file} n'existe pas.")
    if mode not in list(Mode):
        raise typer.BadParameter("update ou replace", param_hint="--mode")
    house = House(Settings())
    if not dry_run:
        house.refuse_other_index()
    indexed = 0
    with progress_bars() as report:
        told = import_into(house, file, mode=mode, dry_run=dry_run, mapping=mapping, sender=siret, report=report)
        if index and not dry_run and told.refused is None:
            indexed = catch_up(house.database, house.engine, clock=house.wall, progress=report)
    first = _first_findings(house, told, MOST_JSON_FINDINGS if json else SHOWN_FINDINGS)
    if json:
        total = sum(told.findings_by_code.values())
        told_all = {**present_report(told, most_findings=0), "findings": first, "findings_total": total}
        print_json({**told_all, "indexed_trainings": indexed})
    else:
        _show(told, first, indexed)
    if told.refused is not None or not told.counts.trainings_taken:
        raise typer.Exit(1)


def findings(
    submission: Annotated[str, typer.Argument(help="Identifiant du dépôt, affiché par import.")],
    after: Annotated[int, typer.Option(min=0, help="Commencer après ce numéro.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Combien en montrer ; 100, ou toutes avec --json.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Les remarques sur un dépôt, avec leur ligne et quoi faire : toutes, une page après l'autre.

    parcours findings 0c4h2m7ka8q5z

    parcours findings 0c4h2m7ka8q5z --after 100 --limit 500

    parcours findings 0c4h2m7ka8q5z --json
    """
    from api.reports import present_finding
    from base.database import reading
    from catalog.store import submissions

    try:
        key = id_number(submission)
    except ValueError:
        raise NotFound(f"« {submission} » n'est pas un identifiant de dépôt (13 caractères).") from None
    house = House(Settings())
    with reading(house.database) as conn:
        row = submissions.submission(conn, key)
        total = sum(submissions.counts_by_code(conn, row.id).values())
        limit = limit or (max(total, 1) if json else SHOWN_AT_ONCE)
        found = [present_finding(one) for one in submissions.findings_page(conn, row.id, after, limit)]
    if json:
        print_json(found)
        return
    _show_findings(found)
    _show_rest(submission, found, total, limit)


def _show_rest(submission: str, found: list[dict[str, Any]], total: int, limit: int) -> None:
    if not total:
        out.print("Aucune remarque sur ce dépôt.")
    elif not found:
        out.print(f"Ce dépôt a {counted(total, 'remarque', 'remarques')}, aucune après ce numéro.")
    else:
        first, last = found[0]["number"], found[-1]["number"]
        out.print(f"[bold]Remarques {number(first)} à {number(last)} sur {number(total)}.[/bold]")
        if last < total:
            size = f" --limit {limit}" if limit != SHOWN_AT_ONCE else ""
            out.print(
                f"[dim]La suite : parcours findings {submission} --after {last}{size} ; toutes : --json.[/dim]",
                soft_wrap=True,
            )


def _first_findings(house: House, told: ImportReport, limit: int) -> list[dict[str, Any]]:
    from api.reports import present_finding
    from base.database import reading
    from catalog.store import submissions

    if told.submission is None:
        return [present_finding(one) for one in told.findings[:limit]]
    with reading(house.database) as conn:
        return [present_finding(one) for one in submissions.findings_page(conn, told.submission, 0, limit)]


def _show(told: ImportReport, first: list[dict[str, Any]], indexed: int) -> None:
    if told.refused is not None:
        where = f" (ligne {told.refused.line}, colonne {told.refused.column})" if told.refused.line else ""
        out.print(f"[bold red]Fichier refusé[/bold red]{where} : {escape(told.refused.detail)}")
        out.print("Rien n'a été enregistré.")
        return
    counts = told.counts
    out.print(
        f"[bold]{escape(told.format_label)}[/bold] · {counted(counts.rows, 'enregistrement lu', 'enregistrements lus')}"
    )
    table = Table(box=None, padding=(0, 2))
    for heading in ("", "prises", "rejetées"):
        table.add_column(heading, justify="left" if not heading else "right")
    table.add_row("formations", number(counts.trainings_taken), number(counts.trainings_rejected))
    table.add_row("offres", number(counts.offers_taken), number(counts.offers_rejected))
    table.add_row("sessions", number(counts.sessions_taken), number(counts.sessions_rejected))
    out.print(table)
    if told.dry_run:
        out.print("[yellow]Essai à blanc : rien n'a été enregistré.[/yellow]")
    elif not (counts.created or counts.changed or counts.withdrawn):
        out.print("Rien n'a changé : ces formations étaient déjà connues telles quelles.")
    else:
        out.print(
            f"{counted(counts.created, 'formation créée', 'formations créées')}, "
            f"{counted(counts.changed, 'modifiée', 'modifiées')}, "
            f"{counted(counts.unchanged, 'inchangée', 'inchangées')}, "
            f"{counted(counts.withdrawn, 'retirée', 'retirées')} ; {counted(indexed, 'indexée', 'indexées')}."
        )
    if told.findings_by_code:
        errors = counted(counts.errors, "erreur", "erreurs")
        out.print(f"\n{errors}, {counted(counts.warnings, 'avertissement', 'avertissements')} :")
        for code, count in told.findings_by_code.items():
            out.print(f"  {number(count):>9}  {code}")
        _show_findings(first)
        total = counts.errors + counts.warnings
        if len(first) < total:
            rest = f" ; toutes : parcours findings {id_text(told.submission)}" if told.submission else ""
            out.print(f"[dim]Les {len(first)} premières remarques sur {number(total)}{rest}[/dim]", soft_wrap=True)


def _show_findings(found: list[dict[str, Any]]) -> None:
    for one in found:
        colour = "red" if one["severity"] == "error" else "yellow"
        place = f"ligne {one['line']}" if one["line"] else "fichier"
        within = [f"{name} {one[kind]}" for name, kind in (("formation", "training"), ("offre", "offer")) if one[kind]]
        about = escape(" · ".join([one["code"], *within]))
        value = f" « {escape(one['value'][:60])} »" if one["value"] else ""
        suggestion = f" → {escape(one['suggestion'])} ?" if one["suggestion"] else ""
        out.print(
            f"  [{colour}]{place}[/{colour}] [dim]{about}[/dim] {escape(one['message'])}{value}{suggestion}",
            soft_wrap=True,
        )
