"""CSV through mappings: the two of the Réseau des Carif-Oref, and an organisation's own."""

from __future__ import annotations

import pytest

from base.errors import FileRefused
from ingest.findings import Finding, Severity
from ingest.readers import MergeRule, open_reader
from ingest.readers.csv_mapping import mapping_text
from ingest.readers.reader import keep
from tests.ingest.readers.samples import Writer

CATALOGUE = (
    "id_formation,id_action,intitule,certif_info_libelle,cfd_libelle,rncp_intitule,code_certifinfo,cfd,rncp,formacode,"
    "formacode_libelle,nsf,rome,niveau_europeen,periode,publie,siret_gestionnaire,siret_formateur,lieu_adresse,"
    "code_postal,insee,commune,departement,region,lat,lon\n"
)
ROW = (
    '14_1,14_9,"CAP\ncuisinier",,CUISINE (CAP),Cuisine,99,50022137,RNCP1,42752,Cuisine,221,G1602|G1603,3,'
    "2027-09|2028-09|2027-09,True,11111111100011,22222222200022,1 rue Haute,1000,01053,Bourg-en-Bresse,01,84,46.2,5.2\n"
)
OFFERS = (
    "num_formation,num_action,num_session,intitule,diplome,intitule_diplome,code_certifinfo,cfd,rncp,rncp_intitule,"
    "formacode,formacode_libelle,nsf,rome,niveau_europeen,organisme_responsable,siret_responsable,organisme_formateur,"
    "siret_formateur,uai,entrees_sorties_permanentes,mois_entree,capacite,heures_total,code_postal,insee,commune,"
    "departement,region,lat,lon\n"
    "F1,A1,S1,Cuisine,CAP,cuisine,99,,RNCP1,,,,,G1602,3,GRETA,11111111100011,CFA,0,,1,9,0,400,6000,6088,Nice,06,93,,\n"
)


def test_a_row_of_the_catalogue_is_a_training_with_one_offer_and_a_session_a_month(written: Writer) -> None:
    reader = open_reader(written(CATALOGUE + ROW))
    assert reader.source == "rco-catalogue"
    assert reader.merge == MergeRule(unite=("session",), any_true=("published",))
    (training,) = reader.drafts()
    (offer,) = training.of("offer")
    (place,) = offer.of("place")
    assert training.text("siret") == "22222222200022"
    assert (training.text("numero"), offer.text("numero")) == ("14_1:99", "14_9:99")
    assert offer.text("source_id") == "14_9:99"
    assert offer.text("manager_siret") == "11111111100011"
    assert training.text("certification_title") == "Cuisine"
    assert [value.text for value in training.all("rome")] == ["G1602", "G1603"]
    assert (place.text("postcode"), place.text("city")) == ("01000", "Bourg-en-Bresse")
    months = [(session.text("numero"), session.text("year_month")) for session in offer.of("session")]
    assert months == [("2027-09", "2027-09"), ("2028-09", "2028-09")]
    assert offer.extras["cfd"][0].text == "50022137"


def test_lines_stay_right_after_fields_of_several_lines(written: Writer) -> None:
    drafts = list(open_reader(written(CATALOGUE + ROW + ROW + ROW)).drafts())
    assert [draft.line for draft in drafts] == [2, 4, 6]
    title = drafts[1].all("title")[0]
    assert (title.line, title.path) == (4, "intitule")


def test_a_month_without_year_stays_one_and_zero_is_no_siret_nor_capacity(written: Writer) -> None:
    reader = open_reader(written(OFFERS))
    assert reader.source == "rco-offres"
    (training,) = reader.drafts()
    (offer,) = training.of("offer")
    (session,) = offer.of("session")
    assert training.text("siret") == "11111111100011"
    assert (session.text("numero"), session.text("month"), session.text("seats_total")) == ("S1", "9", "")
    assert (offer.text("entry"), offer.text("hours")) == ("1", "400")
    assert [place.text("insee") for place in offer.of("place")] == ["06088"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_recognised(written: Writer, encoding: str, separator: str) -> None:
    mapping = written(
        'name = "m"\nrequired = ["siret", "code"]\n[training]\nsiret = "siret"\nnumero = "code"\ntitle = "nom"\n'
    )
    mapping = mapping.rename(mapping.with_suffix(".toml"))
    lines = [["siret", "code", "nom"], ["12345678200010", "A", "Pâtissière"]]
    content = "\r\n".join(separator.join(cells) for cells in lines)
    reader = open_reader(written(content.encode(encoding)), mapping=mapping_text(mapping))
    (training,) = reader.drafts()
    assert (training.text("title"), reader.source) == ("Pâtissière", "m")


def test_a_row_of_the_wrong_width_is_reported_and_the_others_taken(written: Writer) -> None:
    reader = open_reader(written(CATALOGUE + ROW + "14_2,14_3,trop court\n" + ROW))
    assert len(list(reader.drafts())) == 2
    (finding,) = reader.findings
    assert (finding.code, finding.line, finding.severity) == ("csv-row-width", 4, "error")


def test_countless_bad_rows_are_counted_and_not_all_kept() -> None:
    findings: list[Finding] = []
    for line in range(25):
        keep(findings, Finding("csv-row-width", Severity.ERROR, "", line=line), most=10)
    assert len(findings) == 11
    assert (findings[-1].code, findings[-1].value) == ("more-findings", "15")


def test_a_last_row_cut_in_the_middle_refuses_the_file(written: Writer) -> None:
    reader = open_reader(written(CATALOGUE + ROW + ROW[:-60]))
    with pytest.raises(FileRefused) as caught:
        list(reader.drafts())
    assert (caught.value.extra["code"], caught.value.extra["line"]) == ("csv-truncated", 4)


def test_a_quote_left_open_refuses_the_file(written: Writer) -> None:
    reader = open_reader(written(CATALOGUE + ROW + '14_2,"coupé'))
    with pytest.raises(FileRefused) as caught:
        list(reader.drafts())
    assert (caught.value.extra["code"], caught.value.extra["line"]) == ("csv-malformed", 4)


def test_missing_columns_are_named(written: Writer) -> None:
    with pytest.raises(FileRefused, match="siret_formateur"):
        open_reader(written(CATALOGUE.replace("siret_formateur", "siret_x") + ROW))


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("[training]\nsiret = 'a'\n", "numero"),
        ("[training]\nsiret = 'a'\nnumero = {column='b', value='c'}\n", "une seule source"),
        ("[training]\nsiret = 'a'\nnumero = {column='b', tri='c'}\n", "tri"),
        ("[formation]\n", "formation"),
        ("pas du toml", "correspondance"),
        ("[training]\nsiret = 1\nnumero = 'b'\n", "siret"),
        ("[training]\nsiret = 'a'\nnumero = {column='b', pad=1000000000}\n", "pad"),
        ("[training]\nsiret = 'a'\nnumero = {columns='b'}\n", "liste"),
        ("training = 3\n", "correspondance"),
        ("name = 'edof'\n[training]\nsiret = 'a'\nnumero = 'b'\n", "autre format"),
        ("a = " + "[" * 5000, "correspondance"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(written: Writer, toml: str, word: str) -> None:
    mapping = written(toml)
    mapping = mapping.rename(mapping.with_suffix(".toml"))
    with pytest.raises(FileRefused, match=word):
        open_reader(written(CATALOGUE + ROW), mapping=mapping_text(mapping))


def test_a_shipped_mapping_can_be_asked_by_name(written: Writer) -> None:
    assert open_reader(written(CATALOGUE + ROW), mapping=mapping_text("rco-catalogue")).source == "rco-catalogue"


def test_a_mapping_is_kept_with_its_name(written: Writer) -> None:
    mapping = written("[training]\nsiret = 'id_formation'\nnumero = 'id_action'\n")
    mapping = mapping.rename(mapping.with_name("mon-organisme.toml"))
    assert open_reader(written(CATALOGUE + ROW), mapping=mapping_text(mapping)).source == "mon-organisme"
