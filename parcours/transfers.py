"""``parcours transfers``: paying organisations, on the operator's machine."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from base.errors import Conflict, NotFound
from parcours.console import Json, counted, out, print_json
from parcours.settings import Settings
from parcours.wiring import House

if TYPE_CHECKING:
    from enrollment.files.store import By

app = typer.Typer(no_args_is_help=True, help="Virements aux organismes : lots, rejets, incidents, comptes bancaires.")

Siret = Annotated[str, typer.Option(help="Seulement cet organisme.")]


@app.command("pay")
def pay(
    key: Annotated[str, typer.Argument(help="Nom du lot ; le même nom ne paie pas deux fois.")],
    on: Annotated[datetime, typer.Option(help="Jour d'exécution par la banque.", formats=["%Y-%m-%d"])],
    file: Annotated[Path, typer.Option("--out", help="Où écrire le fichier SEPA (pain.001).")] = Path(),
    json: Json = False,
) -> None:
    """Payer tout ce qui est dû : un virement par organisme, un fichier SEPA pour la banque.

    parcours transfers pay 2026-12-lot-1 --on 2026-12-15 --out virements.xml
    """
    from api.transfers import present_run
    from enrollment.money.told import euros
    from enrollment.transfers.run import pay_all

    house = House(Settings())
    debtor = house.debtor
    if debtor is None:
        raise Conflict("Réglez d'abord PARCOURS_DEBTOR_NAME et PARCOURS_DEBTOR_IBAN : le compte qui paie.")
    run, skipped = pay_all(house.database, house.desk, debtor, key, on.date(), _by(), house.clock())
    if run.document and file != Path():
        file.write_text(run.document, encoding="utf-8")
    if json:
        print_json(present_run(run, skipped))
        return
    out.print(
        f"Lot {run.key} ({run.reference}) : {counted(run.payees, 'organisme payé', 'organismes payés')}, "
        f"{euros(run.total_cents)}, le {run.on:%d/%m/%Y}."
    )
    for each in skipped:
        out.print(escape(f"  laissé : {each.siret}, {each.why}"), soft_wrap=True)


@app.command("rejects")
def rejects(
    file: Annotated[Path, typer.Argument(help="CSV de la banque : reference;montant;code, et motif.", exists=True)],
    json: Json = False,
) -> None:
    """Reprendre les rejets de la banque : chaque virement est dû de nouveau, son compte attend qu'on règle l'incident.

    Le code de sortie est 1 si une ligne est refusée ; les autres sont prises.
    """
    from base.database import stored
    from enrollment.money.sheets import Severity
    from enrollment.money.told import euros
    from enrollment.transfers.rejects import take_rejects

    house = House(Settings())
    content = file.read_bytes()
    loaded = stored(house.database, lambda conn: take_rejects(conn, house.desk, content, _by(), house.clock()))
    if json:
        print_json(asdict(loaded))
    else:
        for finding in loaded.findings:
            told = f"ligne {finding.line} ({finding.severity.label}) : {finding.message}"
            out.print(escape(told), soft_wrap=True)
        out.print(f"{counted(loaded.taken, 'rejet pris', 'rejets pris')}, {euros(loaded.cents)} dus de nouveau.")
    if any(finding.severity is Severity.ERROR for finding in loaded.findings):
        raise typer.Exit(1)


@app.command("standing")
def standing(siret: Siret = "", json: Json = False) -> None:
    """Qui attend quoi : à facturer, bloqué, dû, en retard, payé, rejeté."""
    from api.banking import present_standing
    from base.database import reading
    from enrollment.dated import Rules
    from enrollment.money.told import euros
    from enrollment.transfers.standing import standings

    house = House(Settings())
    with reading(house.database) as conn:
        found = standings(conn, Rules(), house.clock(), siret)
    if json:
        print_json({"standings": [present_standing(each) for each in found]})
        return
    for each in found:
        account = each.account.coordinates.masked if each.account else "aucun compte"
        out.print(
            f"{each.siret} : à facturer {euros(each.to_bill.cents)}, bloqué {euros(each.blocked.cents)}, "
            f"dû {euros(each.due.cents)} (en retard {euros(each.late.cents)}), payé {euros(each.paid_cents)}, "
            f"rejeté {euros(each.rejected_cents)} ; {account}",
            soft_wrap=True,
        )


@app.command("incidents")
def incidents(siret: Siret = "", json: Json = False) -> None:
    """Ce qui retient un paiement et que personne n'a réglé."""
    from api.banking import present_incident
    from base.database import reading
    from enrollment.transfers.incidents import opened

    house = House(Settings())
    with reading(house.database) as conn:
        told: list[dict[str, Any]] = [present_incident(each) for each in opened(conn, siret)]
    if json:
        print_json({"incidents": told})
        return
    for each in told:
        out.print(escape(f"{each['id']}  {each['siret']}  {each['kind']['label']} : {each['text']}"), soft_wrap=True)


@app.command("close")
def close(
    incident: Annotated[str, typer.Argument(help="Identifiant de l'incident.")],
    resolution: Annotated[str, typer.Argument(help="Ce qui a été fait.")],
    json: Json = False,
) -> None:
    """Clore un incident : le compte est de nouveau payé."""
    from api.banking import present_incident
    from base.database import stored
    from base.ids import id_number
    from enrollment.transfers.incidents import close as closed

    house = House(Settings())
    try:
        number = id_number(incident)
    except ValueError as error:
        raise NotFound("Aucun incident n'a cet identifiant.") from error
    done = stored(house.database, lambda conn: closed(conn, number, resolution, by=_by().name, now=house.clock()))
    print_json(present_incident(done)) if json else out.print(f"L'incident {incident} est clos.")


def _by() -> By:
    from enrollment.files.states import Actor
    from enrollment.files.store import By

    return By(Actor.OPERATOR, "", "ligne de commande")
