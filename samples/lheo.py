"""Offers that Regions, France Travail and Agefiph pay for, as one LHÉO 2.3 file of several organisations, UTF-8."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml.builder import ElementMaker

from samples.story import Offer, Organisation
from samples.xml import certification, periods, stamp, write

NAMESPACE = "http://lheo.gouv.fr/2.3"
E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
LEVELS = {"none": "1", "3": "13", "4": "14", "5": "15", "6": "16", "7": "17", "8": "18"}
SENTINEL = "00000000"  # an open-ended period, as regional feeds write it


def write_lheo(organisations: list[Organisation], path: Path) -> None:
    trainings = [_training(organisation, offer) for organisation in organisations for offer in organisation.offers]
    write(E.lheo(E.offres(*trainings)), str(path), "UTF-8")


def _training(organisation: Organisation, offer: Offer) -> Any:
    course = offer.course
    return E.formation(
        E(
            "domaine-formation",
            *[E("code-NSF", code) for code in course["nsf"]],
            *[E("code-ROME", code) for code in course["rome"]],
        ),
        E("intitule-formation", course["title"]),
        E("objectif-formation", course["objective"]),
        E("resultats-attendus", course["results"]),
        E("contenu-formation", course["content"]),
        E.certifiante("1"),
        E("contact-formation", E("type-contact", "4"), _contact(organisation)),
        *_referent(organisation, offer),
        E("parcours-de-formation", "2"),
        E("code-niveau-entree", "1"),
        E("objectif-general-formation", "6"),
        certification(E, course["certification"]),
        E("code-niveau-sortie", LEVELS[course["level"]]),
        _action(organisation, offer),
        _responsible(organisation),
        numero=offer.numero,
    )


def _action(organisation: Organisation, offer: Offer) -> Any:
    publics = [*offer.facts["publics"], *(["81020"] if offer.facts.get("esat") else [])]
    return E.action(
        E("rythme-formation", "Temps plein" if "5" in offer.facts["rhythm"] else "Temps partiel"),
        *[E("code-public-vise", code) for code in dict.fromkeys(publics)],
        *([E("info-public-vise", "Réservé aux travailleurs en ESAT")] if offer.facts.get("esat") else []),
        E("niveau-entree-obligatoire", "0"),
        E("modalites-alternance", "-"),
        E("modalites-enseignement", str(offer.modality)),
        E("conditions-specifiques", offer.course.get("prerequisites", "-")),
        E("prise-en-charge-frais-possible", "1"),
        E("lieu-de-formation", E.coordonnees(_address(offer))),
        E("modalites-entrees-sorties", "0"),
        *_sessions(offer),
        E("acces-handicapes", offer.access["short"]),
        E("langue-formation", "fr"),
        E("nombre-heures-centre", str(offer.hours)),
        E("nombre-heures-total", str(offer.hours)),
        *[E("organisme-financeur", E("code-financeur", code)) for code in offer.facts["funders"]],
        numero=offer.numero,
    )


def _sessions(offer: Offer) -> list[Any]:
    return [
        E.session(
            # Regional feeds often know the month only (day 00) and leave the end open.
            E.periode(
                E.debut(stamp(start) if index == 1 else f"{start:%Y%m}00"),
                E.fin(stamp(end) if index == 1 else SENTINEL),
            ),
            E("adresse-inscription", _address(offer)),
            E("etat-recrutement", "1"),
            numero=f"{offer.numero}-s{index}",
        )
        for index, (start, end) in enumerate(periods(offer), 1)
    ]


def _responsible(organisation: Organisation) -> Any:
    return E(
        "organisme-formation-responsable",
        E("numero-activite", organisation.activity_number),
        E("SIRET-organisme-formation", E.SIRET(organisation.siret)),
        E("nom-organisme", organisation.name),
        E("raison-sociale", organisation.name),
        E("coordonnees-organisme", _contact(organisation)),
        E("contact-organisme", _contact(organisation)),
    )


def _referent(organisation: Organisation, offer: Offer) -> list[Any]:
    named = "férent" in offer.access["short"] + offer.access.get("long", "")
    return [E("contact-formation", E("type-contact", "1"), _contact(organisation))] if named else []


def _contact(organisation: Organisation) -> Any:
    spaced = " ".join(organisation.phone[index : index + 2] for index in range(0, 10, 2))
    return E.coordonnees(
        E.nom("Accueil"), E.telfixe(E.numtel(spaced)), E.courriel(f"contact@{organisation.key}.example")
    )


def _address(offer: Offer) -> Any:
    place = offer.place
    return E.adresse(
        E.denomination(place["label"]),
        E.ligne(f"{place['number']} {place['street'].lower()}"),
        E.codepostal(place["postcode"]),
        E.ville(place["city"]),
    )
