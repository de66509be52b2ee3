"""What a file costs, who pays it, and where each cent is: plans, the ledger, settlement.

In: a buyer, a price, pots of rights, agreements of funders, events of a file. Out: a plan explained line by line and
balanced entries of an append-only ledger. Amounts are integer cents. What decides is a function of values (``plan``,
``settlement``, ``entries``); ``ledger`` and the door below touch the tables, in the caller's transaction.
"""

from enrollment.money.contracts import NothingHeld, held_for, vat_of
from enrollment.money.door import forfeit, hold, plan_for, release, settle
from enrollment.money.feeding import learner_number
from enrollment.money.keeping import AlreadyBilled, DocumentKind, bill, documents_of, keep_closing, keep_confirmation
from enrollment.money.kinds import ActionKind, Cause, FunderKind, PotKind, Status, action_kind
from enrollment.money.ledger import AlreadyPosted, NotEnough
from enrollment.money.parties import Agreed, Buyer, Priced
from enrollment.money.paying import (
    NothingDue,
    claim_undue,
    deposit,
    give_back_late_card,
    pay,
    recover,
    refund,
    refunds_due,
    reject,
)
from enrollment.money.plan import Plan, PlanLine, Source
from enrollment.money.vat import VatPart, part_of

__all__ = [
    "ActionKind",
    "Agreed",
    "AlreadyBilled",
    "AlreadyPosted",
    "Buyer",
    "Cause",
    "DocumentKind",
    "FunderKind",
    "NotEnough",
    "NothingDue",
    "NothingHeld",
    "Plan",
    "PlanLine",
    "PotKind",
    "Priced",
    "Source",
    "Status",
    "VatPart",
    "action_kind",
    "bill",
    "claim_undue",
    "deposit",
    "documents_of",
    "forfeit",
    "give_back_late_card",
    "held_for",
    "hold",
    "keep_closing",
    "keep_confirmation",
    "learner_number",
    "part_of",
    "pay",
    "plan_for",
    "recover",
    "refund",
    "refunds_due",
    "reject",
    "release",
    "settle",
    "vat_of",
]
