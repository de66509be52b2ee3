"""Where a payment stands. What the provider tells only ever moves it forward, so the order of its events is of no
matter: the same events come to the same end."""

from __future__ import annotations

from catalog.codes.facets import Labelled
from enrollment.payments.port import Progress


class State(Labelled):
    """In this order."""

    WANTED = "wanted", "page de paiement demandée"
    OPEN = "open", "page de paiement ouverte"
    DECLINED = "declined", "carte refusée, un autre essai est possible"
    EXPIRED = "expired", "abandonné"
    TAKEN = "taken", "reçu, la commande est confirmée"
    RETURNED = "returned", "reçu trop tard, rendu"

    @property
    def received(self) -> bool:
        return self in (State.TAKEN, State.RETURNED)


class RefundState(Labelled):
    WANTED = "wanted", "à demander"
    ASKED = "asked", "demandé au prestataire"
    DONE = "done", "rendu"
    FAILED = "failed", "refusé, à suivre par le gestionnaire"
    GIVEN_UP = "given_up", "refusé, demandé de nouveau"
    REPAID = "repaid", "rendu par virement"


_ORDER = tuple(State)
_SAID = {Progress.OPEN: State.OPEN, Progress.DECLINED: State.DECLINED, Progress.EXPIRED: State.EXPIRED}


def arrives(state: State, progress: Progress) -> bool:
    """The money has come, and nothing was made of it yet."""
    return progress is Progress.DONE and not state.received


def after(state: State, progress: Progress) -> State:
    """Of what is not the arrival of the money."""
    return max(state, _SAID.get(progress, state), key=_ORDER.index)


def refund_after(state: RefundState, progress: Progress) -> RefundState:
    """Done once is done; a failure told late changes nothing of it, and nothing what a person made of a failure."""
    if state in (RefundState.GIVEN_UP, RefundState.REPAID):
        return state
    if state is RefundState.DONE or progress is Progress.DONE:
        return RefundState.DONE
    if progress in (Progress.DECLINED, Progress.EXPIRED) or state is RefundState.FAILED:
        return RefundState.FAILED
    return RefundState.ASKED
