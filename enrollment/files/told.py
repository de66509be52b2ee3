"""What each is told of what the others said: a history is read by all whose file it is, and not all of it is theirs.

An organisation does not know what rights or contributions a learner has (price less cash would tell it), a funder
neither who he is nor what befell him. Everybody reads his own words, the operator everybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from enrollment.files.events import Event
from enrollment.files.states import Actor

_L, _O, _F = Actor.LEARNER, Actor.ORGANISATION, Actor.FUNDER

# Also members of the file, which all of them read.
_FACTS = ("terms_version", "on", "until", "starts_on", "ends_on", "price_cents", "hours", "done", "planned", "cause")
READERS: dict[str, tuple[Actor, ...]] = {
    **dict.fromkeys((*_FACTS, "bill_number"), (_L, _O, _F)),
    "proof": (_L,),
    "force_majeure": (_L,),
    "reference": (_O,),
    "undue_cents": (_O,),
    "cash_cents": (),
    "card_cents": (),
}
# A reason is written to somebody. What a learner could not come for is his own affair and the operator's.
_REASONS: dict[Event, tuple[Actor, ...]] = {
    Event.REFUSE: (_L,),
    Event.DECLINE: (_O,),
    Event.TURN_DOWN: (_L,),
    Event.CANCEL: (_L, _O),
    Event.EXCUSE: (_L,),
    Event.WITHDRAW_FUNDING: (_L, _F),
    Event.NO_SHOW: (_L,),
    Event.BREAK: (_L,),
    Event.EXIT: (_L,),
    Event.DECLARE_SERVICE: (_L,),
    Event.DISPUTE: (_O,),
    Event.PAYMENT_REJECTED: (_O,),
    Event.CONTROL: (_O,),
    Event.END_CONTROL: (_L, _O),
}
# Why nothing can pay: these are of the offer, the others of the learner.
_OF_THE_OFFER = ("price-unknown", "nothing-to-pay", "not-eligible", "certification-expired", "assessment-hours")
NOT_TOLD = {
    "code": "not-payable",
    "text": "Le financement de ce dossier n'est pas possible ; le titulaire sait pourquoi.",
}


def told_of(said: dict[str, Any], event: Event, by: Actor, reader: Actor) -> dict[str, Any]:
    """Of what ``by`` said with the event."""
    if reader in (by, Actor.OPERATOR):
        return said
    return {name: value for name, value in said.items() if reader in _readers(name, event)}


def refusals_told(refusals: Iterable[dict[str, str]], reader: Actor) -> list[dict[str, str]]:
    """Why a file cannot be paid; never empty."""
    if reader in (Actor.LEARNER, Actor.OPERATOR):
        return list(refusals)
    return [each for each in refusals if each["code"] in _OF_THE_OFFER] or [NOT_TOLD]


def _readers(name: str, event: Event) -> tuple[Actor, ...]:
    return _REASONS.get(event, ()) if name == "reason" else READERS.get(name, ())
