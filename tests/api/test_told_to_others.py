"""What the parties of a file said is read by those to whom it was said."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from api.said import MEMBERS
from enrollment.files.events import Event
from enrollment.files.file import Said
from enrollment.files.notices import deliver_next
from enrollment.files.states import Actor
from enrollment.files.told import READERS, told_of
from tests.api.counter import ASKED, Counter
from tests.enrollment.files.office import START, TERMS


def said(counter: Counter, whose: str, file: str) -> dict[str, Any]:
    history = counter.get(whose, f"/{file}/history").json()["history"]
    return {each["event"]["value"]: each["said"] for each in history}


def test_an_organisation_cannot_reckon_a_learner_s_rights_from_what_he_said(counter: Counter) -> None:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    counter.paid(file)
    confirmed = {"terms_version": TERMS, "card_cents": 50_000}
    assert said(counter, "organisation", file)["confirm"] == {"terms_version": TERMS}
    assert said(counter, "learner", file)["confirm"] == confirmed
    assert said(counter, "operator", file)["confirm"] == confirmed


def test_what_befell_a_learner_is_told_neither_to_the_organisation_nor_to_the_funder(counter: Counter) -> None:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    counter.act("learner", file, "ask_funder", terms_version=TERMS)
    counter.act("funder", file, "grant")
    excused = {"reason": "accident de la route", "proof": "certificat", "force_majeure": True}
    counter.act("operator", file, "excuse", **excused)
    assert said(counter, "learner", file)["excuse"] == excused
    for whose in ("organisation", "funder"):
        assert said(counter, whose, file)["excuse"] == {}
    sent: list[EmailMessage] = []
    while deliver_next(counter.office.database, sent.append, "parcours@exemple.test", counter.services.wall, "essais"):
        pass
    letters = {str(each["To"]): each.get_content() for each in sent if "annulée" in str(each["Subject"])}
    assert "accident" in letters.pop("camille@exemple.test")
    (to_organisation,) = letters.values()
    assert "accident" not in to_organisation


def test_a_funder_is_told_when_a_training_was_interrupted_and_not_why(counter: Counter) -> None:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    counter.act("learner", file, "ask_funder", terms_version=TERMS)
    counter.act("funder", file, "grant")
    counter.office.at(START)
    counter.act("organisation", file, "enter", on=START.isoformat())
    days = {"on": START.isoformat(), "until": "2027-01-22"}
    counter.act("organisation", file, "break", **days, reason="hospitalisation")
    assert said(counter, "funder", file)["break"] == days
    assert said(counter, "learner", file)["break"] == {**days, "reason": "hospitalisation"}
    told = {whose: counter.get(whose, f"/{file}").json()["breaks"] for whose in ("funder", "organisation")}
    between = {"from": days["on"], "to": days["until"]}
    assert told == {"funder": [between], "organisation": [{**between, "reason": "hospitalisation"}]}


def test_an_organisation_is_not_told_why_a_learner_cannot_pay(counter: Counter) -> None:
    file = counter.asked(birth_on="1959-11-26")
    counter.office.at(date(2026, 11, 26))  # he is 67
    refused = counter.post("organisation", f"/{file}/events/propose")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-payable")
    assert [each["code"] for each in refused.json()["refusals"]] == ["not-payable"]
    assert "67" not in refused.text
    own = counter.post("learner", "", {**ASKED, "birth_on": "1959-11-26"})
    assert own.json()["refusals"] == [{"code": "account-closed", "text": "Le compte est fermé à 67 ans."}]


@pytest.mark.parametrize("event", MEMBERS)
def test_everybody_reads_his_own_words_and_the_operator_all(event: Event) -> None:
    words = dict.fromkeys(MEMBERS[event], "dit")
    for actor in Actor:
        assert told_of(words, event, actor, actor) == words
        assert told_of(words, event, actor, Actor.OPERATOR) == words


def test_a_reason_that_somebody_asks_for_reaches_somebody() -> None:
    for event, members in MEMBERS.items():
        if "reason" in members:
            readers = [
                reader
                for reader in (Actor.LEARNER, Actor.ORGANISATION, Actor.FUNDER)
                if told_of({"reason": "dit"}, event, Actor.TIMER, reader)
            ]
            assert readers, event


def test_every_word_has_its_readers() -> None:
    assert {each.name for each in fields(Said)} == {"reason", *READERS}
