"""The one table of what may happen to a file. ``decide`` executes it, tests enumerate it, the docs draw it.

Of the rules of one event the first whose conditions hold is taken: a learner who cancels gets the best outcome he has a
right to. No tuple of billing, control, attendance or attention means any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from enrollment.files import conditions as when
from enrollment.files import deadlines as until
from enrollment.files.conditions import Condition
from enrollment.files.deadlines import Due
from enrollment.files.events import Effect, Event, Notice
from enrollment.files.states import IMPORTED_ONLY, Actor, Attendance, Attention, Billing, Control, Position, State


@dataclass(frozen=True, slots=True)
class Rule:
    event: Event
    actors: tuple[Actor, ...]
    sources: tuple[State, ...]  # () = there was no file
    to: State | None = None  # None = it stays
    conditions: tuple[Condition, ...] = ()
    effects: tuple[Effect, ...] = ()
    notices: tuple[Notice, ...] = ()
    due: Due | None = None  # of a timer: when it acts; of others: until when they may
    outcome: str = ""  # what it means, where one event has several
    fallback: bool = False  # what time does where money or seats refuse what was due
    billing: tuple[Billing, ...] = ()
    control: tuple[Control, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    attention: tuple[Attention, ...] = ()
    to_billing: Billing | None = None
    to_control: Control | None = None
    to_attendance: Attendance | None = None
    to_attention: Attention | None = None

    def meets(self, position: Position) -> bool:
        return (
            position.state in self.sources
            and (not self.billing or position.billing in self.billing)
            and (not self.control or position.control in self.control)
            and (not self.attendance or position.attendance in self.attendance)
            and (not self.attention or position.attention in self.attention)
        )


_LEARNER, _ORGANISATION, _FUNDER = (Actor.LEARNER,), (Actor.ORGANISATION,), (Actor.FUNDER,)
_OPERATOR, _TIMER = (Actor.OPERATOR,), (Actor.TIMER,)
_ASKED = (State.NOT_PROCESSED, State.ACKNOWLEDGED)
_UNDECIDED = (*_ASKED, State.VALIDATED, State.WAITING_ACCEPTATION)
_OPEN = tuple(state for state in State if not state.final)
_BILLABLE = (State.SERVICE_DONE_VALIDATED, State.CANCELED_BY_ATTENDEE, State.CANCELED_BY_ATTENDEE_NOT_REALIZED)
_FREE = (Control.NOT_IN_CONTROL, Control.RELEASED)
_UNSAID = (Attendance.NOT_DECLARED,)
_CALM, _REMINDED = (Attention.NONE,), (Attention.REMINDED,)
_ORDERED = (Effect.RECORD_ORDER, Effect.QUOTE, Effect.KEEP_SEAT, Effect.HOLD_MONEY)
_UNDONE = (Effect.FREE_SEAT, Effect.RELEASE_MONEY)
_LOST = (Effect.FREE_SEAT, Effect.FORFEIT)

_BEFORE_ORDER = (
    Rule(
        Event.REQUEST,
        _LEARNER,
        (),
        State.NOT_PROCESSED,
        (when.NOTICE_LEFT, when.PRICE_KNOWN, when.CERTIFICATION_VALID, when.FEW_REQUESTS),
        (Effect.QUOTE,),
        (Notice.REQUEST_SENT, Notice.REQUEST_RECEIVED),
    ),
    Rule(
        Event.ACKNOWLEDGE,
        _ORGANISATION,
        (State.NOT_PROCESSED,),
        State.ACKNOWLEDGED,
        (when.PREREQUISITES,),
        (),
        (Notice.ACKNOWLEDGED,),
    ),
    Rule(
        Event.PROPOSE,
        _ORGANISATION,
        _ASKED,
        State.VALIDATED,
        (when.DATES_NEAR, when.NOTICE_LEFT, when.PRICE_KNOWN, when.DATES_STATED, when.CERTIFICATION_VALID),
        (Effect.RECORD_PROPOSAL, Effect.HOLD_SEAT, Effect.QUOTE),
        (Notice.PROPOSAL,),
    ),
    Rule(
        Event.REFUSE,
        _ORGANISATION,
        _UNDECIDED,
        State.REFUSED_BY_ORGANISM,
        (when.REASON,),
        (Effect.FREE_SEAT,),
        (Notice.REFUSED,),
    ),
    Rule(
        Event.DECLINE,
        _LEARNER,
        _UNDECIDED,
        State.REFUSED_BY_ATTENDEE,
        (),
        (Effect.FREE_SEAT,),
        (Notice.DECLINED,),
    ),
    Rule(
        Event.CONFIRM,
        _LEARNER,
        (State.VALIDATED,),
        State.ACCEPTED,
        (when.TERMS_ACCEPTED, when.START_AHEAD, when.CERTIFICATION_VALID),
        (Effect.RECORD_TERMS, *_ORDERED),
        (Notice.CONFIRMED, Notice.ORDER),
        until.CONFIRMATION_DUE,
    ),
    Rule(
        Event.ASK_FUNDER,
        _LEARNER,
        (State.VALIDATED,),
        State.WAITING_ACCEPTATION,
        (when.TERMS_ACCEPTED, when.FUNDER_IN_TIME, when.CERTIFICATION_VALID),
        (Effect.RECORD_TERMS, Effect.RECORD_FUNDER, Effect.QUOTE, Effect.KEEP_SEAT),
        (Notice.EXAMINED,),
        until.CONFIRMATION_DUE,
    ),
    Rule(
        Event.GRANT,
        (Actor.FUNDER, Actor.TIMER),
        (State.WAITING_ACCEPTATION,),
        State.ACCEPTED,
        (),
        _ORDERED,
        (Notice.CONFIRMED, Notice.ORDER),
        until.EXAMINATION_DUE,
        "le silence vaut accord",
    ),
    Rule(
        Event.HAND_BACK,
        _TIMER,
        (State.WAITING_ACCEPTATION,),
        State.VALIDATED,
        (),
        (Effect.CLEAR_FUNDER, Effect.HOLD_SEAT),
        (Notice.HANDED_BACK,),
        until.EXAMINATION_DUE,
        "les droits ne suffisent plus au plan accordé",
        fallback=True,
    ),
    Rule(
        Event.TURN_DOWN,
        _FUNDER,
        (State.WAITING_ACCEPTATION,),
        State.REFUSED_BY_FINANCER,
        (when.REASON,),
        (Effect.FREE_SEAT,),
        (Notice.FUNDING_REFUSED, Notice.DECLINED),
    ),
    Rule(
        Event.REMIND,
        _TIMER,
        (State.NOT_PROCESSED,),
        None,
        (),
        (),
        (Notice.ANSWER_SOON,),
        until.ANSWER_SOON,
        attention=_CALM,
        to_attention=Attention.REMINDED,
    ),
    Rule(
        Event.REMIND,
        _TIMER,
        (State.ACKNOWLEDGED,),
        None,
        (),
        (),
        (Notice.ANSWER_SOON,),
        until.STUDY_SOON,
        attention=_CALM,
        to_attention=Attention.REMINDED,
    ),
    Rule(
        Event.REMIND,
        _TIMER,
        (State.VALIDATED,),
        None,
        (),
        (),
        (Notice.CONFIRMATION_SOON,),
        until.CONFIRMATION_SOON,
        attention=_CALM,
        to_attention=Attention.REMINDED,
    ),
    *(
        rule
        for state, due in ((State.NOT_PROCESSED, until.ANSWER_DUE), (State.ACKNOWLEDGED, until.STUDY_DUE))
        for rule in (
            Rule(
                Event.LAPSE,
                _TIMER,
                (state,),
                State.REJECTED_WITHOUT_OF_SUITE,
                (when.SILENCE_LAPSES_NOW,),
                (),
                (Notice.NO_ANSWER, Notice.NO_ANSWER_GIVEN),
                due,
            ),
            Rule(
                Event.QUEUE,
                _TIMER,
                (state,),
                None,
                (when.SILENCE_WAITS,),
                (),
                (Notice.NO_ANSWER,),
                due,
                attention=(Attention.NONE, Attention.REMINDED),
                to_attention=Attention.OVERDUE,
            ),
        )
    ),
    Rule(
        Event.LAPSE,
        _TIMER,
        (State.VALIDATED,),
        State.REJECTED_WITHOUT_TITULAIRE_SUITE,
        (),
        (Effect.FREE_SEAT,),
        (Notice.LAPSED, Notice.LAPSED_UNCONFIRMED),
        until.CONFIRMATION_DUE,
    ),
)

_BEFORE_ENTRY = (
    Rule(
        Event.CANCEL,
        _LEARNER,
        (State.ACCEPTED,),
        State.CANCELED_BY_ATTENDEE,
        (when.WITHDRAWAL_OPEN,),
        _UNDONE,
        (Notice.CANCELED, Notice.CANCELED_TO_ORGANISATION),
        outcome="rétractation, tout est rendu",
    ),
    Rule(
        Event.CANCEL,
        _LEARNER,
        (State.ACCEPTED,),
        State.CANCELED_BY_ATTENDEE,
        (when.CANCELLATION_FREE,),
        _UNDONE,
        (Notice.CANCELED, Notice.CANCELED_TO_ORGANISATION),
        outcome="annulation libre, tout est rendu",
    ),
    Rule(
        Event.CANCEL,
        _LEARNER,
        (State.ACCEPTED,),
        State.CANCELED_BY_ATTENDEE,
        (when.START_NOT_PAST,),
        _LOST,
        (Notice.LATE_CANCELED, Notice.CANCELED_TO_ORGANISATION, Notice.TO_BILL),
        outcome="annulation tardive, les droits mobilisés sont perdus",
        to_billing=Billing.TO_BILL,
    ),
    Rule(
        Event.EXCUSE,
        _OPERATOR,
        (State.ACCEPTED,),
        State.CANCELED_BY_ATTENDEE,
        (when.FORCE_MAJEURE,),
        _UNDONE,
        (Notice.CANCELED, Notice.CANCELED_TO_ORGANISATION),
        outcome="force majeure, tout est rendu",
    ),
    Rule(
        Event.CANCEL,
        _ORGANISATION,
        (State.ACCEPTED,),
        State.CANCELED_BY_ORGANISM,
        (when.START_NOT_PAST, when.REASON),
        _UNDONE,
        (Notice.CANCELED, Notice.CANCELED_TO_ORGANISATION),
        outcome="tout est rendu",
    ),
    Rule(
        Event.WITHDRAW_FUNDING,
        (Actor.FUNDER, Actor.OPERATOR),
        (State.ACCEPTED,),
        State.CANCELED_BY_FINANCER,
        (when.REASON,),
        _UNDONE,
        (Notice.CANCELED, Notice.CANCELED_TO_ORGANISATION),
        outcome="tout est rendu",
    ),
    Rule(
        Event.NO_SHOW,
        _ORGANISATION,
        (State.ACCEPTED,),
        State.CANCELED_BY_ATTENDEE_NOT_REALIZED,
        (when.START_REACHED, when.FORCE_MAJEURE),
        _UNDONE,
        (Notice.CANCELED, Notice.CANCELED_TO_ORGANISATION),
        outcome="force majeure, tout est rendu",
    ),
    Rule(
        Event.NO_SHOW,
        _ORGANISATION,
        (State.ACCEPTED,),
        State.CANCELED_BY_ATTENDEE_NOT_REALIZED,
        (when.START_REACHED, when.NO_FORCE_MAJEURE, when.REASON),
        _LOST,
        (Notice.LATE_CANCELED, Notice.TO_BILL),
        outcome="les droits mobilisés sont perdus",
        to_billing=Billing.TO_BILL,
    ),
    Rule(
        Event.ENTER,
        _ORGANISATION,
        (State.ACCEPTED,),
        State.IN_TRAINING,
        (when.START_REACHED, when.ENTRY_DATE, when.DEPOSIT_DUE),
        (Effect.RECORD_ENTRY, Effect.DEPOSIT),
        (Notice.ENTERED,),
        until.ENTRY_DUE,
        "un acompte est dû",
        to_billing=Billing.DEPOSIT_WAIT,
    ),
    Rule(
        Event.ENTER,
        _ORGANISATION,
        (State.ACCEPTED,),
        State.IN_TRAINING,
        (when.START_REACHED, when.ENTRY_DATE),
        (Effect.RECORD_ENTRY,),
        (Notice.ENTERED,),
        until.ENTRY_DUE,
    ),
    Rule(
        Event.REMIND,
        _TIMER,
        (State.ACCEPTED,),
        None,
        (),
        (),
        (Notice.ENTRY_MISSING,),
        until.ENTRY_DUE,
        attention=_CALM,
        to_attention=Attention.REMINDED,
    ),
    Rule(
        Event.QUEUE,
        _TIMER,
        (State.ACCEPTED,),
        due=until.ENTRY_QUEUED,
        attention=_REMINDED,
        to_attention=Attention.OVERDUE,
    ),
)

_IN_TRAINING = (
    Rule(
        Event.PAY_DEPOSIT,
        _OPERATOR,
        (State.IN_TRAINING, State.TERMINATED),
        None,
        (when.RUN,),
        (Effect.PAY,),
        (Notice.PAID,),
        billing=(Billing.DEPOSIT_WAIT,),
        control=_FREE,
        to_billing=Billing.DEPOSIT_PAID,
    ),
    Rule(
        Event.PAYMENT_REJECTED,
        _OPERATOR,
        (State.IN_TRAINING, State.TERMINATED, State.SERVICE_DONE_DECLARED),
        None,
        (when.REASON, when.RUN),
        (Effect.UNPAY,),
        (Notice.PAYMENT_REJECTED,),
        billing=(Billing.DEPOSIT_PAID,),
        to_billing=Billing.DEPOSIT_WAIT,
    ),
    Rule(
        Event.BREAK,
        _ORGANISATION,
        (State.IN_TRAINING,),
        None,
        (when.BREAK_DATES, when.REASON),
        (Effect.RECORD_BREAK,),
    ),
    Rule(
        Event.EXIT,
        _ORGANISATION,
        (State.IN_TRAINING,),
        State.TERMINATED,
        (when.EXIT_DATE,),
        (Effect.RECORD_EXIT,),
        due=until.EXIT_DUE,
    ),
    Rule(
        Event.REMIND,
        _TIMER,
        (State.IN_TRAINING,),
        None,
        (),
        (),
        (Notice.EXIT_MISSING,),
        until.EXIT_DUE,
        attention=_CALM,
        to_attention=Attention.REMINDED,
    ),
    Rule(
        Event.QUEUE,
        _TIMER,
        (State.IN_TRAINING,),
        due=until.EXIT_QUEUED,
        attention=_REMINDED,
        to_attention=Attention.OVERDUE,
    ),
    Rule(
        Event.DECLARE_SERVICE,
        _ORGANISATION,
        (State.TERMINATED,),
        State.SERVICE_DONE_DECLARED,
        (when.SERVICE_STATED,),
        (Effect.RECORD_SERVICE,),
        (Notice.SERVICE_DECLARED,),
        until.SERVICE_DUE,
    ),
    Rule(
        Event.REMIND,
        _TIMER,
        (State.TERMINATED,),
        None,
        (),
        (),
        (Notice.SERVICE_MISSING,),
        until.SERVICE_DUE,
        attention=_CALM,
        to_attention=Attention.REMINDED,
    ),
    Rule(
        Event.QUEUE,
        _TIMER,
        (State.TERMINATED,),
        due=until.SERVICE_QUEUED,
        attention=_REMINDED,
        to_attention=Attention.OVERDUE,
    ),
    Rule(
        Event.CONFIRM_SERVICE,
        _LEARNER,
        (State.SERVICE_DONE_DECLARED,),
        due=until.VALIDATION_DUE,
        control=_FREE,
        attendance=_UNSAID,
        to_attendance=Attendance.DECLARED,
    ),
    Rule(
        Event.DISPUTE,
        _LEARNER,
        (State.SERVICE_DONE_DECLARED,),
        None,
        (when.REASON,),
        (),
        (Notice.DISPUTED,),
        until.VALIDATION_DUE,
        control=_FREE,
        attendance=_UNSAID,
        to_control=Control.IN_CONTROL,
        to_attendance=Attendance.DISPUTED,
    ),
    Rule(
        Event.VALIDATE,
        _TIMER,
        (State.SERVICE_DONE_DECLARED,),
        State.SERVICE_DONE_VALIDATED,
        (when.NOTHING_OWED,),
        (Effect.SETTLE,),
        (Notice.RECAP,),
        until.VALIDATION_DUE,
        "rien n'est dû à l'organisme",
        control=_FREE,
        to_billing=Billing.NOT_BILLABLE,
    ),
    Rule(
        Event.VALIDATE,
        _TIMER,
        (State.SERVICE_DONE_DECLARED,),
        State.SERVICE_DONE_VALIDATED,
        (),
        (Effect.SETTLE,),
        (Notice.RECAP, Notice.TO_BILL),
        until.VALIDATION_DUE,
        "l'organisme peut facturer",
        control=_FREE,
        to_billing=Billing.TO_BILL,
    ),
)

_PAYMENT = (
    Rule(
        Event.BILL,
        _ORGANISATION,
        _BILLABLE,
        None,
        (when.BILL_NUMBER,),
        (Effect.RECORD_BILL, Effect.BILL),
        billing=(Billing.TO_BILL,),
        to_billing=Billing.BILLED,
    ),
    Rule(
        Event.PAY,
        _OPERATOR,
        _BILLABLE,
        None,
        (when.RUN,),
        (Effect.PAY,),
        (Notice.PAID,),
        until.PAYMENT_DUE,
        billing=(Billing.BILLED,),
        control=_FREE,
        to_billing=Billing.PAID,
    ),
    Rule(
        Event.QUEUE,
        _TIMER,
        _BILLABLE,
        due=until.PAYMENT_DUE,
        billing=(Billing.BILLED,),
        attention=_CALM,
        to_attention=Attention.OVERDUE,
    ),
    Rule(
        Event.PAYMENT_REJECTED,
        _OPERATOR,
        _BILLABLE,
        None,
        (when.REASON, when.RUN),
        (Effect.UNPAY,),
        (Notice.PAYMENT_REJECTED,),
        billing=(Billing.PAID,),
        to_billing=Billing.BILLED,
    ),
    Rule(
        Event.PAYMENT_REJECTED,
        _OPERATOR,
        (State.SERVICE_DONE_VALIDATED,),
        None,
        (when.REASON, when.RUN),
        (Effect.UNPAY,),
        (Notice.PAYMENT_REJECTED,),
        outcome="un acompte, payé avec le reste",
        billing=(Billing.TO_BILL, Billing.BILLED),
    ),
    Rule(
        Event.CONTROL,
        _OPERATOR,
        _OPEN,
        None,
        (when.REASON,),
        (),
        (Notice.CONTROLLED,),
        control=_FREE,
        to_control=Control.IN_CONTROL,
    ),
    Rule(
        Event.CONTROL,
        _OPERATOR,
        _BILLABLE,
        None,
        (when.REASON,),
        (),
        (Notice.CONTROLLED,),
        billing=(Billing.TO_BILL, Billing.BILLED, Billing.PAID),
        control=_FREE,
        to_control=Control.IN_CONTROL,
    ),
    Rule(
        Event.END_CONTROL,
        _OPERATOR,
        (State.SERVICE_DONE_DECLARED,),
        None,
        (when.REASON, when.SERVICE_CORRECTED),
        (Effect.RECORD_SERVICE,),
        (Notice.CONTROL_ENDED,),
        outcome="service fait corrigé",
        control=(Control.IN_CONTROL,),
        to_control=Control.RELEASED,
    ),
    Rule(
        Event.END_CONTROL,
        _OPERATOR,
        _BILLABLE,
        None,
        (when.REASON, when.UNDUE_FOUND),
        (Effect.RECOVER,),
        (Notice.CONTROL_ENDED,),
        outcome="somme indue à rembourser",
        billing=(Billing.PAID,),
        control=(Control.IN_CONTROL,),
        to_control=Control.RELEASED,
    ),
    Rule(
        Event.END_CONTROL,
        _OPERATOR,
        (*_OPEN, *(state for state in State if state.final)),
        None,
        (when.REASON, when.SERVICE_KEPT, when.NOTHING_UNDUE),
        (),
        (Notice.CONTROL_ENDED,),
        outcome="rien à corriger",
        control=(Control.IN_CONTROL,),
        to_control=Control.RELEASED,
    ),
)

_HISTORIES = tuple(Rule(Event.IMPORT, _OPERATOR, (), state) for state in IMPORTED_ONLY)

TABLE: tuple[Rule, ...] = (*_BEFORE_ORDER, *_BEFORE_ENTRY, *_IN_TRAINING, *_PAYMENT, *_HISTORIES)
