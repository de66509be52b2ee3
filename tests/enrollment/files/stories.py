"""For every state that can be reached here, how one gets there: steps that tests walk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from catalog.codes.facets import Answer
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.states import Actor, State
from enrollment.money import Cause
from tests.enrollment.files.office import END, LEARNER, RUN, START, TERMS, Office, offer, training

Story = Callable[[Office], File]


def acknowledged(office: Office) -> File:
    office.publish(training(offer(prerequisites=Answer.YES)))
    return office.act(office.request(), Event.ACKNOWLEDGE, Actor.ORGANISATION)


def validated(office: Office, learner: str = LEARNER) -> File:
    return office.proposed(office.request(learner))


def waiting(office: Office, learner: str = LEARNER) -> File:
    return office.act(validated(office, learner), Event.ASK_FUNDER, Actor.LEARNER, terms_version=TERMS)


def accepted(office: Office) -> File:
    return office.confirmed(validated(office))


def in_training(office: Office) -> File:
    file = accepted(office)
    return office.at(START).act(file, Event.ENTER, Actor.ORGANISATION, on=START)


def terminated(office: Office) -> File:
    file = in_training(office)
    return office.at(END).act(file, Event.EXIT, Actor.ORGANISATION, on=END)


def declared(office: Office, done: int = 140, cause: Cause | None = None) -> File:
    file = terminated(office)
    return office.act(file, Event.DECLARE_SERVICE, Actor.ORGANISATION, done=done, planned=140, cause=cause)


def done(office: Office) -> File:
    file = declared(office)
    office.at(END + timedelta(days=30)).sweep()
    return office.read(file)


def billed(office: Office) -> File:
    return office.act(done(office), Event.BILL, Actor.ORGANISATION, bill_number="F-1")


def paid(office: Office) -> File:
    return office.act(billed(office), Event.PAY, Actor.OPERATOR, reference=RUN)


def declined(office: Office) -> File:
    return office.act(validated(office), Event.DECLINE, Actor.LEARNER)


def refused(office: Office) -> File:
    return office.act(office.request(), Event.REFUSE, Actor.ORGANISATION, reason="groupe annulé")


def turned_down(office: Office) -> File:
    return office.act(waiting(office), Event.TURN_DOWN, Actor.FUNDER, reason="projet non retenu")


def withdrawn(office: Office) -> File:
    return office.act(accepted(office), Event.CANCEL, Actor.LEARNER)


def late(office: Office) -> File:
    file = accepted(office)
    return office.at(START - timedelta(days=3)).act(file, Event.CANCEL, Actor.LEARNER)


def absent(office: Office) -> File:
    file = accepted(office)
    return office.at(START).act(file, Event.NO_SHOW, Actor.ORGANISATION, reason="jamais venu")


def given_up(office: Office) -> File:
    return office.act(accepted(office), Event.CANCEL, Actor.ORGANISATION, reason="session annulée")


def unfunded(office: Office) -> File:
    return office.act(accepted(office), Event.WITHDRAW_FUNDING, Actor.OPERATOR, reason="dotation reprise")


def unanswered(office: Office) -> File:
    file = office.request()
    office.at(date(2026, 12, 10)).sweep()
    return office.read(file)


def unconfirmed(office: Office) -> File:
    file = validated(office)
    office.at(date(2026, 12, 10)).sweep()
    return office.read(file)


STORIES: dict[State, Story] = {
    State.NOT_PROCESSED: Office.request,
    State.ACKNOWLEDGED: acknowledged,
    State.VALIDATED: validated,
    State.WAITING_ACCEPTATION: waiting,
    State.ACCEPTED: accepted,
    State.IN_TRAINING: in_training,
    State.TERMINATED: terminated,
    State.SERVICE_DONE_DECLARED: declared,
    State.SERVICE_DONE_VALIDATED: done,
    State.REFUSED_BY_ATTENDEE: declined,
    State.REFUSED_BY_ORGANISM: refused,
    State.REFUSED_BY_FINANCER: turned_down,
    State.CANCELED_BY_ATTENDEE: withdrawn,
    State.CANCELED_BY_ATTENDEE_NOT_REALIZED: absent,
    State.CANCELED_BY_ORGANISM: given_up,
    State.CANCELED_BY_FINANCER: unfunded,
    State.REJECTED_WITHOUT_OF_SUITE: unanswered,
    State.REJECTED_WITHOUT_TITULAIRE_SUITE: unconfirmed,
}
