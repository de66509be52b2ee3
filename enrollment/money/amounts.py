"""Every figure of financing, with its day and its source (domain 5 and 6). Other readings stand beside the default.

Which day counts is said at each figure: that of the request, or that of the plan, which is the learner's confirmation.
What happens later is settled by the rules of the confirmation too: it is the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from enrollment.dated import Dated, Value
from enrollment.money.kinds import ActionKind, FunderKind, PotKind, Status

OPENING = date(2019, 11, 21)  # of Mon Compte Formation
_CAPPED = date(2026, 2, 26)
_CAPS = "[S] finance law 2026 art. 203, decree 2026-127 of 24 Feb 2026, art. D. 6323-1 A"

PARTICIPATION = Dated(
    "participation",
    "cents",  # day of the request (case n)
    (
        Value(OPENING, 0, "[I] none before decree 2024-394"),
        Value(date(2024, 5, 2), 100_00, "[S] decree 2024-394 (agipi, unis)"),
        Value(date(2025, 1, 1), 102_23, "[S] order of 26 Dec 2024 (valoxy, voltaire)"),
        Value(date(2026, 1, 1), 103_20, "[S] order of 30 Dec 2025 (voltaire)"),
        Value(date(2026, 4, 2), 150_00, "[S2] decree 2026-234 of 30 Mar 2026, secondary copies only"),
    ),
)
# inside: the least that the learner pays in cash; added: paid on top of what rights and funders leave
PARTICIPATION_PLACE = Dated(
    "participation-place",
    "choice",
    (Value(OPENING, "inside", "[S] ecs-langues; [S2] for the assessment of 1,800 (domain 5.2, 17.8)"),),
    alternatives=("added",),
)
EXEMPT_STATUSES = Dated(
    "exempt-statuses",
    "statuses",
    (Value(OPENING, frozenset({Status.JOBSEEKER}), "[S] voltaire, proformation, agipi"),),
    alternatives=(frozenset({Status.JOBSEEKER, Status.RSA, Status.DISABLED}),),  # claimed by certi-cpf only
)
EXEMPTING_FUNDERS = Dated(
    "exempting-funders",
    "funders",
    (
        Value(
            OPENING,
            frozenset({FunderKind.EMPLOYER, FunderKind.OPCO, FunderKind.PROFESSION}),
            "[S] employer, also under a company, group, branch or OPCO agreement; OPCO (voltaire, proformation)",
        ),
    ),
)
EXEMPTING_POTS = Dated(
    "exempting-pots",
    "pots",
    (
        Value(
            OPENING, frozenset({PotKind.C2P, PotKind.ACCIDENT}), "[S] C2P points, work-accident supplement, when used"
        ),
    ),
)
EXEMPTING_LEAST = Dated("exempting-least", "cents", (Value(OPENING, 1_00, "[S] any contribution of at least 1 euro"),))

CAPS: dict[ActionKind, Dated[int | None]] = {  # cents of rights, None = no cap; day of the request
    ActionKind.RS: Dated(
        "cap-rs", "cents", (Value(OPENING, None, "[I] none before"), Value(_CAPPED, 1_500_00, f"{_CAPS}; not CléA"))
    ),
    ActionKind.ASSESSMENT: Dated(
        "cap-assessment", "cents", (Value(OPENING, None, "[I] none before"), Value(_CAPPED, 1_600_00, _CAPS))
    ),
    ActionKind.LIGHT_LICENCE: Dated(
        "cap-light-licence", "cents", (Value(OPENING, None, "[I] none before"), Value(_CAPPED, 900_00, _CAPS))
    ),
}
LICENCE_COFUNDING = Dated(
    "licence-cofunding",
    "cents",  # from a third party, where the learner is no jobseeker
    (Value(OPENING, 0, "[I] none before"), Value(_CAPPED, 100_00, "[S] aslearning, press-gpt: at least 100 euros")),
)
ASSESSMENT_LEAST_HOURS = Dated(
    "assessment-least-hours",
    "hours of support",
    (Value(OPENING, 0, "[I] none before"), Value(_CAPPED, 13, "[S] cpformation")),
)
ASSESSMENT_MOST_HOURS = Dated(
    "assessment-most-hours", "hours of support", (Value(OPENING, 24, "[S] cpformation: 24 h at most"),)
)
ASSESSMENT_YEARS = Dated(
    "assessment-years",
    "years without another funded one",
    (Value(OPENING, 0, "[I] none before"), Value(_CAPPED, 5, "[S] cpformation, blohorn (draft stage)")),
    alternatives=(0,),
)

ORDER_OF_USE = Dated(
    "order-of-use",
    "pots",  # day of the plan; pots of one group: the one that expires first comes first
    (
        Value(
            OPENING,
            ((PotKind.ANNUAL,), (PotKind.RESERVED,), (PotKind.COMPLEMENTARY, PotKind.C2P, PotKind.ACCIDENT)),
            "[S] before 2025: personal rights first (utpf-mobilites)",
        ),
        Value(
            date(2025, 1, 1),
            ((PotKind.RESERVED,), (PotKind.ANNUAL,), (PotKind.COMPLEMENTARY, PotKind.C2P, PotKind.ACCIDENT)),
            "[S] decrees 2025-341 and 2025-1156 (utpf-mobilites); the exact day was not read",
        ),
    ),
)
GIVES_WAY = Dated(
    "first-to-pay",
    "choice",  # rights or the contributions of funders
    (Value(OPENING, "rights", "[I] domain 6, case o"),),
    alternatives=("contributions",),
)
FRANCE_TRAVAIL_CAP = Dated(
    "france-travail-cap",
    "cents",
    (Value(OPENING, 6_000_00, "[S] cap-metiers, rules of 2020-22; not priority publics"),),
)

LATE_INDEMNITY_PERCENT = Dated(
    "late-indemnity",
    "percent of the order",
    (Value(OPENING, 5, "[S] EDOF billing guides 2020 and 2022, cpf-info"),),
    alternatives=(100,),  # one page of 2023 speaks of the whole
)


@dataclass(frozen=True, slots=True)
class Buckets:
    """What the organisation is paid, in percent of the order, when the learner gave up."""

    low: int  # below this rate: ``low`` percent
    high: int  # from this rate: the whole
    high_included: bool = True

    def paid_percent(self, rate: int) -> int:
        if rate > self.high or (rate == self.high and self.high_included):
            return 100
        return max(rate, self.low)

    def __str__(self) -> str:
        return f"{self.low}, {'≥' if self.high_included else '>'} {self.high}"


GIVEN_UP = Dated(
    "given-up",
    "rates",
    (Value(OPENING, Buckets(25, 80), "[S] cpf-info, zdacademy; which side the bound of 80 is on was not verified"),),
    alternatives=(Buckets(25, 80, high_included=False),),
)
INTERRUPTED = Dated(
    "interrupted",
    "choice",  # what an interruption without another date pays: nothing, or what was done
    (Value(OPENING, "nothing", "[S2] cfecgc, rules of the Covid time"),),
    alternatives=("done",),
)
FORFEITED_VOLUNTARY = Dated(
    "forfeited-voluntary",
    "choice",  # where voluntary money goes that neither the organisation nor the learner gets
    (Value(OPENING, "fund", "[C] domain 6: the fund of voluntary payments, or back to its funder"),),
    alternatives=("funder",),
)
LATE_CARD = Dated(
    "late-card",
    "choice",  # what becomes of the cash after a late cancellation
    (Value(OPENING, "credit-note", "[S] EDOF billing guides: a credit note usable later"),),
    alternatives=("lost",),
)
GIVEN_UP_CARD = Dated(
    "given-up-card",
    "choice",
    (Value(OPENING, "lost", "[S2] domain 6: the card part is lost"),),
    alternatives=("credit-note",),
)
DEPOSIT_PERCENT = Dated(
    "deposit",
    "percent of the order",  # paid at entry
    (Value(OPENING, 0, "[M] not verified: 25 % for trainings above three months; off"),),
    alternatives=(25,),
)
DEPOSIT_LEAST_DAYS = Dated(
    "deposit-least-days", "days of training", (Value(OPENING, 90, "[S] nosdeputes: above three months"),)
)
OPENS_AT = Dated("opens-at", "years", (Value(OPENING, 16, "[S] proformation"),))
OPENS_AT_APPRENTICE = Dated("opens-at-apprentice", "years", (Value(OPENING, 15, "[S] proformation"),))
CLOSES_AT = Dated("closes-at", "years", (Value(OPENING, 67, "[S] proformation"),))

# --- what feeds accounts; the year that is declared counts, at its last day

FEEDING = Dated(
    "feeding", "cents a year", (Value(date(2019, 1, 1), 500_00, "[S] at half time or more (fr.adp.com, unsa-adecco)"),)
)
FEEDING_RAISED = Dated(
    "feeding-raised",
    "cents a year",
    (Value(date(2019, 1, 1), 800_00, "[S] below CAP/BEP, ESAT; OETH by decree 2019-566 (unsa-adecco, gref-bretagne)"),),
)
FEEDING_CAP = Dated(
    "feeding-cap", "cents", (Value(date(2019, 1, 1), 5_000_00, "[S] endowments may exceed it (cap-metiers)"),)
)
FEEDING_CAP_RAISED = Dated("feeding-cap-raised", "cents", (Value(date(2019, 1, 1), 8_000_00, "[S] unsa-adecco"),))
HALF_TIME_PERCENT = Dated(
    "half-time", "percent of full time", (Value(date(2019, 1, 1), 50, "[S] from here the whole year's amount"),)
)
BELOW_HALF_TIME = Dated(
    "below-half-time",
    "choice",  # what the proportion is taken of
    (Value(date(2019, 1, 1), "of-full-time", "[M] in proportion of the time worked (R. 6323-1)"),),
    alternatives=("of-half-time",),
)
HOUR_CENTS = Dated("hour", "cents an hour", (Value(date(2019, 1, 1), 15_00, "[S] 15 euros, DIF too (unsa-adecco)"),))
ACCIDENT_SUPPLEMENT = Dated(
    "accident-supplement",
    "cents",
    (Value(date(2019, 1, 1), 7_500_00, "[S] disability of 10 % or more (services-administratifs, voltaire)"),),
)
LEAST_ENDOWMENT = Dated("least-endowment", "cents", (Value(OPENING, 1_00, "[S] 1 euro (of.mcf, juriblio)"),))
