"""Documents of a file's money as pages: what the API tells in JSON, in words, amounts and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from base.clock import PARIS
from enrollment.money import Cause, DocumentKind
from enrollment.money.entries import Event
from enrollment.money.told import euros
from web.french import capital, decimal, siret
from web.rendering import Renderer

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One document: facts of its own, its tables, what is to be known besides."""

    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = field(default=())


def document_page(renderer: Renderer) -> Callable[[dict[str, Any], dict[str, Any]], Response]:
    """``document`` and the file it belongs to, both as the API tells them to their reader."""

    def page(document: dict[str, Any], file: dict[str, Any]) -> Response:
        shown = _SHOWN[DocumentKind.of(document["kind"])](document)
        return renderer.page(
            "document.html",
            title=capital(document["label"]),
            reference=document["reference"],
            at=_day(document["at"]),
            heading=_heading(file),
            shown=shown,
        )

    return page


def _heading(file: dict[str, Any]) -> tuple[Fact, ...]:
    offer = file["offer"]
    organisation = offer["organisation"]
    learner = file.get("learner") or {}
    dates = f"du {_day(file['starts_on'])}" + (f" au {_day(file['ends_on'])}" if file["ends_on"] else "")
    return _stated(
        ("Dossier", file["id"]),
        ("Titulaire", learner.get("name", "")),
        ("Formation", offer["training"]["title"]),
        ("Certification", " ".join(filter(None, (offer["certification"]["code"], offer["certification"]["title"])))),
        ("Organisme", f"{organisation['name']}, SIRET {siret(file['siret'])}".lstrip(", ")),
        ("Dates", dates),
        ("Durée", f"{file['hours']} h" if file["hours"] else ""),
    )


def _quote(told: dict[str, Any]) -> Shown:
    plan = told.get("plan")
    kind = "Proposition de l'organisme" if told["proposed"] else "Offre du catalogue, en attente de proposition"
    facts = (("Prix TTC", euros(told["price_cents"])), ("Établi d'après", kind))
    if plan is None:
        return Shown(facts)
    rows = tuple((capital(line["label"]), line["text"], euros(line["cents"])) for line in plan["lines"])
    table = Table("Qui paierait quoi", ("Source", "Pourquoi", "Montant"), rows,
                  ("Total", "", euros(sum(line["cents"] for line in plan["lines"]))))  # fmt: skip
    refusals = [refusal["text"] for refusal in plan["refusals"]]
    return Shown(facts, (table,), (*refusals, *plan["notes"]))


def _confirmation(told: dict[str, Any]) -> Shown:
    rows = tuple((capital(line["label"]), _reserved(line), euros(line["cents"])) for line in told["lines"])
    table = Table("Qui paie la commande", ("Source", "Précision", "Montant"), rows,
                  ("Total", "", euros(told["price_cents"])))  # fmt: skip
    facts = (("Prix TTC", euros(told["price_cents"])), ("Commande du", _day(told["confirmed_on"])))
    return Shown(facts, (table, *_vat(told["vat"])))


def _participation(told: dict[str, Any]) -> Shown:
    compulsory = told["participation_cents"]
    return Shown(
        _stated(
            ("Payé par carte", euros(told["cash_cents"])),
            ("Dont participation obligatoire", euros(compulsory) if compulsory else "aucune, vous en êtes exonéré"),
            ("Prix TTC de la commande", euros(told["price_cents"])),
            ("Commande du", _day(told["confirmed_on"])),
        )
    )


def _recap(told: dict[str, Any]) -> Shown:
    rows = tuple(
        (
            capital(line["label"]),
            *(euros(line[name]) for name in ("cents", "paid_cents", "returned_cents", "lost_cents")),
        )
        for line in told["lines"]
    )
    table = Table(
        "Ce qu'est devenu chaque financement", ("Source", "Mobilisé", "Versé à l'organisme", "Rendu", "Perdu"), rows
    )
    facts = _stated(
        *_ending(told),
        ("Facturé par l'organisme", euros(told["billed_cents"])),
        ("Débité de vos droits", euros(told["rights_debited_cents"])),
        ("Rendu à vos droits", euros(told["rights_returned_cents"])),
        ("Payé par carte", euros(told["cash_debited_cents"])),
        ("Remboursé sur votre carte", euros(told["cash_refunded_cents"])),
        ("Avoir", euros(told["credit_note_cents"]) if told["credit_note_cents"] else ""),
    )
    return Shown(facts, (table,))


def _funder(told: dict[str, Any]) -> Shown:
    return Shown(
        _stated(
            *_ending(told),
            ("Financeur", told["reference"]),
            ("Engagé", euros(told["given_cents"])),
            ("Versé à l'organisme", euros(told["paid_cents"])),
            ("Rendu", euros(told["returned_cents"])),
            ("Versé au fonds", euros(told["forfeited_cents"])),
        )
    )


def _invoice(told: dict[str, Any]) -> Shown:
    facts = _stated(
        ("Facture", told["number"]),
        *_ending(told),
        ("Prix de la commande TTC", euros(told["price_cents"])),
        ("Dû TTC", euros(told["due_cents"])),
        ("Acompte déjà versé", euros(told["deposit_cents"]) if told["deposit_cents"] else ""),
        ("À payer", euros(told["to_pay_cents"])),
        ("À rendre par l'organisme", euros(told["to_give_back_cents"]) if told["to_give_back_cents"] else ""),
    )
    return Shown(facts, _vat(told["vat"]))


def _credit_note(told: dict[str, Any]) -> Shown:
    facts = _stated(("Montant de l'avoir", euros(told["cents"])), *_ending(told))
    return Shown(facts, notes=("Cet avoir sert au reste à payer d'une prochaine inscription.",))


def _ending(told: dict[str, Any]) -> Iterable[Fact]:
    return (
        ("Issue", capital(Event.of(told["event"]).label)),
        ("Arrêté le", _day(told["on"])),
        ("Taux de réalisation", "" if told["rate_percent"] is None else f"{told['rate_percent']} %"),
        ("Motif", capital(Cause.of(told["cause"]).label) if told["cause"] else ""),
    )


def _vat(parts: list[dict[str, int]]) -> tuple[Table, ...]:
    rows = tuple(
        (
            f"{decimal(part['rate_bp'] / 100, 1)} %",
            *(euros(part[name]) for name in ("net_cents", "vat_cents", "gross_cents")),
        )
        for part in parts
    )
    return (Table("TVA", ("Taux", "Hors taxes", "TVA", "TTC"), rows),) if rows else ()


def _reserved(line: dict[str, Any]) -> str:
    for_ = f"réservé à {line['certification']}" if line["certification"] else ""
    until = f"jusqu'au {_day(line['expires_on'])}" if line["expires_on"] else ""
    return ", ".join(filter(None, (for_, until)))


def _stated(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact[1])


def _day(text: str) -> str:
    day = datetime.fromisoformat(text).astimezone(PARIS).date() if "T" in text else date.fromisoformat(text)
    return f"{day:%d/%m/%Y}"


_SHOWN: dict[DocumentKind, Callable[[dict[str, Any]], Shown]] = {
    DocumentKind.QUOTE: _quote,
    DocumentKind.CONFIRMATION: _confirmation,
    DocumentKind.PARTICIPATION: _participation,
    DocumentKind.RECAP: _recap,
    DocumentKind.FUNDER: _funder,
    DocumentKind.INVOICE: _invoice,
    DocumentKind.CREDIT_NOTE: _credit_note,
}
