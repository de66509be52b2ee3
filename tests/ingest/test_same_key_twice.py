"""The same key twice (domain 14.1): equal copies dropped, differing rows merged by the mapping or the last one kept."""

from __future__ import annotations

from ingest.check.rows import Copies, drop_repeated, join_rows, last_of
from ingest.draft import Draft
from ingest.findings import Finding
from ingest.readers import MergeRule
from tests.ingest.drafts import draft, offer, training

RULE = MergeRule(unite=("session",), any_true=("published",))


def row(numero: str = "A1", months: tuple[str, ...] = ("2027-09",), **values: str) -> Draft:
    sessions = [draft("session", numero=month, year_month=month) for month in months]
    return training(offer(*sessions, numero=numero, **values))


def joined(*rows: Draft) -> tuple[list[Draft], list[str], Copies]:
    findings: list[Finding] = []
    copies = Copies()
    made = join_rows(list(rows), RULE, findings, copies)
    return list(made.of("offer")), [finding.code for finding in findings], copies


def test_rows_of_one_training_bring_their_offers_together() -> None:
    offers, codes, _ = joined(row("A1"), row("A2"), row("A3"))
    assert [one.text("numero") for one in offers] == ["A1", "A2", "A3"]
    assert codes == []


def test_an_equal_row_is_dropped() -> None:
    offers, codes, copies = joined(row(), row())
    assert (len(offers), codes, copies.dropped) == (1, ["copy-dropped"], 1)


def test_months_are_united_and_published_is_true_if_any_row_says_so() -> None:
    offers, codes, copies = joined(
        row(months=("2027-09",), published="False"), row(months=("2027-09", "2027-10"), published="True")
    )
    assert [session.text("numero") for session in offers[0].of("session")] == ["2027-09", "2027-10"]
    assert offers[0].text("published") == "True"
    assert (codes, copies.merged) == (["rows-merged"], 1)


def test_another_difference_keeps_the_last_row() -> None:
    offers, codes, _ = joined(row(hours="10"), row(hours="20"))
    assert [one.text("hours") for one in offers] == ["20"]
    assert codes == ["last-one-kept"]


def test_rows_that_disagree_about_their_training_are_told() -> None:
    other = row("A2")
    other.values["title"][0].text = "Menuiserie"
    _, codes, _ = joined(row("A1"), other)
    assert codes == ["rows-disagree"]


def test_of_whole_trainings_the_last_counts() -> None:
    findings: list[Finding] = []
    first, last = training(title="Avant"), training(title="Après")
    assert last_of([first, last], findings, Copies()) is last
    assert [finding.code for finding in findings] == ["last-one-kept"]


def test_offers_and_sessions_of_one_number_are_one() -> None:
    findings: list[Finding] = []
    sessions = [draft("session", numero="S1", start=day) for day in ("20270101", "20270101", "20270201")]
    made = training(offer(*sessions), offer(numero="A2", hours="10"), offer(numero="A2", hours="20"))
    copies = Copies()
    drop_repeated(made, findings, copies)
    offers = list(made.of("offer"))
    assert [one.text("hours") for one in offers] == ["", "20"]
    assert [session.text("start") for session in offers[0].of("session")] == ["20270201"]
    assert [finding.code for finding in findings] == ["last-one-kept", "copy-dropped", "last-one-kept"]
    assert copies.dropped == 1
