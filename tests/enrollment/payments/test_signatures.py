"""What we sign, Stripe's own library takes, and the other way round; the clock is ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import stripe

from enrollment.payments.signatures import TOLERANCE, BadSignature, check, sign

BODY, SECRET, OTHER = '{"é": 1}'.encode(), "whsec_one", "whsec_two"
AT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_stripe_s_library_takes_what_we_sign() -> None:
    now = datetime.now(UTC)
    assert stripe.WebhookSignature.verify_header(BODY.decode(), sign(BODY, SECRET, now), SECRET, tolerance=300)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(BODY.decode(), sign(BODY, OTHER, now), SECRET, tolerance=300)


def test_one_of_several_secrets_and_of_several_signatures_is_enough() -> None:
    header = sign(BODY, SECRET, AT)
    check(header, BODY, (OTHER, SECRET), AT)
    seconds, mine = header.split(",")
    check(f"{seconds},v0=abc,v1={'0' * 64},{mine}", BODY, (SECRET,), AT)


def test_the_tolerance_holds_on_both_sides() -> None:
    check(sign(BODY, SECRET, AT - TOLERANCE), BODY, (SECRET,), AT)
    check(sign(BODY, SECRET, AT + TOLERANCE), BODY, (SECRET,), AT)
    with pytest.raises(BadSignature):
        check(sign(BODY, SECRET, AT - TOLERANCE), BODY, (SECRET,), AT.replace(second=1))


def test_no_secret_takes_nothing() -> None:
    with pytest.raises(BadSignature):
        check(sign(BODY, "", AT), BODY, (), AT)
