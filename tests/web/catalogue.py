"""A small market around Lyon, with every case that a page has to show, and the application over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine as Database
from sqlalchemy import insert

from base.clock import fixed_clock
from base.database import open_database, unit_of_work
from base.ids import id_text, offer_id
from base.migrate import upgrade
from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    DatePrecision,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    PlacePrecision,
    Rhythm,
    SessionState,
)
from catalog.records import (
    ContactRecord,
    OfferRecord,
    OrganisationRecord,
    PlaceRecord,
    SessionRecord,
    TrainingRecord,
)
from catalog.store.write import put_trainings
from catalog.tables import CERTIFICATION
from geo.gazetteer import Gazetteer
from indexer.rebuild import rebuild
from search.engines.embedded.engine import EmbeddedEngine
from web.pages import pages

TODAY = date(2026, 11, 23)
CLOCK = fixed_clock(TODAY)
LYON = PlaceRecord(
    label="Campus Bellecour", street=("12 rue de la République",), postcode="69002", city="Lyon", insee="69382",
    lat=45.7600, lon=4.8360, precision=PlacePrecision.ADDRESS, departement="69", region="84",
    premises_accessible=Answer.YES, accessibility_text="Ascenseur et sanitaires adaptés.",
)  # fmt: skip
VILLEURBANNE = PlaceRecord(
    label="", street=("3 cours Émile-Zola",), postcode="69100", city="Villeurbanne", insee="69266",
    lat=45.7719, lon=4.8902, precision=PlacePrecision.COMMUNE, departement="69", region="84",
)  # fmt: skip
VIENNE = PlaceRecord(
    label="Maison des métiers", postcode="38200", city="Vienne", insee="38544", lat=45.5253, lon=4.8743,
    precision=PlacePrecision.POSTCODE, departement="38", region="84",
)  # fmt: skip
PARIS = PlaceRecord(
    label="Site Nation", postcode="75011", city="Paris", insee="75111", lat=48.8580, lon=2.3800,
    precision=PlacePrecision.COMMUNE, departement="75", region="11",
)  # fmt: skip
FULL_ACCESS = {
    Need.PREMISES: Answer.YES, Need.REFERENT: Answer.YES, Need.VISUAL: Answer.YES, Need.HEARING: Answer.NO,
    Need.PACE: Answer.YES,
}  # fmt: skip
HOSTILE = '<script>alert("x")</script> & "guillemets"'


def organisation(number: int, name: str) -> OrganisationRecord:
    return OrganisationRecord(
        siret=f"{900_000_000 + number:09d}{number:05d}", name=name, activity_number=f"8469{number:07d}",
        qualiopi=Answer.YES if number % 2 else Answer.UNKNOWN,
    )  # fmt: skip


ATELIER = organisation(1, "L'Atelier des chiffres")
FOURNIL = organisation(2, "Le Fournil école")
RIVES = organisation(3, "Rives formation")
CLAIR = organisation(4, "Clair & Net – bureautique")
DESK = ContactRecord(
    "information", "Mme Nadia Perrin", "Conseillère formation", ("+33478000000",), "contact@atelier.example",
    ("https://atelier.example/formations", "javascript:alert(1)"), ("12 rue de la République", "69002 Lyon"),
)  # fmt: skip
REFERENT = ContactRecord("referent", "M. Paul Arnaud", phones=("+33478000001",), email="handicap@atelier.example")


def starts(days: int, *, numero: str = "S1", lasts: int = 90, **facts: Any) -> SessionRecord:
    start = TODAY + timedelta(days)
    given = {"start_precision": DatePrecision.DAY, "end_precision": DatePrecision.DAY, **facts}
    return SessionRecord(numero=numero, start_on=start, end_on=start + timedelta(lasts), **given)


def offer(numero: str, **facts: Any) -> OfferRecord:
    given: dict[str, Any] = {
        "source_id": f"source-{numero}", "modality": Modality.IN_PERSON, "entry": Entry.FIXED, "places": (LYON,),
        "sessions": (starts(45),), "price_cents": 150_000, "hours": 140, "audiences": (Audience.EVERYONE,),
        "languages": ("fr",), **facts,
    }  # fmt: skip
    return OfferRecord(numero=numero, **given)


def training(by: OrganisationRecord, numero: str, title: str, *offers: OfferRecord, **facts: Any) -> TrainingRecord:
    return TrainingRecord(source="json", organisation=by, numero=numero, title=title, offers=offers, **facts)


def records() -> list[TrainingRecord]:
    return [
        training(
            ATELIER, "T1", "Gestionnaire de paie et comptabilité",
            offer(
                "O1", places=(LYON, VILLEURBANNE), hours=560, hours_centre=420, hours_company=140, price_cents=588_000,
                price_net_cents=490_000, vat_rate_bp=2000, extra_fees_cents=4_500, eligible_cpf=Answer.YES,
                funders=(Funder.CPF, Funder.REGION), rhythms=(Rhythm.FULL_TIME, Rhythm.DAYTIME),
                prerequisites=Answer.YES, accessibility=FULL_ACCESS, contacts=(DESK, REFERENT),
                url="https://atelier.example/paie",
                sessions=(
                    starts(-60, numero="S0", state=SessionState.CLOSED),
                    starts(30, seats_total=12, seats_left=3, guaranteed=Answer.YES,
                           contacts=(replace(DESK, role="registration"),),
                           details={"registration_text": "Dossier en ligne, réponse sous huit jours."}),
                    starts(120, numero="S2", seats_total=12, seats_left=12),
                ),
                texts={
                    "prerequisites": "Niveau bac ou deux ans d'expérience.\n\n- Lire et écrire le français\n- Calculer",
                    "admission": "Entretien individuel.", "pedagogy": "Cours du jour et travaux sur cas réels.",
                    "accessibility": "Locaux de plain-pied.", "adaptations": "Supports agrandis sur demande.",
                    "fees": "Livres : 45 €.", "catering": "Restaurant à 200 m.", "exam": "Jury en fin de parcours.",
                    "parking": "Dix places gratuites.",
                },
                details={"admission": ["après entretien", "après test"]},
            ),
            offer("O2", modality=Modality.REMOTE, places=(), price_cents=390_000, hours=420,
                  accessibility={Need.REMOTE: Answer.YES}),
            certification="RNCP90102", certification_codes=("RNCP90102",), certification_kind=CertificationKind.RNCP,
            level=Level.L5, objective="Établir les bulletins de paie et tenir la comptabilité d'une petite entreprise.",
            content="Paie :\n- Bulletins simples\n- Charges sociales\n- Déclarations\n\nComptabilité :\n- TVA",
            results="Un titre de niveau 5 en trois blocs.", highlights="Stage de quatre semaines.",
        ),
        training(
            ATELIER, "T2", "Secrétaire comptable",
            offer("O1", places=(VILLEURBANNE,), price_cents=None, hours=None, entry=Entry.PERMANENT, sessions=(),
                  modality=Modality.UNKNOWN),
            certification="RNCP90101", certification_codes=("RNCP90101",), certification_kind=CertificationKind.RNCP,
            level=Level.L4, objective="Tenir la comptabilité courante.",
        ),
        training(
            RIVES, "T1", "Comptabilité : les bases",
            offer("O1", hours=21, price_cents=89_000), offer("O2", hours=21, price_cents=89_000, places=(VIENNE,)),
            offer("O3", hours=21, price_cents=89_000, places=(VILLEURBANNE,)),
            objective="Comprendre un bilan.",
        ),
        training(
            FOURNIL, "T1", "CAP boulanger en un an",
            offer("O1", places=(VIENNE,), accessibility={Need.PREMISES: Answer.NO}, funders=(Funder.FRANCE_TRAVAIL,),
                  sessions=(starts(64, start_precision=DatePrecision.MONTH),)),
            certification="RNCP90201", certification_codes=("RNCP90201",), certification_kind=CertificationKind.RNCP,
            level=Level.L3, objective="Fabriquer pains et viennoiseries.",
        ),
        training(
            FOURNIL, "T2", "Boulangerie : le levain naturel",
            offer("O1", sessions=(starts(-10),), hours=35), objective="Conduire un levain.",
        ),
        training(
            FOURNIL, "T3", "Pâtisserie de boutique",
            *(offer(f"O{number}", places=(place,), hours=70, price_cents=210_000)
              for number, place in enumerate((LYON, VILLEURBANNE, VIENNE))),
            certification="RNCP90202", certification_codes=("RNCP90202",), certification_kind=CertificationKind.RNCP,
            objective="Réaliser les gâteaux d'une boutique.",
        ),
        training(
            CLAIR, "T1", "Tableur, niveau avancé " + HOSTILE,
            offer("O1", modality=Modality.MIXED, places=(PARIS,), rhythms=(Rhythm.EVENING,),
                  texts={"adaptations": HOSTILE}),
            offer("O2", audiences=(Audience.JOBSEEKER,)),
            objective=HOSTILE,
        ),
        *(
            training(
                organisation(100 + number, f"École des langues n° {number}"), "T1",
                f"Anglais professionnel, atelier {number}",
                offer("O1", hours=20 + number, price_cents=50_000 + 1_000 * number, places=(LYON,)),
                objective="Parler anglais au travail.",
            )
            for number in range(1, 26)
        ),
    ]  # fmt: skip


CERTIFICATIONS = (
    ("RNCP90102", "Titre professionnel Gestionnaire comptable et fiscal", "5", TODAY + timedelta(700)),
    ("RNCP90101", "Titre professionnel Secrétaire comptable", "4", TODAY - timedelta(40)),
    ("RNCP90201", "CAP Boulanger", "3", None),
)


def offer_of(by: OrganisationRecord, training: str, numero: str) -> str:
    """Public id."""
    return id_text(offer_id(by.siret, training, numero))


def build(folder: Path) -> tuple[Database, EmbeddedEngine]:
    database = open_database(f"sqlite:///{folder / 'catalogue.db'}")
    upgrade(database)
    with unit_of_work(database) as conn:
        for code, title, level, until in CERTIFICATIONS:
            conn.execute(
                insert(CERTIFICATION).values(
                    code=code, kind="rncp", title=title, level=level, valid_until=until, rome=[], formacodes=[], nsf=[],
                    successors=[], details={}, updated_at=CLOCK(),
                )
            )  # fmt: skip
        put_trainings(conn, records(), submission=None, now=CLOCK())
    engine = EmbeddedEngine(folder / "index", CLOCK)
    rebuild(database, engine, clock=CLOCK)
    return database, engine


def application(folder: Path) -> FastAPI:
    database, engine = build(folder)
    app = FastAPI()
    app.include_router(pages(database=database, engine=engine, gazetteer=Gazetteer.open(None), clock=CLOCK))
    return app
