"""``parcours ledger``: the accounts of enrollment, fed and proved."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from parcours.console import Json, counted, number, out, print_json
from parcours.settings import Settings
from parcours.wiring import House

app = typer.Typer(no_args_is_help=True, help="Comptes des inscriptions : alimentation et vérification.")


@app.command("feed")
def feed(
    file: Annotated[Path, typer.Argument(help="CSV de déclarations, d'heures ou de dotations.", exists=True)],
    json: Json = False,
) -> None:
    """Alimenter les comptes : déclarations annuelles des employeurs, anciennes heures, dotations (docs/enrollment.md).

    Le fichier est reconnu à ses colonnes ; le charger de nouveau ne change rien. Le code de sortie est 1 si une ligne
    est refusée ; les autres sont prises.
    """
    from base.database import stored
    from enrollment.dated import Rules
    from enrollment.money.declarations import load_sheet
    from enrollment.money.sheets import Severity
    from enrollment.money.told import euros

    house = House(Settings())
    content = file.read_bytes()
    loaded = stored(house.database, lambda conn: load_sheet(conn, Rules(), content, house.clock()))
    if json:
        print_json(asdict(loaded))
    else:
        for finding in loaded.findings:
            value = f" « {finding.value} »" if finding.value else ""
            out.print(
                escape(f"ligne {finding.line} ({finding.severity.label}) : {finding.message}{value}"), soft_wrap=True
            )
        taken = counted(loaded.taken, "ligne prise", "lignes prises")
        met = counted(loaded.new_learners, "titulaire nouveau", "titulaires nouveaux")
        out.print(f"{counted(loaded.rows, 'ligne lue', 'lignes lues')}, {taken}, {met}, {euros(loaded.cents)}.")
    if any(finding.severity is Severity.ERROR for finding in loaded.findings):
        raise typer.Exit(1)


@app.command("check")
def check(json: Json = False) -> None:
    """Prouver les comptes à partir de leurs seules lignes ; le code de sortie est 1 s'il manque un centime.

    parcours ledger check
    """
    from base.database import reading
    from enrollment.money.check import LAWS, prove
    from enrollment.money.told import euros

    house = House(Settings())
    with reading(house.database) as conn:
        proof = prove(conn)
    if json:
        print_json({**asdict(proof), "proved": not proof.flaws})
    else:
        out.print(
            f"{number(proof.entries)} écritures, {number(proof.lines)} lignes, {number(proof.accounts)} comptes. "
            f"Entré {euros(proof.in_cents)}, sorti {euros(proof.out_cents)}, détenu {euros(proof.held_cents)}."
        )
        for law, text in LAWS.items():
            broken = [flaw for flaw in proof.flaws if flaw.law == law]
            out.print(f"[bold red]non[/bold red]  {text}" if broken else f"[green]oui[/green]  {text}")
            for flaw in broken:
                out.print(escape(f"       {flaw.subject} : {flaw.text}"), soft_wrap=True)
    if proof.flaws:
        raise typer.Exit(1)
