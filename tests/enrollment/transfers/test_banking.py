"""What a bank account is, and what is none."""

from __future__ import annotations

import pytest
from schwifty import IBAN

from enrollment.transfers.banking import NoBankAccount, checked


@pytest.mark.parametrize(
    ("iban", "bic", "kept"),
    [
        ("FR14 2004 1010 0505 0001 3M02 606", "", ("FR1420041010050500013M02606", "PSSTFRPP")),
        ("fr1420041010050500013m02606", "PSSTFRPPXXX", ("FR1420041010050500013M02606", "PSSTFRPPXXX")),
        ("DE89 3704 0044 0532 0130 00", "", ("DE89370400440532013000", "COBADEFFXXX")),
    ],
)
def test_an_account_is_kept_without_its_spaces_and_with_its_bank(iban: str, bic: str, kept: tuple[str, str]) -> None:
    made = checked(iban, bic)
    assert (made.iban, made.bic) == kept


@pytest.mark.parametrize(
    ("iban", "bic"),
    [
        ("", ""),
        ("compte", ""),
        ("FR1420041010050500013M02607", ""),  # one digit is wrong
        ("FR142004101005050001", ""),  # cut
        ("FR7630006000011234567890188", ""),
        ("XX1420041010050500013M02606", ""),
        ("BR1800360305000010009795493C1", ""),  # a true IBAN, of a country that SEPA does not reach
        ("FR1420041010050500013M02606", "PSSTF1PP"),
        ("FR1420041010050500013M02606", "AGRIFRP"),
        ("FR1420041010050500013M02606" * 3, ""),
        ("é" * 27, ""),
    ],
)
def test_what_is_no_account_is_refused_with_a_clear_422(iban: str, bic: str) -> None:
    with pytest.raises(NoBankAccount) as refused:
        checked(iban, bic)
    assert refused.value.status == 422
    assert refused.value.detail


def test_a_french_account_whose_inner_key_is_wrong_is_refused() -> None:
    wrong = IBAN.from_bban("FR", "20041010050500013M02607", allow_invalid=True)
    with pytest.raises(NoBankAccount):
        checked(str(wrong))
