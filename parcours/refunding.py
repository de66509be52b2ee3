"""``parcours refunds``: card refunds that the provider refused, on the operator's machine."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from base.errors import NotFound
from parcours.console import Json, out, print_json
from parcours.settings import Settings
from parcours.wiring import House

app = typer.Typer(no_args_is_help=True, help="Remboursements par carte que le prestataire a refusés.")

Refund = Annotated[str, typer.Argument(help="Identifiant du remboursement.")]


@app.command("failed")
def failed(json: Json = False) -> None:
    """Ceux qui attendent quelqu'un : toujours dus au titulaire."""
    from base.database import reading
    from base.ids import id_text
    from enrollment.money.told import euros
    from enrollment.payments.store import failed_refunds

    house = House(Settings())
    with reading(house.database) as conn:
        found = failed_refunds(conn)
    if json:
        told = [
            {"id": id_text(refund.id), "enrollment": id_text(payment.file_id), "cents": refund.cents}
            for refund, payment in found
        ]
        print_json({"refunds": told})
        return
    for refund, payment in found:
        told_of = f"{id_text(refund.id)}  dossier {id_text(payment.file_id)} : {euros(refund.cents)}, {payment.label}"
        out.print(escape(told_of), soft_wrap=True)


@app.command("retry")
def retry(refund: Refund, json: Json = False) -> None:
    """Le demander de nouveau au prestataire."""
    from base.database import stored
    from enrollment.payments import refunds

    house, number = House(Settings()), _number(refund)
    stored(house.database, lambda conn: refunds.retry(conn, number, house.clock(), house.wall()))
    if json:
        print_json({"id": refund, "state": "given_up"})
    else:
        out.print(f"Le remboursement {refund} est demandé de nouveau.")


@app.command("repaid")
def repaid(
    refund: Refund,
    reference: Annotated[str, typer.Argument(help="Référence du virement parti.")],
    json: Json = False,
) -> None:
    """Noter qu'il est parti par virement."""
    from base.database import stored
    from enrollment.payments import refunds

    house, number = House(Settings()), _number(refund)
    stored(house.database, lambda conn: refunds.repaid(conn, number, reference, house.clock()))
    if json:
        print_json({"id": refund, "state": "repaid"})
    else:
        out.print(f"Le remboursement {refund} est rendu par le virement {reference}.")


def _number(text: str) -> int:
    from base.ids import id_number

    try:
        return id_number(text)
    except ValueError as error:
        raise NotFound("Aucun remboursement n'a cet identifiant.") from error
