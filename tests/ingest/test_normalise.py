"""Drafts become records: what is read, what is left out and said, what is rejected (domain 2, 3, 13, 14)."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    DatePrecision,
    Funder,
    Level,
    Modality,
    Need,
    PlacePrecision,
    Rhythm,
)
from ingest.draft import Draft
from tests.ingest.drafts import Known, codes, draft, findings, offer, one_offer, record, run, training


def session(**values: str) -> Draft:
    return draft("session", **{"numero": "S1", **values})


def place(**values: str) -> Draft:
    return draft("place", **{"line": "1 rue du Port", "postcode": "69002", "city": "Lyon", **values})


# --- trainings


@pytest.mark.parametrize("siret", ["1234567820001", "12345678200010A", "abc"])
def test_a_siret_that_has_not_14_digits_rejects_the_training(siret: str) -> None:
    found = run(training(siret=siret))
    assert found.record is None
    assert codes(found) == {"siret-invalid"}


def test_a_siret_may_be_written_with_spaces() -> None:
    assert record(training(siret="123 456 782 00010")).organisation.siret == "12345678200010"


def test_a_wrong_checksum_is_a_warning_and_la_poste_is_right() -> None:
    assert "siret-checksum" in codes(training(siret="12312312300000"))
    assert "siret-checksum" not in codes(training(siret="35600000049837"))


def test_title_and_certification_both_missing_rejects_the_training() -> None:
    found = run(training(title=None, rncp=None))
    assert found.record is None
    assert codes(found) == {"title-and-certification-missing"}


def test_a_title_alone_is_enough_but_not_in_edof() -> None:
    assert record(training(rncp=None)).certification == ""
    assert codes(training(rncp=None, source="edof")) == {"certification-missing"}


def test_a_missing_title_is_the_certifications() -> None:
    assert record(training(title="-", certification_title="CAP Menuisier")).title == "CAP Menuisier"
    assert record(training(title=None), Known()).title == "CAP Ébéniste"
    assert record(training(title=None, rncp=None, cpf="CPF202")).title == "Bilan de compétences"
    assert record(training(title=None)).title == "RNCP34440"
    assert "title-from-certification" in codes(training(title=None))


@pytest.mark.parametrize(
    ("given", "code", "kind"),
    [
        ({"rncp": "34440"}, "RNCP34440", CertificationKind.RNCP),
        ({"rncp": None, "rs": "RS 5695"}, "RS5695", CertificationKind.RS),
        ({"rncp": None, "cpf": "CPF202"}, "CPF202", CertificationKind.CPF),
        ({"rncp": None, "certifinfo": "56927"}, "CI56927", CertificationKind.UNKNOWN),
    ],
)
def test_certification_codes_have_one_spelling(given: dict[str, str], code: str, kind: CertificationKind) -> None:
    made = record(training(**given))
    assert (made.certification, made.certification_kind) == (code, kind)


def test_an_expired_certification_an_unknown_one_and_a_missing_qualiopi_are_warnings() -> None:
    assert "certification-expired" in codes(run(training(rncp="1"), Known()))
    unknown = next(f for f in run(training(rncp="34441"), Known()).findings if f.code == "certification-unknown")
    assert unknown.suggestion == "RNCP34440"
    assert "qualiopi-missing" in codes(run(training(source="edof"), Known()))
    assert record(training(rncp="1"), Known()).certification == "RNCP1"


def test_nothing_is_accused_when_no_reference_is_loaded() -> None:
    assert codes(training(rome="H2207", formacode="45054")) == set()


def test_a_trade_code_that_is_nearly_right_is_left_out_with_a_suggestion() -> None:
    found = run(training(rome=["M120", "H2207"]), Known())
    assert found.record is not None
    assert found.record.rome == ("H2207",)
    assert [(f.code, f.value, f.suggestion) for f in found.findings] == [("code-unreadable", "M120", "H2207")]


@pytest.mark.parametrize(
    ("old", "level"), [("4", Level.L3), ("6", Level.L5), ("15", Level.L5), ("18", Level.L8), ("0", Level.UNKNOWN)]
)
def test_old_and_new_levels_fold_to_the_national_framework(old: str, level: Level) -> None:
    assert record(training(exit_level=old)).level is level


def test_a_filler_activity_number_is_nothing_and_a_short_one_is_said() -> None:
    assert record(training(activity_number="99999999999")).organisation.activity_number == ""
    assert codes(training(activity_number="99999999999")) == set()
    assert "activity-number-invalid" in codes(training(activity_number="1234"))
    assert record(training(activity_number="11 75 12345 67")).organisation.activity_number == "11751234567"


def test_a_training_without_number_gets_one_that_stays_the_same() -> None:
    one, two = record(training(numero=None)), record(training(numero=None, objective="autre"))
    assert one.numero == two.numero
    assert one.numero.startswith("auto-")


def test_a_training_without_offer_is_rejected() -> None:
    assert codes(draft("training", siret="12345678200010", title="x", source="lheo", numero="1")) == {"offer-missing"}


# --- texts


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<ul><li>Créer</li><li>Réparer</li></ul>", "- Créer\n- Réparer"),
        ("&lt;p&gt;Un&lt;/p&gt;&lt;p&gt;Deux&lt;/p&gt;", "Un\n\nDeux"),
        ("d&eacute;couvrir l&rsquo;&oelig;uvre", "découvrir l’œuvre"),
        ("d&eacutecouvrir", "découvrir"),
        ("un<br/>deux", "un\ndeux"),
        ("<font color='red'>Rouge</font>", "Rouge"),
        ("a\x00b\x07c\u200bd", "abcd"),
        ("trop   d'espaces\t ici", "trop d'espaces ici"),
        ("prix < 100 et > 50", "prix < 100 et > 50"),
        ("formÃ©e Ã\xa0 la santÃ©", "formée à la santé"),
        ("<script>alert(1)</script>Bonjour<img src=x onerror=alert(1)>", "Bonjour"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Bonjour", "Bonjour"),
        ("-", ""),
        ("n/c", ""),
        ("Néant", ""),
        ("...", ""),
    ],
)
def test_texts_become_plain_and_keep_their_lines(raw: str, clean: str) -> None:
    assert record(training(objective=raw)).objective == clean


def test_fillers_of_an_offer_are_missing() -> None:
    made = one_offer(
        transport="0", access_text="0", other_services="néant", catering="Cantine", recruitment_text="Aucune"
    )
    assert made.texts == {"catering": "Cantine", "recruitment": "Aucune"}


def test_a_text_over_its_limit_is_kept_and_said() -> None:
    made = training(title="x" * 300)
    assert len(record(made).title) == 300
    assert codes(made) == {"text-too-long"}


# --- offers


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


# --- sessions


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("20270105", date(2027, 1, 5), DatePrecision.DAY),
        ("20270900", date(2027, 9, 1), DatePrecision.MONTH),
        ("2027-01-05", date(2027, 1, 5), DatePrecision.DAY),
        ("2027-01", date(2027, 1, 1), DatePrecision.MONTH),
        ("05/01/2027", date(2027, 1, 5), DatePrecision.DAY),
        ("00000000", None, DatePrecision.UNKNOWN),
        ("99999999", None, DatePrecision.UNKNOWN),
        ("20270000", None, DatePrecision.UNKNOWN),
    ],
)
def test_dates_and_how_much_of_them_is_known(text: str, day: date | None, precision: DatePrecision) -> None:
    made = training(offer(session(start=text)))
    found = record(made).offers[0].sessions[0]
    assert (found.start_on, found.start_precision) == (day, precision)
    assert codes(made) == set()


@pytest.mark.parametrize("text", ["20270231", "20271301", "bientôt", "18200101"])
def test_a_date_that_does_not_exist_is_left_out_and_said(text: str) -> None:
    made = training(offer(session(start=text)))
    assert record(made).offers[0].sessions[0].start_on is None
    assert [(f.code, f.value) for f in findings(made)] == [("date-unreadable", text)]


def test_a_month_without_its_year_is_kept_as_such() -> None:
    found = one_offer(session(month="9")).sessions[0]
    assert (found.start_on, found.start_precision, found.start_month) == (None, DatePrecision.MONTH_OF_YEAR, 9)


def test_a_session_that_ends_before_it_starts_is_rejected_and_the_offer_stays() -> None:
    found = run(training(offer(session(start="20270301", end="20270201"), session(numero="S2", start="20270301"))))
    assert found.record is not None
    assert [one.numero for one in found.record.offers[0].sessions] == ["S2"]
    assert [(f.code, f.edof_code, f.level) for f in found.findings] == [("session-dates-reversed", "30020", "session")]


def test_a_month_that_ends_after_the_day_of_the_start_is_not_reversed() -> None:
    assert codes(training(offer(session(start="20270915", end="20270900")))) == set()


def test_two_sessions_of_the_same_dates_are_one_too_many() -> None:
    dates = {"start": "20270301", "end": "20270401"}
    made = training(offer(session(**dates), session(numero="S2", **dates)))
    assert [(f.code, f.edof_code, f.key) for f in findings(made)] == [("session-dates-repeated", "10133", "S2")]


def test_sessions_without_dates_are_never_the_same() -> None:
    made = record(
        training(
            offer(
                session(),
                session(numero="S2"),
                session(numero="S3", start="20270301"),
                session(numero="S4", start="20270301"),
            )
        )
    )
    assert len(made.offers[0].sessions) == 4


def test_past_sessions_are_kept_and_told_once() -> None:
    made = training(
        offer(session(start="20200101"), session(numero="S2", start="20210101"), session(numero="S3", start="20270101"))
    )
    assert len(record(made).offers[0].sessions) == 3
    assert [(f.code, f.message[:1]) for f in findings(made)] == [("session-past", "2")]


# --- contacts


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("01 23 45 67 89", ("+33123456789",)),
        ("0123456789", ("+33123456789",)),
        ("+33 (0)4 50 00 00 00", ("+33450000000",)),
        ("0262 12 34 56", ("+262262123456",)),
        ("3949", ("3949",)),
        ("01 23 45 67 89 / 06 12 34 56 78", ("+33123456789", "+33612345678")),
        ("-", ()),
    ],
)
def test_phones(text: str, phones: tuple[str, ...]) -> None:
    made = training(offer(draft("contact", role="information", name="Fontaine", phone=text)))
    assert record(made).offers[0].contacts[0].phones == phones
    assert codes(made) == set()


def test_what_cannot_reach_anybody_is_left_out_with_its_raw_value() -> None:
    person = draft(
        "contact", role="information", name="Zoé", phone="appeler", email="zoe(at)x", web="javascript:alert(1)"
    )
    made = training(offer(person))
    kept = record(made).offers[0].contacts[0]
    assert (kept.phones, kept.email, kept.web) == ((), "", ())
    assert {(f.code, f.value) for f in findings(made)} == {
        ("phone-unreadable", "appeler"),
        ("email-unreadable", "zoe(at)x"),
        ("link-unreadable", "javascript:alert(1)"),
    }


def test_edof_wants_its_contacts_streets_and_plain_numbers() -> None:
    """30017, 30022, 30013"""
    person = draft("contact", role="information", name="Zoé", phone="01 23 45 67 89", email="z@x.fr")
    made = run(training(offer(person, place(), session(start="20270101", end="20270201")), source="edof"))
    assert {"registration-contact-missing", "street-missing", "phone-form"} <= codes(made)
    assert "information-contact-missing" not in codes(made)
    assert "information-contact-missing" in codes(training(source="edof"))


# --- places


def test_coordinates_that_fit_the_postcode_are_kept() -> None:
    made = one_offer(place(lat="45.75", lon="4.83")).places[0]
    assert made.precision is PlacePrecision.GIVEN
    assert (made.departement, made.region) == ("69", "84")


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("4.83", "45.75", "coordinates-swapped"),
        ("48.85", "2.35", "coordinates-far"),
        ("40.71", "-74.0", "coordinates-foreign"),
        ("nord", "4.83", "coordinates-unreadable"),
        ("95", "4.83", "coordinates-unreadable"),
    ],
)
def test_coordinates_that_do_not_are_left_for_the_towns(lat: str, lon: str, code: str) -> None:
    made = training(offer(place(lat=lat, lon=lon)))
    assert codes(made) == {code}
    found = record(made).offers[0].places[0]
    assert found.lat == pytest.approx(45.75, abs=0.1)
    assert found.precision is not PlacePrecision.GIVEN


def test_a_place_that_cannot_be_situated_is_kept_without_position() -> None:
    made = training(offer(draft("place", label="Quelque part", city="Trifouillis")))
    assert codes(made) == {"place-unknown"}
    assert record(made).offers[0].places[0].lat is None


# --- accessibility


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


# --- blocks


def test_a_block_given_twice_is_kept_once() -> None:
    """30070"""
    made = training(block_code=["RNCP34440BC01", "RNCP34440BC01", "RNCP1BC01", "B1"])
    assert record(made).details["blocks"] == ["RNCP34440BC01", "RNCP1BC01"]
    assert codes(made) == {"block-repeated", "block-of-other-certification", "block-code-unreadable"}


def test_hours_that_cannot_be_read_are_named_as_the_file_names_them() -> None:
    found = run(training(offer(hours_company="beaucoup"))).findings
    said = next(finding for finding in found if finding.code == "number-unreadable")
    assert "« nombre-heures-entreprise »" in said.message
