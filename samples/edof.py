"""One organisation's offers in the EDOF dialect (kit of June 2026), ISO-8859-1 as the platform wants it."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from samples.story import Offer, Organisation
from samples.xml import certification, periods, phone, stamp, write

NAMESPACE = "https://www.of.moncompteformation.gouv.fr"
E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
VAT = {"20.0": 1.2, "0.0": 1.0}


def write_edof(organisation: Organisation, path: Path, today: date) -> None:
    trainings = [
        _training(organisation, list(offers), today)
        for _, offers in groupby(sorted(organisation.offers, key=_course), key=_course)
    ]
    write(E.lheo(E.offres(*trainings)), str(path), "ISO-8859-1")


def _course(offer: Offer) -> str:
    return str(offer.facts["course"])


def _dated(tag: str, numero: str, today: date, *children: Any) -> Any:
    return E(tag, *children, numero=numero, datemaj=stamp(today), datecrea=stamp(today))


def _extra(info: str, text: str) -> Any:
    return E.extra(text, info=info)


def _html(tag: str, text: str) -> Any:
    """Texts with lists travel as HTML in CDATA, as the platform's own editor writes them."""
    element = E(tag)
    if "\n" in text:
        items = "".join(f"<li>{line.removeprefix('- ')}</li>" for line in text.split("\n"))
        element.text = etree.CDATA(f"<ul>{items}</ul>")
    else:
        element.text = text
    return element


def _training(organisation: Organisation, offers: list[Offer], today: date) -> Any:
    course = offers[0].course
    title = "" if offers[0].facts.get("flaw") == "title-missing" else course["title"]
    return _dated(
        "formation",
        f"{offers[0].facts['course']}",
        today,
        E("intitule-formation", title),
        _html("objectif-formation", course["objective"]),
        E("resultats-attendus", course["results"]),
        _html("contenu-formation", course["content"]),
        E("parcours-de-formation", "4" if len(offers) > 1 else "1"),
        E("objectif-general-formation", "6" if course["certification"].startswith("RNCP") else "2"),
        certification(E, course["certification"]),
        *[_action(organisation, offer, today) for offer in offers],
        E("organisme-formation-responsable", E("SIRET-organisme-formation", E.SIRET(organisation.siret))),
        E.extras(_extra("resume-contenu", course["highlights"]), info="formation"),
    )


def _action(organisation: Organisation, offer: Offer, today: date) -> Any:
    modality = "7" if offer.facts.get("flaw") == "modality-impossible" else str(offer.modality)
    prerequisites = offer.course.get("prerequisites", "")
    optional = [E("conditions-specifiques", prerequisites)] if prerequisites else []
    return _dated(
        "action",
        offer.numero,
        today,
        E("niveau-entree-obligatoire", "1" if prerequisites else "0"),
        E("modalites-enseignement", modality),
        *optional,
        E("lieu-de-formation", _contact(organisation, offer, _address(offer))),
        E("modalites-entrees-sorties", "0" if offer.starts else "1"),
        E("url-action", E.urlweb(f"https://www.{organisation.key}.example/{offer.facts['course']}")),
        *_sessions(organisation, offer, today),
        E("acces-handicapes", offer.access["short"]),
        E("langue-formation", "FR"),
        E("modalites-recrutement", "Entretien individuel et test de positionnement."),
        E("nombre-heures-centre", str(offer.hours)),
        E("nombre-heures-entreprise", "0"),
        _action_extras(organisation, offer, prerequisites),
    )


def _action_extras(organisation: Organisation, offer: Offer, prerequisites: str) -> Any:
    rate = "0.0" if offer.price < 1000 else "20.0"
    net = offer.price / VAT[rate]
    gross = offer.price * 1.1 if offer.facts.get("flaw") == "vat-wrong" else offer.price
    adaptations = [_extra("modalites-handicap", offer.access["long"])] if "long" in offer.access else []
    return E.extras(
        E.extra(_contact(organisation, offer), info="contact-information"),
        *adaptations,
        _extra("info-admission", "Réponse sous deux jours ouvrés."),
        E.extras(_extra("code-modalites-admission", "92005"), info="codes-modalites-admission"),
        _extra("code-type-horaires", "1" if offer.starts else "2"),
        _extra("duree-apprentissage", str(offer.hours)),
        E.extras(
            *[_extra("code-rythme-formation", code) for code in offer.facts["rhythm"]], info="codes-rythme-formation"
        ),
        _extra("frais-certif-inclus-frais-anpec", "1"),
        E.extras(
            _extra("taux-tva", rate),
            _extra("frais-ht", f"{net:.2f}"),
            _extra("frais-ttc", f"{gross:.2f}"),
            info="frais-pedagogiques",
        ),
        _extra("existence-prerequis", "1" if prerequisites else "0"),
        info="action",
    )


def _sessions(organisation: Organisation, offer: Offer, today: date) -> list[Any]:
    spans: list[tuple[date, date] | None] = [*periods(offer)] or [None]
    return [
        _dated(
            "session",
            f"{offer.numero}-s{index}",
            today,
            *([E.periode(E.debut(stamp(span[0])), E.fin(stamp(span[1])))] if span else []),
            E("adresse-inscription", _address(offer)),
            E("etat-recrutement", "1"),
            E.extras(
                E.extra(_contact(organisation, offer), info="contact-inscription"),
                _extra("garantie", "1" if index == 1 else "0"),
                info="session",
            ),
        )
        for index, span in enumerate(spans, 1)
    ]


def _contact(organisation: Organisation, offer: Offer, *address: Any) -> Any:
    return E.coordonnees(
        E.nom("Accueil"),
        E.prenom("Équipe"),
        *address,
        E.telfixe(E.numtel(phone(offer, organisation.phone))),
        E.courriel(f"contact@{organisation.key}.example"),
        numero="1",
    )


def _address(offer: Offer) -> Any:
    place = offer.place
    kind, _, street = place["street"].partition(" ")
    label = "À distance" if offer.facts.get("flaw") == "place-remote" else place["label"]
    located = (
        [E.geolocalisation(E.latitude(str(place["lat"])), E.longitude(str(place["lon"])))] if "lat" in place else []
    )
    access = [_extra("accessibilite-batimentaire", place["text"])] if "text" in place else []
    conform = [_extra("conformite-reglementaire", str(place["conform"]))] if "conform" in place else []
    return E.adresse(
        E.ligne(label),
        E.codepostal(place["postcode"]),
        E.ville(place["city"]),
        *located,
        E.extras(
            _extra("numero-voie", place["number"]),
            _extra("code-nature-voie", kind),
            _extra("libelle-voie", street),
            *access,
            *conform,
            info="adresse",
        ),
        numero="1",
    )
