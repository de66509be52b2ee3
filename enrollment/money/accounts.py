"""Where money is: one account for each pot, file and party, named by what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from base.ids import key_id
from catalog.codes.facets import Labelled
from enrollment.money.kinds import POT_NATURES, FunderKind, Nature, PotKind


class Side(Labelled):
    IN = "in", "entré"  # what came from outside: below zero by as much
    HELD = "held", "détenu"
    OUT = "out", "sorti"


class AccountKind(Labelled):
    CONTRIBUTIONS = "contributions", "contribution des employeurs à la formation"
    ENDOWER = "endower", "dotations reçues d'un financeur"
    FUNDER = "funder", "engagements d'un financeur sur des dossiers"
    BANK = "bank", "paiements par carte"
    RIGHTS = "rights", "droits d'un titulaire"
    HELD = "held", "droits retenus pour un dossier"
    PLEDGED = "pledged", "abondement réservé pour un dossier"
    CARD = "card", "paiement par carte retenu pour un dossier"
    CREDIT_NOTE = "credit_note", "avoir d'un titulaire"
    PAYABLE = "payable", "à payer à l'organisme"
    FUND = "fund", "fonds"
    REFUND_DUE = "refund_due", "à rembourser"
    RECOVERY = "recovery", "à récupérer auprès de l'organisme"
    PAID = "paid", "payé à l'organisme"
    REFUNDED = "refunded", "remboursé"


_IN = {AccountKind.CONTRIBUTIONS, AccountKind.ENDOWER, AccountKind.FUNDER, AccountKind.BANK}
_OUT = {AccountKind.PAID, AccountKind.REFUNDED}
# One row for everybody: locking it would make all writers wait for each other, and it only ever receives.
_SHARED = _IN | {AccountKind.FUND, AccountKind.REFUNDED}


def side_of(kind: AccountKind) -> Side:
    return Side.IN if kind in _IN else Side.OUT if kind in _OUT else Side.HELD


@dataclass(frozen=True, slots=True)
class Account:
    kind: AccountKind
    nature: Nature
    learner_id: int | None = None
    file_id: int | None = None
    siret: str = ""  # of the organisation
    funder: str = ""  # SIRET, or the name that its agreement gives
    funder_kind: FunderKind | None = None
    pot: PotKind | None = None
    certification: str = ""  # rights reserved to it
    expires_on: date | None = None  # last day of use
    origin_id: int | None = None  # rights or credit note that were taken from

    @property
    def text(self) -> str:
        parts = (
            *(self.kind, self.nature, self.learner_id, self.file_id, self.siret, self.funder, self.funder_kind),
            *(self.pot, self.certification, self.expires_on, self.origin_id),
        )
        return "|".join("" if part is None else str(part) for part in parts)

    @property
    def id(self) -> int:
        return key_id("account", self.text)

    @property
    def guarded(self) -> bool:
        """The database itself refuses that it goes below zero."""
        return self.kind not in _SHARED


CONTRIBUTIONS = Account(AccountKind.CONTRIBUTIONS, Nature.MUTUALISED)
BANK = Account(AccountKind.BANK, Nature.LEARNER)


def rights(
    learner_id: int,
    pot: PotKind,
    *,
    funder: str = "",
    funder_kind: FunderKind | None = None,
    certification: str = "",
    expires_on: date | None = None,
) -> Account:
    return Account(
        AccountKind.RIGHTS,
        POT_NATURES[pot],
        learner_id=learner_id,
        funder=funder,
        funder_kind=funder_kind,
        pot=pot,
        certification=certification,
        expires_on=expires_on,
    )


def held(file_id: int, origin: Account) -> Account:
    """Rights or a credit note kept for a file; it goes back where it came from."""
    return Account(
        AccountKind.HELD,
        origin.nature,
        learner_id=origin.learner_id,
        file_id=file_id,
        funder=origin.funder,
        funder_kind=origin.funder_kind,
        pot=origin.pot,
        certification=origin.certification,
        expires_on=origin.expires_on,
        origin_id=origin.id,
    )


def taken_from(account: Account) -> Account:
    """The inverse of ``held``."""
    assert account.learner_id is not None
    if account.pot is None:
        return credit_note(account.learner_id)
    return rights(
        account.learner_id,
        account.pot,
        funder=account.funder,
        funder_kind=account.funder_kind,
        certification=account.certification,
        expires_on=account.expires_on,
    )


def credit_note(learner_id: int) -> Account:
    return Account(AccountKind.CREDIT_NOTE, Nature.LEARNER, learner_id=learner_id)


def card(file_id: int, learner_id: int) -> Account:
    return Account(AccountKind.CARD, Nature.LEARNER, learner_id=learner_id, file_id=file_id)


def pledged(file_id: int, funder: str, kind: FunderKind) -> Account:
    return Account(AccountKind.PLEDGED, Nature.VOLUNTARY, file_id=file_id, funder=funder, funder_kind=kind)


def funder(name: str, kind: FunderKind) -> Account:
    return Account(AccountKind.FUNDER, Nature.VOLUNTARY, funder=name, funder_kind=kind)


def endower(name: str, nature: Nature, kind: FunderKind | None = None) -> Account:
    return Account(AccountKind.ENDOWER, nature, funder=name, funder_kind=kind)


def payable(file_id: int, siret: str, nature: Nature) -> Account:
    return Account(AccountKind.PAYABLE, nature, file_id=file_id, siret=siret)


def paid(file_id: int, siret: str, nature: Nature) -> Account:
    return Account(AccountKind.PAID, nature, file_id=file_id, siret=siret)


def recovery(file_id: int, siret: str, nature: Nature) -> Account:
    return Account(AccountKind.RECOVERY, nature, file_id=file_id, siret=siret)


def fund(nature: Nature) -> Account:
    return Account(AccountKind.FUND, nature)


def refund_to_learner(file_id: int, learner_id: int) -> Account:
    return Account(AccountKind.REFUND_DUE, Nature.LEARNER, learner_id=learner_id, file_id=file_id)


def refund_to_funder(file_id: int | None, source: Account) -> Account:
    """To whoever gave a pledge or an endowed pot."""
    return Account(
        AccountKind.REFUND_DUE,
        source.nature,
        file_id=file_id,
        funder=source.funder,
        funder_kind=source.funder_kind,
    )


def refunded(due: Account) -> Account:
    return Account(
        AccountKind.REFUNDED,
        due.nature,
        learner_id=due.learner_id,
        funder=due.funder,
        funder_kind=due.funder_kind,
    )
