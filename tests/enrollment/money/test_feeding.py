"""Domain 5.1 and 5.4: a year of work, hours of the old system and endowments feed accounts; bad rows move nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from base.database import reading, unit_of_work
from base.errors import FileRefused
from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.accounts import AccountKind
from enrollment.money.check import prove
from enrollment.money.declarations import load_declarations, load_endowments, load_hours
from enrollment.money.expiring import expire
from enrollment.money.feeding import Category, Declared, fed_cents, hours_cents, learner_number, year_cents
from enrollment.money.kinds import Nature, PotKind
from enrollment.money.ledger import pots_of
from enrollment.money.loading import Loaded
from tests.enrollment.money.filing import DEFAULT, noon, total

AT = noon(date(2026, 3, 2))
SIRET, OTHER = "73282932000074", "35600000000048"
GENERAL, RAISED = Category.GENERAL, Category.ESAT
HEADING = "annee;siret;titulaire;temps_pour_cent;categorie\n"


@pytest.mark.parametrize(
    ("declared", "cents"),
    [
        ([Declared(100, GENERAL)], 500_00),
        ([Declared(50, GENERAL)], 500_00),
        ([Declared(49, GENERAL)], 245_00),
        ([Declared(40, GENERAL)], 200_00),
        ([Declared(30, GENERAL), Declared(30, GENERAL)], 300_00),
        ([Declared(100, GENERAL), Declared(60, GENERAL)], 500_00),
        ([Declared(100, Category.LOW_QUALIFIED)], 800_00),
        ([Declared(100, Category.DISABLED)], 800_00),
        ([Declared(50, RAISED)], 800_00),
        ([], 0),
    ],
)
def test_a_year_gives_500_or_800_and_a_part_of_it_below_half_time(declared: list[Declared], cents: int) -> None:
    assert year_cents(DEFAULT, 2025, declared) == cents


def test_below_half_time_read_otherwise_the_part_is_of_half_time() -> None:
    other = Rules().reading(amounts.BELOW_HALF_TIME, "of-half-time")
    assert year_cents(other, 2025, [Declared(40, GENERAL)]) == 400_00


@pytest.mark.parametrize(
    ("category", "balance", "cents"),
    [
        (GENERAL, 4_600_00, 400_00),
        (GENERAL, 5_000_00, 0),
        (GENERAL, 6_000_00, 0),  # money that came back may stand above the cap
        (RAISED, 7_500_00, 500_00),
        (RAISED, 5_000_00, 800_00),
    ],
)
def test_feeding_stops_at_the_cap(category: Category, balance: int, cents: int) -> None:
    assert fed_cents(DEFAULT, 2025, [Declared(100, category)], 0, balance) == cents


def test_p_40_hours_of_the_old_system_are_600_euros() -> None:
    assert hours_cents(DEFAULT, 40_00, date(2026, 3, 2)) == 600_00
    assert hours_cents(DEFAULT, 12_50, date(2026, 3, 2)) == 187_50


def declare(database: Engine, *rows: str, rules: Rules = DEFAULT, heading: str = HEADING) -> Loaded:
    with unit_of_work(database) as conn:
        return load_declarations(conn, rules, (heading + "\n".join(rows)).encode(), AT)


def codes(loaded: Loaded) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in loaded.findings]


def rights_of(database: Engine, learner: str) -> int:
    with reading(database) as conn:
        assert prove(conn).flaws == ()
        return sum(pot.cents for pot in pots_of(conn, learner_number(learner)))


def test_declarations_feed_accounts_once_however_often_they_are_loaded(database: Engine) -> None:
    rows = (f"2025;{SIRET};anne;100;general", f"2025;{SIRET};paul;40;general", f"2025;{SIRET};zoé;80;esat")
    loaded = declare(database, *rows)
    assert (loaded.rows, loaded.taken, loaded.cents, codes(loaded)) == (3, 3, 1_500_00, [])
    again = declare(database, *rows)
    assert (again.taken, again.cents) == (0, 0)
    assert codes(again) == [(2, "already"), (3, "already"), (4, "already")]
    assert [rights_of(database, name) for name in ("anne", "paul", "zoé")] == [500_00, 200_00, 800_00]


def test_two_employers_together_give_no_more_than_one_year(database: Engine) -> None:
    declare(database, f"2025;{SIRET};anne;30;general")
    loaded = declare(database, f"2025;{OTHER};anne;100;general")
    assert loaded.cents == 350_00
    assert rights_of(database, "anne") == 500_00
    assert codes(declare(database, "2025;55208131766522;anne;100;general")) == [(2, "nothing-more")]


def test_the_same_person_twice_is_taken_once_or_not_at_all_where_the_rows_differ(database: Engine) -> None:
    loaded = declare(
        database,
        f"2025;{SIRET};anne;100;general",
        f"2025;{SIRET};anne;100;general",
        f"2025;{SIRET};paul;100;general",
        f"2025;{SIRET};paul;40;general",
    )
    assert codes(loaded) == [(3, "twice"), (4, "twice-different"), (5, "twice-different")]
    assert (rights_of(database, "anne"), rights_of(database, "paul")) == (500_00, 0)


def test_a_declaration_that_was_made_otherwise_before_changes_nothing(database: Engine) -> None:
    declare(database, f"2025;{SIRET};anne;40;general")
    assert codes(declare(database, f"2025;{SIRET};anne;100;general")) == [(2, "already-different")]
    assert rights_of(database, "anne") == 200_00


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"2018;{SIRET};anne;100;general", "number"),
        (f"2031;{SIRET};anne;100;general", "number"),
        (f"vingt;{SIRET};anne;100;general", "number"),
        ("2025;123;anne;100;general", "siret"),
        (f"2025;{SIRET};;100;general", "missing"),
        (f"2025;{SIRET};anne;0;general", "number"),
        (f"2025;{SIRET};anne;-40;general", "number"),
        (f"2025;{SIRET};anne;101;general", "number"),
        (f"2025;{SIRET};anne;100;chef", "category"),
        (f"2025;{SIRET};anne;100", "columns"),
        (f"2025;{SIRET};anne;100;general;x", "columns"),
    ],
)
def test_a_row_that_cannot_be_taken_is_a_finding_and_the_others_are_taken(
    database: Engine, row: str, code: str
) -> None:
    loaded = declare(database, row, f"2025;{SIRET};paul;100;general")
    assert codes(loaded) == [(2, code)]
    assert (rights_of(database, "anne"), rights_of(database, "paul")) == (0, 500_00)


def test_a_siret_with_a_wrong_key_is_taken_with_a_warning(database: Engine) -> None:
    assert codes(declare(database, "2025;12345678900011;anne;100;general")) == [(2, "siret-key")]
    assert rights_of(database, "anne") == 500_00


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\0\0", HEADING.replace("siret", "annee").encode()])
def test_a_file_that_is_no_declaration_is_refused_whole(database: Engine, content: bytes) -> None:
    with unit_of_work(database) as conn, pytest.raises(FileRefused):
        load_declarations(conn, DEFAULT, content, AT)


def test_declarations_of_office_programs_are_read(database: Engine) -> None:
    sheet = f"annee,siret,titulaire,temps_pour_cent,categorie\r\n2025,{SIRET},zoé,100,general\r\n\r\n"
    with unit_of_work(database) as conn:
        assert load_declarations(conn, DEFAULT, sheet.encode("cp1252"), AT).taken == 1
    assert rights_of(database, "zoé") == 500_00


def test_hours_become_euros_once(database: Engine) -> None:
    sheet = b"titulaire;heures;dossier\nanne;40;D-1\nanne;12,5;\npaul;0;\npaul;-3;\npaul;3 h;\n"
    with unit_of_work(database) as conn:
        loaded = load_hours(conn, DEFAULT, sheet, AT)
        assert (loaded.taken, loaded.cents) == (2, 787_50)
        assert codes(loaded) == [(4, "nothing"), (5, "hours"), (6, "hours")]
        assert load_hours(conn, DEFAULT, sheet, AT).cents == 0
    assert (rights_of(database, "anne"), rights_of(database, "paul")) == (787_50, 0)


ENDOWED = "siret;titulaire;montant;type;reference;certification;expire_le\n"


def endow(database: Engine, *rows: str) -> Loaded:
    with unit_of_work(database) as conn:
        return load_endowments(conn, DEFAULT, (ENDOWED + "\n".join(rows)).encode(), AT)


def test_an_endowment_is_a_pot_of_its_own_reserved_where_it_says_so(database: Engine) -> None:
    loaded = endow(
        database,
        f"{SIRET};anne;1 500,50;volontaire;R1;RNCP34441;2027-12-31",
        f"{SIRET};anne;200;correctif;R2;;",
    )
    assert (loaded.taken, loaded.cents, codes(loaded)) == (2, 1_700_50, [])
    with reading(database) as conn:
        pots = {pot.account.pot: pot for pot in pots_of(conn, learner_number("anne"))}
        assert pots[PotKind.RESERVED].cents == 1_500_50
        assert pots[PotKind.RESERVED].account.certification == "RNCP34441"
        assert pots[PotKind.COMPLEMENTARY].cents == 200_00
        assert total(conn, AccountKind.ENDOWER, Nature.VOLUNTARY) == -1_700_50


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{SIRET};anne;0,99;volontaire;R1;;", "too-little"),
        (f"{SIRET};anne;-5;volontaire;R1;;", "amount"),
        (f"{SIRET};anne;cent;volontaire;R1;;", "amount"),
        (f"{SIRET};anne;100 USD;volontaire;R1;;", "amount"),
        (f"{SIRET};anne;1,234.5;volontaire;R1;;", "amount"),
        (f"{SIRET};anne;100;cadeau;R1;;", "kind"),
        (f"{SIRET};anne;100;volontaire;;;", "missing"),
        (f"{SIRET};anne;100;volontaire;R1;;31/12/2027", "date"),
        (f"{SIRET};anne;100;volontaire;R1;;2026-03-01", "expired"),
        ("1;anne;100;volontaire;R1;;", "siret"),
    ],
)
def test_an_endowment_that_cannot_be_taken_is_a_finding(database: Engine, row: str, code: str) -> None:
    loaded = endow(database, row)
    assert (codes(loaded), loaded.cents) == ([(2, code)], 0)
    assert rights_of(database, "anne") == 0


def test_one_reference_gives_once(database: Engine) -> None:
    endow(database, f"{SIRET};anne;100;volontaire;R1;;")
    assert codes(endow(database, f"{SIRET};anne;100;volontaire;R1;;")) == [(2, "already")]
    assert codes(endow(database, f"{SIRET};anne;300;volontaire;R1;;")) == [(2, "already-different")]
    assert rights_of(database, "anne") == 100_00


def test_what_is_left_of_a_pot_past_its_day_is_its_funders_again(database: Engine) -> None:
    endow(database, f"{SIRET};anne;100;volontaire;R1;RNCP1;2026-03-02")
    with unit_of_work(database) as conn:
        assert expire(conn, AT) == 0
        assert expire(conn, AT + timedelta(days=1)) == 1
        assert expire(conn, AT + timedelta(days=1)) == 0
        assert (total(conn, AccountKind.RIGHTS), total(conn, AccountKind.REFUND_DUE)) == (0, 100_00)
