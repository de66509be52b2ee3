"""Documents of a file, to programs and to people: the same amounts, to those whose they are."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from lxml import html

from enrollment.money import DocumentKind
from enrollment.money.told import euros
from tests.api.counter import Counter
from tests.enrollment.files.office import START

HTML = "text/html,application/xhtml+xml"


def page_of(counter: Counter, whose: str, file: str, kind: str) -> tuple[httpx.Response, str]:
    answer = counter.call(whose, "GET", f"/enrollments/{file}/documents/{kind}", accept=HTML)
    said = " ".join(html.fromstring(answer.text).text_content().split()) if answer.status_code == 200 else ""
    return answer, said.replace("\u202f", " ").replace("\u00a0", " ")


def amount(cents: int) -> str:
    return euros(cents).replace("\u202f", " ").replace("\u00a0", " ")


def json_of(counter: Counter, whose: str, file: str, kind: str) -> Any:
    answer = counter.call(whose, "GET", f"/enrollments/{file}/documents/{kind}", accept="application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()


CASES = {
    ("learner", "quote"): (150_000, 100_000, 50_000),
    ("learner", "confirmation"): (150_000, 100_000, 50_000),
    ("learner", "participation"): (50_000,),
    ("learner", "recap"): (150_000, 100_000, 50_000),
    ("organisation", "quote"): (150_000,),
    ("organisation", "invoice"): (150_000,),
}


@pytest.fixture
def filed(counter: Counter) -> str:
    return counter.billed()


def test_each_document_is_a_page_with_the_amounts_of_its_json(counter: Counter, filed: str) -> None:
    for (whose, kind), amounts in CASES.items():
        answer, said = page_of(counter, whose, filed, kind)
        assert answer.status_code == 200, (whose, kind)
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        told = json_of(counter, whose, filed, kind)
        assert told["kind"] == kind
        label = DocumentKind.of(kind).label
        assert html.fromstring(answer.text).xpath("string(//h1)") == label[0].upper() + label[1:]
        for cents in amounts:
            assert amount(cents) in said, (whose, kind, cents)


def test_an_organisation_reads_no_rights_on_any_document(counter: Counter, filed: str) -> None:
    for kind in DocumentKind:
        answer, said = page_of(counter, "organisation", filed, kind.value)
        if kind in (DocumentKind.QUOTE, DocumentKind.INVOICE):
            assert amount(100_000) not in said
        else:
            assert answer.status_code == 404
    assert "plan" not in json_of(counter, "organisation", filed, "quote")


def test_a_late_cancellation_leaves_a_credit_note(counter: Counter) -> None:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    counter.paid(file)
    counter.office.at(START)
    counter.act("learner", file, "cancel")
    assert json_of(counter, "learner", file, "credit_note")["cents"] == 50_000
    _, said = page_of(counter, "learner", file, "credit_note")
    assert amount(50_000) in said
    _, recap = page_of(counter, "learner", file, "recap")
    assert "Perdu" in recap
    assert counter.call("learner", "GET", "/accounts/me").json()["credit_note_cents"] == 50_000


def test_a_funder_s_statement_is_a_page_for_the_operator(counter: Counter) -> None:
    sheet = b"reference;financeur;type;du;montant_max\nR1;region-84;region;2026-01-01;200\n"
    assert counter.call("operator", "POST", "/accounts/feeding", sheet).json()["taken"] == 1
    file = counter.billed()
    answer, said = page_of(counter, "operator", file, "funder?reference=region-84")
    assert answer.status_code == 200
    assert amount(20_000) in said
    assert page_of(counter, "operator", file, "funder?reference=autre")[0].status_code == 404


def test_a_document_that_is_none_or_is_not_there_yet_is_not_found(counter: Counter) -> None:
    file = counter.asked()
    for kind in ("recap", "invoice", "rien"):
        assert counter.call("learner", "GET", f"/enrollments/{file}/documents/{kind}").status_code == 404
    assert json_of(counter, "learner", file, "quote")["proposed"] is False


def test_what_a_learner_says_of_himself_is_shown_as_text(counter: Counter) -> None:
    file = counter.asked(name="<b>Camille</b>")
    answer, said = page_of(counter, "learner", file, "quote")
    assert "<b>Camille" not in answer.text
    assert "<b>Camille</b>" in said


def test_a_kind_that_does_not_exist_is_told_from_a_document_still_to_come(counter: Counter) -> None:
    file = counter.asked()
    address = f"/enrollments/{file}/documents"
    unknown, early = (counter.call("learner", "GET", f"{address}/{kind}") for kind in ("facture", "recap"))
    assert (unknown.status_code, early.status_code) == (404, 404)
    assert unknown.json()["kinds"] == list(DocumentKind)
    assert "kinds" not in early.json()
    assert "encore" in early.json()["detail"]
