"""Is it a bank account that a SEPA transfer reaches? Pure; the library knows each country's form and keys."""

from __future__ import annotations

from dataclasses import dataclass

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from base.errors import ParcoursError

_MOST = 60  # characters as typed, spaces included


class NoBankAccount(ParcoursError):
    status = 422
    code = "no-bank-account"
    title = "Coordonnées bancaires refusées"


@dataclass(frozen=True, slots=True)
class Coordinates:
    iban: str  # without spaces
    bic: str  # "" where the bank's is not known: the IBAN is enough for a SEPA transfer

    @property
    def masked(self) -> str:
        """To show: enough to know it again, not enough to use it."""
        return f"{self.iban[:4]} … {self.iban[-4:]}"


def checked(iban: str, bic: str = "") -> Coordinates:
    """``NoBankAccount`` says what is wrong. Without a BIC it is the one of the IBAN's bank, where that is known."""
    if len(iban) > _MOST or len(bic) > _MOST:
        raise NoBankAccount("Cet IBAN est trop long.")
    try:
        account = IBAN(iban, validate_bban=True)
    except SchwiftyException as error:
        raise NoBankAccount("Cet IBAN est faux : sa longueur, son pays ou l'une de ses clés ne va pas.") from error
    if not account.in_sepa_zone:
        raise NoBankAccount(f"Les comptes de ce pays ({account.country_code}) ne reçoivent pas de virement SEPA.")
    if not bic.strip():
        return Coordinates(str(account), "" if account.bic is None else str(account.bic))
    try:
        bank = BIC(bic)
    except SchwiftyException as error:
        raise NoBankAccount("Ce BIC est faux : il a 8 ou 11 caractères, dont le pays de la banque.") from error
    # Not compared with the IBAN's: banks merge, and overseas accounts have French IBANs under BICs of their own.
    return Coordinates(str(account), str(bank))
