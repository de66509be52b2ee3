"""The story of one learner, from the search to the paid organisation, played through the product's own doors.

Nothing here decides anything: each step is a request to the API, a form of the payment page or the worker's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from api.keys import Role
from base.database import reading
from base.errors import NotFound
from base.ids import id_text
from base.working_days import add_working_days, earliest_after_notice
from enrollment.money import learner_number
from enrollment.money.check import prove
from enrollment.money.told import euros
from enrollment.payments.sandbox.cards import Card
from parcours.stage import Stage
from parcours.wiring import House
from samples.story import luhn_digit
from web.french import kilometres

PERSON = "camille-demo"  # as the operator's files name her
FUNDER = "region-84"
QUESTION = {"q": "comptabilité bases", "home": "Lyon", "bookable": 1, "limit": 50}
_EMPLOYER = "0009000010001"  # its last digit is computed
_IBAN = "FR1420041010050500013M02606"  # the example of the French standard
_NOTICE = 11  # working days


@dataclass(frozen=True, slots=True)
class Step:
    on: date
    title: str
    told: tuple[str, ...]


@dataclass(slots=True)
class Story:
    account: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    siret: str = ""
    offer: str = ""
    session: str = ""
    starts_on: date = date.max
    ends_on: date = date.max
    validated_on: date = date.max
    asked: dict[str, Any] = field(default_factory=dict)  # what she asks for
    file: str = ""
    cash_cents: int = 0
    page_url: str = ""  # of her recap, for a browser
    again_cents: int = 0  # by card, for who plays it again: her rights are spent
    transfers: Path = Path()  # the file for the bank
    mails: int = 0
    proved: bool = False
    steps: list[Step] = field(default_factory=list)


def play(house: House, siret: str) -> Story:
    """``house``: one of its own on the catalogue that is there; ``siret``: of the organisation she chooses."""
    with Stage(house) as stage:
        told = Story(account=id_text(learner_number(PERSON)), siret=siret)
        _prepare(stage, told)
        _search(stage, told)
        session = _session(stage, told)
        _request(stage, told)
        _pay(stage, told)
        _follow(stage, told, session)
        _be_paid(stage, told)
        _prove(stage, told)
        told.keys, told.mails = stage.keys, stage.mails
        return told


def _prepare(stage: Stage, told: Story) -> None:
    stage.key("operator", Role.OPERATOR)
    stage.key("organisation", Role.ORGANISATION, siret=told.siret)
    stage.key("learner", Role.LEARNER, subject=told.account)
    stage.key("funder", Role.FUNDER, subject=FUNDER)
    employer, year = _EMPLOYER + luhn_digit(_EMPLOYER), stage.day.year - 1
    stage.send("operator", "/accounts/feeding", (
        f"annee;siret;titulaire;temps_pour_cent;categorie\n{year};{employer};{PERSON};100;general\n"
    ).encode())  # fmt: skip
    stage.send("operator", "/accounts/feeding", (
        f"reference;financeur;type;du;montant_max;regions\nDEMO-1;{FUNDER};region;{year}-01-01;150;84\n"
    ).encode())  # fmt: skip
    account = {"iban": _IBAN, "holder": "Organisme de la démonstration", "email": "compta@organisme.example"}
    stage.send("organisation", f"/organisations/{told.siret}/bank-accounts", account)
    stage.work()
    rights = stage.get("learner", "/accounts/me")
    _say(stage, told, "Avant l'histoire", [
        f"L'employeur de Camille a déclaré {year} : ses droits sont de {euros(rights['total_cents'])}.",
        "La Région s'est engagée, pour ses habitants, à 150,00 € au plus par dossier.",
        "L'organisme a déclaré son compte bancaire ; son IBAN est contrôlé, et le premier compte vaut aussitôt.",
    ])  # fmt: skip


def _search(stage: Stage, told: Story) -> None:
    found = stage.get("", "/offers", **QUESTION)
    chosen = next(
        (hit for hit in found["hits"] if hit["organisation"]["siret"] == told.siret and hit["entry"] == "fixed"), None
    )
    if chosen is None:
        raise NotFound("Le catalogue d'exemple n'a plus l'offre de la démonstration.")
    told.offer = chosen["id"]
    _say(stage, told, "Camille cherche", [
        f"« {QUESTION['q']} » près de {QUESTION['home']} : {found['total']} offres. Elle retient « "
        f"{chosen['training']['title']} », {chosen['organisation']['name']}, {euros(chosen['price_cents'])}, "
        f"à {kilometres(chosen['distance_km']['home'])}.",
    ])  # fmt: skip


def _session(stage: Stage, told: Story) -> dict[str, Any]:
    first = earliest_after_notice(add_working_days(stage.day, 1), _NOTICE).isoformat()
    sessions = stage.get("", f"/offers/{told.offer}")["sessions"]
    session = next(each for each in sessions if each["state"] == "open" and (each["start"] or "") >= first)
    told.session, told.starts_on = session["id"], date.fromisoformat(session["start"])
    plan = _simulated(stage, told)
    _say(stage, told, "Elle simule, sans compte", [*_plan(plan), "Rien n'est gardé de cette simulation."])
    return dict(session)


def _simulated(stage: Stage, told: Story) -> dict[str, Any]:
    """With the rights that are hers now."""
    rights = stage.get("learner", "/accounts/me")
    said = {
        "offer": told.offer,
        "statuses": ["employee"],
        "region": "84",
        "rights": [{"pot": pot["pot"]["value"], "cents": pot["cents"]} for pot in rights["pots"]],
    }
    return dict(stage.send("", "/financing/simulate", said).json)


def _request(stage: Stage, told: Story) -> None:
    asked = told.asked = {
        "offer": told.offer,
        "session": told.session,
        "name": "Camille Démo",
        "email": "camille@titulaire.example",
        "statuses": ["employee"],
        "region": "84",
    }
    first = stage.send("learner", "/enrollments", asked, key="demo-demande")
    again = stage.send("learner", "/enrollments", asked, key="demo-demande")
    told.file = first.json["id"]
    assert again.body == first.body
    lines = [f"Dossier {told.file} : {first.json['state']['label']}.",
             "Envoyée deux fois avec la même Idempotency-Key : une seule demande, la même réponse."]  # fmt: skip
    stage.work()
    _say(stage, told, "Elle demande une inscription", [*lines, *first.json["too_late"]])
    stage.at(add_working_days(stage.day, 1))
    file = stage.act("organisation", told.file, "propose")
    stage.work()
    _say(stage, told, "L'organisme propose, la place est retenue", [f"{file['state']['label'].capitalize()}."])


def _pay(stage: Stage, told: Story) -> None:
    file = stage.get("learner", f"/enrollments/{told.file}")
    told.cash_cents = file["plan"]["card_cents"]
    going = {"terms_version": file["terms_in_force"]}
    payment = stage.send("learner", f"/enrollments/{told.file}/payments", going).json
    stage.work()
    page = stage.get("learner", f"/enrollments/{told.file}/payments/{payment['id']}")["page_url"]
    stage.fill(page.removeprefix(stage.house.settings.address), action="carte", carte=Card.PAYS.value)
    stage.work()
    file = stage.get("learner", f"/enrollments/{told.file}")
    _say(stage, told, "Elle accepte les conditions et paie le reste par carte", [
        *_plan(file["plan"]),
        f"Page d'essai, notification signée, puis commande : {file['state']['label']}.",
    ])  # fmt: skip


def _follow(stage: Stage, told: Story, session: dict[str, Any]) -> None:
    start = date.fromisoformat(session["start"])
    end = date.fromisoformat(session["end"]) if session["end"] else start + timedelta(days=7)
    stage.at(start)
    stage.act("organisation", told.file, "enter", on=start.isoformat())
    stage.work()
    _say(stage, told, "La formation commence", ["L'organisme déclare l'entrée."])
    told.ends_on, told.validated_on = end, add_working_days(end, 6)
    stage.at(end)
    stage.act("organisation", told.file, "exit", on=end.isoformat(), done=100, planned=100)
    stage.act("learner", told.file, "confirm_service")
    stage.work()
    _say(stage, told, "Elle finit", ["L'organisme déclare la sortie et le service fait à 100 %, Camille le confirme."])
    stage.at(told.validated_on)
    file = stage.get("organisation", f"/enrollments/{told.file}")
    _say(stage, told, "Le délai de contestation est passé", [f"{file['state']['label'].capitalize()}."])


def _be_paid(stage: Stage, told: Story) -> None:
    stage.act("organisation", told.file, "bill", bill_number="DEMO-2026-001")
    stage.work()
    _say(stage, told, "L'organisme facture", ["Facture DEMO-2026-001."])
    stage.at(add_working_days(stage.day, 1))
    on = add_working_days(stage.day, 1)
    run = stage.send("operator", "/transfers/runs/demo-1", {"on": on.isoformat()}, method="PUT").json
    told.transfers = stage.house.settings.data_dir / "virements-demo-1.xml"
    told.transfers.write_bytes(stage.read("operator", f"/transfers/runs/{run['id']}/document"))
    stage.work()
    file = stage.get("organisation", f"/enrollments/{told.file}")
    standing = stage.get("organisation", f"/organisations/{told.siret}/standing")
    _say(stage, told, "Le gestionnaire paie, par un seul fichier SEPA", [
        f"Lot demo-1 : {euros(run['total_cents'])} à {run['payees']} organisme, exécuté le {on:%d/%m/%Y} "
        f"({told.transfers}).",
        f"Facture {file['billing']['label']} ; l'organisme a reçu {euros(standing['paid_cents'])}.",
    ])  # fmt: skip


def _prove(stage: Stage, told: Story) -> None:
    lines = []
    for whose, name in (("learner", "Camille"), ("organisation", "l'organisme")):
        kept = stage.get(whose, f"/enrollments/{told.file}/documents")["documents"]
        lines.append(f"Pour {name} : {', '.join(each['label'] for each in kept)}.")
        told.page_url = next((each["page_url"] for each in kept if each["kind"] == "recap"), told.page_url)
    statements = stage.get("funder", "/statements")["statements"]
    lines += [f"Pour la Région : {each['label']}, {euros(each['paid_cents'])} versés." for each in statements]
    with reading(stage.house.database) as conn:
        proof = prove(conn)
    told.proved = not proof.flaws
    checked = "aucun centime ne manque" if told.proved else "il manque un centime : parcours ledger check"
    lines.append(
        f"{stage.mails} avis dans {stage.house.settings.mail_dir} ; {proof.entries} écritures au grand livre, "
        f"{checked}."
    )
    told.again_cents = _simulated(stage, told)["card_cents"]
    _say(stage, told, "Ce qui reste de l'histoire", lines)


def _say(stage: Stage, told: Story, title: str, lines: Sequence[str]) -> None:
    money = [f"Argent : {line}." for line in (stage.money(told.file) if told.file else ())]
    letters = [f"Avis {letter}" for letter in stage.letters]
    stage.letters.clear()
    told.steps.append(Step(stage.day, title, (*lines, *money, *letters)))


def _plan(plan: dict[str, Any]) -> list[str]:
    return [line["text"] if line["text"].endswith(".") else f"{line['text']}." for line in plan["lines"]]
