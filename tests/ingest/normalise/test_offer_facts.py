"""What an offer says: codes, prices, hours, audiences, accessibility."""

from __future__ import annotations

import pytest

from catalog.codes.facets import (
    Answer,
    Audience,
    Funder,
    Modality,
    Need,
    Rhythm,
)
from ingest.draft import Draft
from tests.ingest.drafts import codes, draft, offer, one_offer, record, run, training


def place(**values: str) -> Draft:
    return draft("place", **{"line": "1 rue du Port", "postcode": "69002", "city": "Lyon", **values})


@pytest.mark.parametrize("field", ["modality", "entry", "entry_level_required"])
def test_an_impossible_mandatory_code_rejects_that_offer_only(field: str) -> None:
    found = run(training(offer(numero="A1", **{field: "7"}), offer(numero="A2")))
    assert found.record is not None
    assert [one.numero for one in found.record.offers] == ["A2"]
    assert [(f.code, f.level, f.key, f.value) for f in found.findings] == [("code-impossible", "offer", "A1", "7")]


def test_a_code_that_is_not_stated_is_not_stated() -> None:
    made = record(training(draft("offer", numero="A1")))
    assert made.offers[0].modality is Modality.UNKNOWN
    assert made.offers[0].price_cents is None
    assert made.offers[0].hours is None


@pytest.mark.parametrize(
    ("values", "suggestion"),
    [
        ({"modality": "0", "pedagogy_text": "Formation entièrement à distance"}, "2"),
        ({"modality": "1", "pedagogy_text": "100 % à distance"}, "2"),
        ({"modality": "2", "pedagogy_text": "Parcours mixte"}, "1"),
        ({"modality": "2", "pedagogy_text": "Cours en salle"}, "0"),
    ],
)
def test_a_doubtful_modality_is_told_and_never_changed(values: dict[str, str], suggestion: str) -> None:
    found = run(training(offer(**values)))
    doubt = next(f for f in found.findings if f.code == "modality-doubtful")
    assert doubt.suggestion == suggestion
    assert found.record is not None
    assert (
        found.record.offers[0].modality
        is {"0": Modality.IN_PERSON, "1": Modality.MIXED, "2": Modality.REMOTE}[values["modality"]]
    )


def test_a_remote_place_under_the_classroom_code_is_doubtful() -> None:
    assert "modality-doubtful" in codes(training(offer(draft("place", label="À distance", postcode="69002"))))
    assert "modality-doubtful" not in codes(training(offer(pedagogy_text="Pas de cours à distance")))


def test_perimeter_four_with_the_name_of_a_region_is_told() -> None:
    assert "perimeter-doubtful" in codes(training(offer(perimeter="4", perimeter_text="Région Ile de France")))
    assert "perimeter-doubtful" not in codes(training(offer(perimeter="4", perimeter_text="Grand Ouest")))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 428,50 €", 142850),
        ("1428.5", 142850),
        ("1.428,50", 142850),
        ("1,428.50", 142850),
        ("1 428", 142800),
        ("600.60", 60060),
        ("gratuit", 0),
        ("0", 0),
        ("1\u202f200 € TTC", 120000),
    ],
)
def test_prices_are_read_to_the_cent(text: str, cents: int) -> None:
    assert one_offer(price_ttc=text).price_cents == cents


@pytest.mark.parametrize("text", ["mille", "12-15", "1,428", "-5", "10 à 20 €"])
def test_a_price_that_cannot_be_read_is_left_out(text: str) -> None:
    made = training(offer(price_ttc=text))
    assert record(made).offers[0].price_cents is None
    assert codes(made) == {"price-unreadable"}


def test_vat_arithmetic() -> None:
    right = one_offer(price_ht="500.50", vat_rate="20.0", price_ttc="600.60")
    assert (right.price_cents, right.price_net_cents, right.vat_rate_bp) == (60060, 50050, 2000)
    assert one_offer(price_ht="100", vat_rate="5,5").price_cents == 10550
    wrong = training(offer(price_ht="500.50", vat_rate="20.0", price_ttc="700"))
    made = record(wrong).offers[0]
    assert (made.price_cents, made.price_net_cents, made.vat_rate_bp) == (70000, None, None)
    assert codes(wrong) == {"vat-arithmetic"}


def test_hours_of_centre_and_company_against_the_total() -> None:
    made = training(offer(hours_centre="21", hours_company="0", hours_learning="23"))
    assert codes(made) == {"hours-disagree"}
    assert record(made).offers[0].hours == 23
    assert one_offer(hours_centre="100", hours_company="35").hours == 135
    assert one_offer(hours_centre="100").hours is None  # nothing says that there is no time in a company
    assert one_offer(hours="0").hours is None


@pytest.mark.parametrize(
    ("publics", "info", "audiences"),
    [
        (["83056"], "", (Audience.EVERYONE,)),
        (["80006"], "", (Audience.JOBSEEKER,)),
        (["80006", "82044"], "", (Audience.EVERYONE, Audience.JOBSEEKER)),
        (["81020"], "Réservé aux travailleurs en ESAT", (Audience.ESAT,)),
        ([], "", ()),
    ],
)
def test_audiences(publics: list[str], info: str, audiences: tuple[Audience, ...]) -> None:
    assert one_offer(public=publics, public_text=info).audiences == audiences


def test_what_edof_sells_is_eligible_and_nothing_else_is_unless_said() -> None:
    sold = one_offer(source="edof")
    assert (sold.eligible_cpf, sold.funders, sold.audiences) == (Answer.YES, (Funder.CPF,), (Audience.EVERYONE,))
    assert one_offer().eligible_cpf is Answer.UNKNOWN
    assert one_offer(eligible_cpf="1", cpf_end="20301231").eligible_cpf is Answer.YES
    assert one_offer(eligible_cpf="1", cpf_end="20201231").eligible_cpf is Answer.NO
    assert one_offer(funder=["2", "4", "10", "16"]).funders == (Funder.REGION, Funder.FRANCE_TRAVAIL, Funder.OPCO)


def test_rhythms_come_from_codes_else_from_words() -> None:
    assert one_offer(rhythm=["1", "5"]).rhythms == (Rhythm.DAYTIME, Rhythm.FULL_TIME)
    assert one_offer(rhythm_text="Temps partiel, cours du soir").rhythms == (Rhythm.PART_TIME, Rhythm.EVENING)


def test_prerequisites_announced_must_be_described() -> None:
    assert "prerequisites-missing" in codes(training(offer(prerequisites_exist="1", prerequisites_text="-")))
    assert "prerequisites-missing" not in codes(training(offer(prerequisites_exist="1", prerequisites_text="Bac")))


def test_accessibility_comes_from_fields_before_texts() -> None:
    compliant = place(premises_accessible="1", access_text="rampe d'accès")
    assert one_offer(compliant).accessibility == {Need.PREMISES: Answer.YES}
    assert one_offer(place(premises_accessible="0"), access_text="Locaux accessibles PMR").accessibility == {
        Need.PREMISES: Answer.NO
    }
    both = one_offer(place(premises_accessible="1"), place(premises_accessible="0", line="2 rue"))
    assert both.accessibility == {}
    assert one_offer(need_hearing="yes", disability_text="Pas d'interprète LSF").accessibility == {
        Need.HEARING: Answer.YES
    }


def test_a_disability_referent_among_the_contacts_is_a_referent() -> None:
    person = draft("contact", type="1", name="Zoé")
    assert one_offer(person).accessibility == {Need.REFERENT: Answer.YES}
    made = training()
    made.children.append(person)
    assert record(made).offers[0].accessibility == {Need.REFERENT: Answer.YES}
