"""Domain 3: the EDOF dialect, with its extras."""

from __future__ import annotations

from ingest.draft import Draft
from ingest.readers import open_reader
from tests.ingest.readers.samples import Writer, edof, formation

ACTION = """<action numero="F1" datemaj="20260901" datecrea="20260801">
<modalites-enseignement>2</modalites-enseignement>
<lieu-de-formation><coordonnees numero="1"><nom>Dupré</nom><prenom>Zoé</prenom>
<adresse numero="2"><ligne>Fournil des Halles</ligne><codepostal>69003</codepostal><ville>LYON</ville>
<geolocalisation><latitude>45.75</latitude><longitude>4.85</longitude></geolocalisation>
<extras info="adresse"><extra info="numero-voie">8</extra><extra info="code-nature-voie">RUE</extra>
<extra info="libelle-voie">des Blés</extra><extra info="ligne5-adresse">BP 3</extra>
<extra info="accessibilite-batimentaire"> rampe </extra><extra info="conformite-reglementaire">1</extra></extras>
</adresse>
<telfixe><numtel>0400000001</numtel></telfixe><courriel>lieu@exemple.fr</courriel>
</coordonnees></lieu-de-formation>
<session numero="F1" datemaj="20260901" datecrea="20260801">
<periode><debut>20270104</debut><fin>20270206</fin></periode>
<adresse-inscription><adresse numero="2"><ligne>Accueil</ligne>
<codepostal>69003</codepostal></adresse></adresse-inscription>
<etat-recrutement>1</etat-recrutement>
<extras info="session"><extra info="contact-inscription"><coordonnees numero="3"><nom>Ba</nom></coordonnees></extra>
<extra info="garantie">1</extra><extra info="modalites-particulieres">Tablier fourni</extra></extras></session>
<adresse-information><adresse numero="5"><ligne>Bureau</ligne>
<codepostal>69001</codepostal></adresse></adresse-information>
<acces-handicapes>Nous contacter</acces-handicapes><langue-formation>FR</langue-formation>
<extras info="action">
<extra info="contact-information"><coordonnees numero="4"><nom>Roy</nom><portable><numtel>0600000001</numtel></portable>
</coordonnees><extras info="coordonnees"><extra info="fonction">accueil</extra></extras></extra>
<extra info="modalites-handicap">Postes réglables</extra><extra info="info-admission">Entretien</extra>
<extras info="codes-modalites-admission"><extra info="code-modalites-admission">92002</extra>
<extra info="code-modalites-admission">92005</extra></extras>
<extra info="code-gfe">11</extra><extra info="duree-apprentissage">35</extra>
<extras info="codes-rythme-formation"><extra info="code-rythme-formation">1</extra></extras>
<extra info="frais-anpec">12.50</extra>
<extras info="frais-pedagogiques"><extra info="taux-tva">20.0</extra><extra info="frais-ht">500.00</extra>
<extra info="frais-ttc">600.00</extra></extras>
<extra info="existence-prerequis">0</extra><extra info="code-modele-economique">2</extra></extras>
</action>
"""
EXTRAS = (
    '<extras info="formation"><extra info="resume-contenu">Du levain au four</extra><extras info="blocs-competences">'
    '<extra info="code-bloc">RNCP1BC01</extra><extra info="code-bloc">RNCP1BC02</extra></extras></extras>'
)


def only_draft(written: Writer, inside: str) -> Draft:
    reader = open_reader(written(edof(formation("F1", "Boulangerie", inside))))
    assert reader.source == "edof"
    (draft,) = reader.drafts()
    return draft


def texts(draft: Draft, name: str) -> list[str]:
    return [value.text for value in draft.all(name)]


def test_the_same_number_serves_at_the_three_levels(written: Writer) -> None:
    training = only_draft(written, ACTION)
    (offer,) = training.of("offer")
    (session,) = offer.of("session")
    assert training.text("numero") == offer.text("numero") == session.text("numero") == offer.text("source_id") == "F1"
    assert training.text("siret") == "12345678200010"


def test_every_extra_of_the_action_has_its_name(written: Writer) -> None:
    (offer,) = only_draft(written, ACTION).of("offer")
    assert texts(offer, "admission") == ["92002", "92005"]
    expected = {
        "modality": "2",
        "disability_text": "Postes réglables",
        "admission_text": "Entretien",
        "gfe": "11",
        "hours_learning": "35",
        "rhythm": "1",
        "fees_extra": "12.50",
        "vat_rate": "20.0",
        "price_ht": "500.00",
        "price_ttc": "600.00",
        "prerequisites_exist": "0",
        "access_text": "Nous contacter",
    }
    assert {name: offer.text(name) for name in expected} == expected
    assert offer.extras["code-modele-economique"][0].text == "2"


def test_a_place_keeps_its_street_and_its_compliance(written: Writer) -> None:
    (offer,) = only_draft(written, ACTION).of("offer")
    (place,) = offer.of("place")
    expected = {
        "line": "Fournil des Halles",
        "street_number": "8",
        "street_type": "RUE",
        "street_name": "des Blés",
        "box": "BP 3",
        "access_text": "rampe",
        "premises_accessible": "1",
        "lat": "45.75",
        "lon": "4.85",
    }
    assert {name: place.text(name) for name in expected} == expected


def test_contacts_say_what_they_are_for(written: Writer) -> None:
    (offer,) = only_draft(written, ACTION).of("offer")
    found = {person.text("role"): person for person in offer.of("contact")}
    assert set(found) == {"place", "information"}
    assert found["information"].text("function") == "accueil"
    assert found["information"].text("mobile") == "0600000001"
    assert [place.text("postcode") for place in found["information"].of("place")] == ["69001"]
    (session,) = offer.of("session")
    assert [person.text("role") for person in session.of("contact")] == ["registration"]
    assert session.text("guaranteed") == "1"
    assert session.text("special_terms") == "Tablier fourni"


def test_training_extras_give_highlights_and_blocks(written: Writer) -> None:
    training = only_draft(written, EXTRAS)
    assert training.text("highlights") == "Du levain au four"
    assert texts(training, "block_code") == ["RNCP1BC01", "RNCP1BC02"]


def test_values_stand_on_the_line_and_path_where_the_author_wrote_them(written: Writer) -> None:
    (offer,) = only_draft(written, ACTION).of("offer")
    modality = offer.all("modality")[0]
    assert (modality.line, modality.path) == (7, "/lheo/offres/formation[1]/action[1]/modalites-enseignement")


def test_html_left_in_cdata_or_unescaped_comes_out_as_html(written: Writer) -> None:
    inside = (
        "<objectif-formation><![CDATA[<ul><li>pétrir</li></ul> &eacute;]]></objectif-formation>"
        "<contenu-formation>Jour 1 : <b>levain</b> et <i>pousse</i>.</contenu-formation>"
    )
    training = only_draft(written, inside)
    assert training.text("objective") == "<ul><li>pétrir</li></ul> &eacute;"
    assert training.text("content") == "Jour 1 : <b>levain</b> et <i>pousse</i>."


def test_a_pass_can_be_made_again(written: Writer) -> None:
    reader = open_reader(written(edof(formation("A") + formation("B"))))
    first = [draft.text("numero") for draft in reader.drafts()]
    assert first == [draft.text("numero") for draft in reader.drafts()] == ["A", "B"]
    assert reader.position == reader.total
