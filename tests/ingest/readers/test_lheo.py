"""Domain 2: LHÉO 2.2 and 2.3, summaries, and what Carif feeds add."""

from __future__ import annotations

import pytest

from ingest.draft import Draft
from ingest.readers import open_reader
from tests.ingest.readers.samples import Writer

FORMATION = """<formation numero="N1">
<domaine-formation><code-FORMACODE>11111</code-FORMACODE><code-FORMACODE tag="principal">22222</code-FORMACODE>
<code-NSF>221</code-NSF><code-ROME>D1102</code-ROME></domaine-formation>
<intitule-formation>CAP pâtissier</intitule-formation>
<certifiante>1</certifiante>
<contact-formation><coordonnees></coordonnees></contact-formation>
<contact-formation><type-contact>1</type-contact><coordonnees><nom>Léa N.</nom><courriel>handi@exemple.fr</courriel>
</coordonnees></contact-formation>
<certification><code-RNCP>26</code-RNCP><code-CERTIFINFO>777</code-CERTIFINFO></certification>
<certification><code-RS>5000</code-RS></certification>
<code-niveau-sortie>13</code-niveau-sortie>
<action><rythme-formation>Temps plein</rythme-formation><code-public-vise>83056</code-public-vise>
<code-public-vise>81020</code-public-vise><modalites-enseignement>0</modalites-enseignement>
<conditions-specifiques>-</conditions-specifiques><prise-en-charge-frais-possible>1</prise-en-charge-frais-possible>
<lieu-de-formation><coordonnees><ligne>Lycée des Prés</ligne>
<adresse><ligne>1 rue A</ligne><codepostal>35000</codepostal>
<ville>Rennes</ville><code-INSEE-commune>35238</code-INSEE-commune></adresse></coordonnees></lieu-de-formation>
<lieu-de-formation><coordonnees><adresse><ligne>2 rue B</ligne><codepostal>35400</codepostal><ville>Saint-Malo</ville>
</adresse></coordonnees></lieu-de-formation>
<session><periode><debut>20270900</debut><fin>20280600</fin></periode><etat-recrutement>1</etat-recrutement>
<periode-inscription><periode><debut>20270301</debut><fin>20270401</fin></periode></periode-inscription>
<extras info="session-perimee"><extra info="session-perimee">0</extra></extras></session>
<equipement><type-equipement>10</type-equipement><commentaire>Veste blanche</commentaire></equipement>
<prix-total-TTC>1200</prix-total-TTC><nombre-heures-total>400</nombre-heures-total>
<organisme-formateur><SIRET-formateur><SIRET>98765432100019</SIRET></SIRET-formateur>
<raison-sociale-formateur>GRETA</raison-sociale-formateur></organisme-formateur>
<organisme-financeur><code-financeur>2</code-financeur><nb-places-financees>12</nb-places-financees></organisme-financeur>
<organisme-financeur><code-financeur>7</code-financeur></organisme-financeur>
<extras info="eligibilite-cpf"><extra info="source">COPANEF</extra><extra info="debut-validite">20260101</extra>
<extra info="fin-validite">20271231</extra></extras>
</action>
<action><modalites-enseignement>2</modalites-enseignement></action>
<organisme-formation-responsable><numero-activite>53350000000</numero-activite>
<SIRET-organisme-formation><SIRET>12345678200010</SIRET></SIRET-organisme-formation>
<nom-organisme>École du goût</nom-organisme><raison-sociale>EDG</raison-sociale>
<coordonnees-organisme><coordonnees><adresse><ligne>3 quai C</ligne><codepostal>35000</codepostal><ville>Rennes</ville>
</adresse></coordonnees></coordonnees-organisme></organisme-formation-responsable>
</formation>"""


@pytest.fixture
def training(written: Writer) -> Draft:
    document = f'<lheo xmlns="http://lheo.gouv.fr/2.3"><offres>{FORMATION}</offres></lheo>'
    (draft,) = open_reader(written(document)).drafts()
    return draft


def texts(draft: Draft, name: str) -> list[str]:
    return [value.text for value in draft.all(name)]


@pytest.mark.parametrize(
    ("opening", "label"),
    [
        ('<lheo xmlns="http://www.lheo.org/2.2">', "LHÉO 2.2"),
        ('<lheo xmlns="http://lheo.gouv.fr/2.3">', "LHÉO 2.3"),
        ("<lheo>", "LHÉO sans espace de noms"),
        ('<lheo xmlns="http://exemple.fr/x">', "LHÉO"),
    ],
)
def test_each_namespace_is_read(written: Writer, opening: str, label: str) -> None:
    reader = open_reader(written(f"{opening}<offres>{FORMATION}</offres></lheo>"))
    assert reader.source == "lheo"
    assert reader.format_label == label
    assert [draft.text("title") for draft in reader.drafts()] == ["CAP pâtissier"]
    assert [finding.code for finding in reader.findings] == (["unknown-namespace"] if label == "LHÉO" else [])


def test_prefixes_and_lheo_plus_are_read(written: Writer) -> None:
    body = "<l:formation numero='P'><l:intitule-formation>Été</l:intitule-formation></l:formation>"
    document = (
        f"<l:lheo-plus xmlns:l='http://lheo.gouv.fr/2.3'><l:lheo><l:offres>{body}</l:offres></l:lheo></l:lheo-plus>"
    )
    (draft,) = open_reader(written(document)).drafts()
    assert draft.text("title") == "Été"


def test_the_main_formacode_comes_first(training: Draft) -> None:
    assert texts(training, "formacode") == ["22222", "11111"]


def test_every_certification_is_kept(training: Draft) -> None:
    assert (texts(training, "rncp"), texts(training, "rs"), texts(training, "certifinfo")) == (
        ["26"],
        ["5000"],
        ["777"],
    )
    assert training.text("exit_level") == "13"


def test_an_empty_contact_is_left_out_and_a_referent_keeps_its_type(training: Draft) -> None:
    found = [(person.text("role"), person.text("type"), person.text("name")) for person in training.of("contact")]
    assert found[0] == ("information", "1", "Léa N.")
    assert [role for role, _, _ in found] == ["information", "organisation"]


def test_the_organisation_that_answers_and_the_one_that_delivers_are_told_apart(training: Draft) -> None:
    offer = next(training.of("offer"))
    assert (training.text("siret"), training.text("organisation_name")) == ("12345678200010", "École du goût")
    assert (offer.text("trainer_siret"), offer.text("trainer_name")) == ("98765432100019", "GRETA")
    assert texts(training, "organisation_address") == ["3 quai C", "35000", "Rennes"]


def test_offers_without_number_are_numbered_by_position(training: Draft) -> None:
    assert [offer.text("numero") for offer in training.of("offer")] == ["1", "2"]
    assert all("source_id" not in offer.values for offer in training.of("offer"))


def test_a_session_without_number_is_known_by_its_dates(training: Draft) -> None:
    (session,) = next(training.of("offer")).of("session")
    assert session.text("numero") == "20270900-20280600"
    assert (session.text("registration_start"), session.text("registration_end")) == ("20270301", "20270401")
    assert session.text("expired") == "0"


def test_an_offer_keeps_funders_audiences_places_and_equipment(training: Draft) -> None:
    offer = next(training.of("offer"))
    assert texts(offer, "funder") == ["2", "7"]
    assert texts(offer, "public") == ["83056", "81020"]
    assert texts(offer, "equipment") == ["Veste blanche"]
    assert [(place.text("label"), place.text("city")) for place in offer.of("place")] == [
        ("Lycée des Prés", "Rennes"),
        ("", "Saint-Malo"),
    ]
    assert offer.extras["organisme-financeur/nb-places-financees"][0].text == "12"


def test_cpf_eligibility_of_carif_feeds_keeps_its_bounds(training: Draft) -> None:
    offer, other = training.of("offer")
    assert [offer.text(name) for name in ("eligible_cpf", "cpf_start", "cpf_end")] == ["1", "20260101", "20271231"]
    assert "eligible_cpf" not in other.values


def test_a_summary_is_a_training_with_one_offer(written: Writer) -> None:
    document = """<lheo-index xmlns="http://www.lheo.org/2.2"><resumes-offres><resume-offre numero="14_AF_1">
    <domaine-formation><code-ROME>G1201</code-ROME></domaine-formation>
    <intitule-formation>Guide conférencière</intitule-formation><nom-organisme>AFTÉ</nom-organisme>
    <SIRET>12345678200010</SIRET><codepostal>75014</codepostal><code-INSEE-commune>75114</code-INSEE-commune>
    <ville>Paris 14e</ville><modalites-enseignement>0</modalites-enseignement><code-public-vise>80006</code-public-vise>
    <nombre-heures-total>482</nombre-heures-total>
    <session><periode><debut>20271003</debut><fin>20280928</fin></periode></session>
    <contact-formation-resume><type-contact>4</type-contact><nom>Accueil</nom></contact-formation-resume>
    <certification><code-RNCP>25730</code-RNCP></certification>
    <extras info="lheo"><extra info="conventionnement">1</extra></extras>
    <extras info="geolocalisation"><extra info="latitude">48.83</extra><extra info="longitude">2.33</extra></extras>
    <extras info="complements"><extra info="code-niveau-sortie">7</extra></extras>
    </resume-offre></resumes-offres></lheo-index>"""
    (training,) = open_reader(written(document)).drafts()
    (offer,) = training.of("offer")
    (place,) = offer.of("place")
    assert training.text("numero") == offer.text("numero") == offer.text("source_id") == "14_AF_1"
    assert (training.text("siret"), training.text("organisation_name")) == ("12345678200010", "AFTÉ")
    assert (training.text("rncp"), training.text("exit_level")) == ("25730", "7")
    assert [place.text(name) for name in ("postcode", "insee", "city", "lat", "lon")] == [
        "75014",
        "75114",
        "Paris 14e",
        "48.83",
        "2.33",
    ]
    assert (offer.text("hours"), offer.text("public"), offer.text("publicly_funded")) == ("482", "80006", "1")
    assert [session.text("start") for session in offer.of("session")] == ["20271003"]
    assert [person.text("name") for person in training.of("contact")] == ["Accueil"]
