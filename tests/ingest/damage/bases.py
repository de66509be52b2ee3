"""Whole catalogues to damage: invented ones always, the real examples where they are at hand."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

SIRET = "12345678200010"
EDOF = "https://www.of.moncompteformation.gouv.fr"
ADDRESS = (
    '<adresse numero="1">\n<ligne>Atelier du Lac</ligne>\n<codepostal>74000</codepostal>\n<ville>Annecy</ville>\n'
    "<geolocalisation>\n<latitude>45.8992</latitude>\n<longitude>6.1294</longitude>\n</geolocalisation>\n"
    '<extras info="adresse"><extra info="numero-voie">4</extra><extra info="code-nature-voie">RUE</extra>'
    '<extra info="libelle-voie">des Érables</extra><extra info="conformite-reglementaire">1</extra></extras>\n'
    "</adresse>"
)
PERSON = (
    '<coordonnees numero="2"><nom>Fontaine</nom><prenom>Zoé</prenom>\n<telfixe>\n<numtel>0450000000</numtel>\n'
    "</telfixe>\n"
    "<courriel>zoe@atelier.example</courriel>\n</coordonnees>"
)


@dataclass(frozen=True)
class Base:
    name: str
    kind: str  # edof, lheo, csv, json
    text: str
    encoding: str
    offers: int

    @property
    def content(self) -> bytes:
        return self.text.encode(self.encoding)


def _edof_session(numero: str, start: str, end: str) -> str:
    return (
        f'<session numero="{numero}" datemaj="20260901" datecrea="20260901">\n<periode>\n<debut>{start}</debut>\n'
        f"<fin>{end}</fin>\n</periode>\n<adresse-inscription>{ADDRESS}</adresse-inscription>\n"
        "<etat-recrutement>1</etat-recrutement>\n"
        f'<extras info="session"><extra info="contact-inscription">{PERSON}</extra></extras>\n</session>'
    )


def _edof_action(numero: str, price: int, hours: int, year: int) -> str:
    sessions = "\n".join(_edof_session(f"{numero}-s{n}", f"{year}0{n}05", f"{year}0{n}28") for n in (1, 2))
    return (
        f'<action numero="{numero}" datemaj="20260901" datecrea="20260901">\n'
        "<niveau-entree-obligatoire>0</niveau-entree-obligatoire>\n<modalites-enseignement>0</modalites-enseignement>\n"
        "<conditions-specifiques>Savoir lire un plan.</conditions-specifiques>\n"
        f'<lieu-de-formation><coordonnees numero="3">{ADDRESS}</coordonnees></lieu-de-formation>\n'
        "<modalites-entrees-sorties>0</modalites-entrees-sorties>\n"
        "<url-action>\n<urlweb>https://atelier.example/bois</urlweb>\n</url-action>\n"
        f"{sessions}\n<acces-handicapes>Locaux accessibles PMR</acces-handicapes>\n"
        "<langue-formation>FR</langue-formation>\n<modalites-pedagogiques>Ateliers</modalites-pedagogiques>\n"
        f"<nombre-heures-centre>{hours}</nombre-heures-centre>\n<nombre-heures-entreprise>0</nombre-heures-entreprise>\n"
        f'<extras info="action">\n<extra info="contact-information">{PERSON}</extra>\n'
        f'<extra info="modalites-handicap">Rythme aménagé</extra>\n<extra info="duree-apprentissage">{hours}</extra>\n'
        '<extras info="codes-rythme-formation"><extra info="code-rythme-formation">5</extra></extras>\n'
        '<extras info="frais-pedagogiques">\n<extra info="taux-tva">20.0</extra>\n'
        f'<extra info="frais-ht">{price}.00</extra>\n<extra info="frais-ttc">{price * 12 // 10}.00</extra>\n</extras>\n'
        '<extra info="existence-prerequis">1</extra>\n</extras>\n</action>'
    )


def invented_edof() -> Base:
    formations = []
    for n in range(1, 5):
        actions = "\n".join(_edof_action(f"F{n}-A{a}", 500 * n + 100 * a, 70 * n + 20 * a, 2027 + n) for a in (1, 2))
        formations.append(
            f'<formation numero="F{n}" datemaj="20260901" datecrea="20260901">\n'
            f"<intitule-formation>Ébénisterie, degré {n}</intitule-formation>\n"
            "<objectif-formation><![CDATA[<ul><li>Créer</li><li>Réparer</li></ul>]]></objectif-formation>\n"
            "<resultats-attendus>Être autonome</resultats-attendus>\n<contenu-formation>Le bois été comme hiver"
            "</contenu-formation>\n<parcours-de-formation>1</parcours-de-formation>\n"
            "<objectif-general-formation>6</objectif-general-formation>\n"
            f"<certification>\n<code-RNCP>RNCP3{n}440</code-RNCP>\n</certification>\n{actions}\n"
            "<organisme-formation-responsable><SIRET-organisme-formation>\n"
            f"<SIRET>{SIRET}</SIRET>\n</SIRET-organisme-formation></organisme-formation-responsable>\n"
            '<extras info="formation"><extra info="resume-contenu">Du bois</extra>\n<extras info="blocs-competences">\n'
            f'<extra info="code-bloc">RNCP3{n}440BC01</extra>\n</extras></extras>\n</formation>'
        )
    body = "\n".join(formations)
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<lheo xmlns="{EDOF}">\n<offres>\n{body}\n</offres>\n</lheo>\n'
    return Base("edof-invented", "edof", text, "iso-8859-1", 8)


def invented_lheo() -> Base:
    formations = "\n".join(
        f'<formation numero="L{n}">\n<domaine-formation>\n<code-FORMACODE>4505{n}</code-FORMACODE>\n'
        f"<code-ROME>H220{n}</code-ROME>\n</domaine-formation>\n<intitule-formation>Soudure à l'arc {n}"
        "</intitule-formation>\n<certifiante>1</certifiante>\n<certification>\n"
        f"<code-RNCP>3{n}100</code-RNCP>\n</certification>\n"
        f'<action numero="L{n}-A">\n<code-public-vise>83056</code-public-vise>\n'
        "<modalites-enseignement>0</modalites-enseignement>\n"
        "<modalites-entrees-sorties>0</modalites-entrees-sorties>\n<lieu-de-formation>\n<coordonnees>\n<adresse>\n"
        "<ligne>1 quai Ouest</ligne>\n<codepostal>29200</codepostal>\n<ville>Brest</ville>\n<geolocalisation>\n"
        "<latitude>48.39</latitude>\n<longitude>-4.486</longitude>\n</geolocalisation>\n</adresse>\n</coordonnees>\n"
        f'</lieu-de-formation>\n<session numero="L{n}-S">\n<periode>\n<debut>2027{n:02}05</debut>\n'
        f"<fin>2028{n:02}05</fin>\n</periode>\n</session>\n<langue-formation>fr</langue-formation>\n"
        "<prix-total-TTC>1 428,50 €</prix-total-TTC>\n<nombre-heures-total>400</nombre-heures-total>\n</action>\n"
        "<organisme-formation-responsable>\n<SIRET-organisme-formation>\n"
        f"<SIRET>{SIRET}</SIRET>\n</SIRET-organisme-formation>\n<nom-organisme>Chantiers du Ponant</nom-organisme>\n"
        "<contact-organisme><coordonnees><nom>Accueil</nom>\n<telfixe>\n<numtel>02 98 00 00 00</numtel>\n</telfixe>\n"
        "<courriel>accueil@ponant.example</courriel>\n</coordonnees></contact-organisme>\n"
        "</organisme-formation-responsable>\n</formation>"
        for n in range(1, 6)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<lheo xmlns="http://lheo.gouv.fr/2.3">\n<offres>\n'
        f"{formations}\n</offres>\n</lheo>\n"
    )
    return Base("lheo-invented", "lheo", text, "utf-8", 5)


HEADER = (
    "id_formation,id_action,code_certifinfo,siret_formateur,siret_gestionnaire,periode,publie,intitule,"
    "certif_info_libelle,rncp_intitule,cfd_libelle,rncp,formacode,formacode_libelle,nsf,rome,niveau_europeen,"
    "lieu_adresse,code_postal,insee,commune,departement,region,lat,lon"
)


def invented_csv() -> Base:
    rows = [
        f"1_{n},1_{n}0,5{n}927,{SIRET},{SIRET},2027-0{n}|2027-1{n % 3},True,Cuisine {n},CAP cuisine,,,RNCP3{n}800,"
        f"42752,Cuisine,334,G1602,3,{n} rue des Halles,69002,69382,Lyon,69,84,45.75,4.83"
        for n in range(1, 9)
    ]
    return Base("csv-invented", "csv", "\n".join([HEADER, *rows]) + "\n", "utf-8", 8)


def invented_json() -> Base:
    trainings = [
        {
            "id": f"J{n}",
            "title": f"Anglais professionnel {n}",
            "certification": {"rs": f"RS6{n}64"},
            "offers": [
                {
                    "id": f"J{n}-1",
                    "modality": "remote",
                    "entry": "fixed",
                    "hours": {"total": 20 + n},
                    "price": {"ttc": 900.5 + n},
                    "url": "https://langues.example/a",
                    "sessions": [{"id": "s1", "start": f"2027-0{n}-04", "end": f"2027-0{n}-29"}],
                }
            ],
        }
        for n in range(1, 6)
    ]
    catalogue = {"organisation": {"siret": SIRET, "name": "Langues à Vélo"}, "trainings": trainings}
    return Base("json-invented", "json", json.dumps(catalogue, indent=1, ensure_ascii=False), "utf-8", 5)


def real(shared: Path) -> list[Base]:
    """The examples of ``shared``; no copy of them stands in the repository."""
    lheo = shared / "lheo"
    rows = _csv_head(shared / "offers" / "rco_catalogue_apprentissage_2020-11.csv.gz", 200)
    return [
        Base(
            "edof-example", "edof", (lheo / "edof_catalogue_example.xml").read_bytes().decode("latin-1"), "latin-1", 4
        ),
        Base("lheo-bts", "lheo", (lheo / "lheo_2.2_formation_bts.xml").read_text("utf-8"), "utf-8", 1),
        Base("lheo-index", "lheo", (lheo / "intercarif_2.2_resumes.xml").read_text("utf-8"), "utf-8", 10),
        Base("csv-rco", "csv", rows, "utf-8", rows.count("\n") - 1),
    ]


def _csv_head(path: Path, most: int) -> str:
    """Rows of one line each and of keys not seen yet, so that a line is an offer."""
    kept: list[str] = []
    seen: set[tuple[str, ...]] = set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        header = next(file)
        names = header.rstrip("\r\n").split(",")
        action, code = names.index("id_action"), names.index("code_certifinfo")
        for line in file:
            cells = line.rstrip("\r\n").split(",")
            if '"' in line or len(cells) != len(names) or (cells[action], cells[code]) in seen:
                continue
            seen.add((cells[action], cells[code]))
            kept.append(line)
            if len(kept) == most:
                break
    return header + "".join(kept)


def invented() -> list[Base]:
    return [invented_edof(), invented_lheo(), invented_csv(), invented_json()]
