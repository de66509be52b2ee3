"""``parcours ledger``: the accounts of enrollment, proved."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.markup import escape

from parcours.console import Json, number, out, print_json
from parcours.settings import Settings
from parcours.wiring import House

app = typer.Typer(no_args_is_help=True, help="Comptes des inscriptions : vérification.")


@app.callback()
def ledger() -> None:
    """Keeps ``check`` a sub-command although it stands alone."""


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
