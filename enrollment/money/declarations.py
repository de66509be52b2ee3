"""Sheets into the ledger: yearly declarations, old hours, endowments. Loading a sheet again changes nothing.

In the caller's transaction; a row that cannot be taken is a finding, and moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, union_all

from base.clock import PARIS
from base.errors import FileRefused
from base.ids import id_number
from enrollment.dated import Rules
from enrollment.money import amounts, feeding
from enrollment.money.accounts import rights
from enrollment.money.agreeing import AGREEMENT_COLUMNS, load_agreements
from enrollment.money.entries import Entry
from enrollment.money.feeding import Category, Declared, Endowment, EndowmentKind, learner_number
from enrollment.money.kinds import FunderKind, PotKind
from enrollment.money.ledger import balance, entry_of, post
from enrollment.money.loading import Loaded, taken
from enrollment.money.sheets import Finding, Severity, SheetRow, Unusable, doubtful_siret, heading_of, read_sheet
from enrollment.money.tables import ACCOUNT, DECLARATION

DECLARATION_COLUMNS = ("annee", "siret", "titulaire", "temps_pour_cent", "categorie")
HOURS_COLUMNS = ("titulaire", "heures")
ENDOWMENT_COLUMNS = ("siret", "titulaire", "montant", "type", "reference")


@dataclass(frozen=True, slots=True)
class _Declaration:
    row: SheetRow
    year: int
    siret: str
    learner: str
    declared: Declared

    @property
    def key(self) -> tuple[int, str, str]:
        return self.year, self.siret, self.learner


def load_sheet(conn: Connection, rules: Rules, content: bytes, at: datetime) -> Loaded:
    """Whichever kind a file is, by its columns."""
    heading = heading_of(content)
    if "financeur" in heading:
        return load_agreements(conn, content, at)
    if "heures" in heading:
        return load_hours(conn, rules, content, at)
    if "montant" in heading:
        return load_endowments(conn, rules, content, at)
    if "annee" in heading:
        return load_declarations(conn, rules, content, at)
    kinds = (DECLARATION_COLUMNS, HOURS_COLUMNS, ENDOWMENT_COLUMNS, AGREEMENT_COLUMNS)
    told = " ; ou ".join(", ".join(columns) for columns in kinds)
    raise FileRefused(f"Ce fichier n'est pas de ceux qui sont attendus. Colonnes : {told}.", line=1)


def load_declarations(conn: Connection, rules: Rules, content: bytes, at: datetime) -> Loaded:
    """Employers' yearly declarations. A person twice for one employer and year is taken once; not at all where the
    rows differ."""
    _alone(conn)
    loaded = Loaded()
    given = list(taken(read_sheet(content, DECLARATION_COLUMNS), loaded, lambda row: _declaration(row, loaded, at)))
    said: dict[tuple[int, str, str], set[Declared]] = {}
    for one in given:
        said.setdefault(one.key, set()).add(one.declared)
    done: set[tuple[int, str, str]] = set()
    for one in given:
        if len(said[one.key]) > 1:
            message = "La même personne est déclarée deux fois, de façon différente : aucune des lignes n'est prise."
            loaded.findings.append(Finding("twice-different", Severity.ERROR, one.row.line, message, one.learner))
        elif one.key in done:
            loaded.warn(one.row, "twice", "La même ligne est là deux fois : la copie est laissée.", one.learner)
        else:
            done.add(one.key)
            _feed(conn, rules, one, at, loaded)
    loaded.findings.sort(key=lambda finding: finding.line)
    return loaded


def _declaration(row: SheetRow, loaded: Loaded, at: datetime) -> _Declaration:
    siret = row.siret("siret")
    doubt = doubtful_siret(row, "siret", siret)
    if doubt is not None:
        loaded.findings.append(doubt)
    category = row.text("categorie")
    if category not in list(Category):
        raise Unusable("category", f"categorie : {', '.join(Category)}.", category)
    year = row.whole("annee", 2019, at.astimezone(PARIS).year)
    declared = Declared(row.whole("temps_pour_cent", 1, 100), Category.of(category))
    return _Declaration(row, year, siret, row.text("titulaire"), declared)


def _feed(conn: Connection, rules: Rules, one: _Declaration, at: datetime, loaded: Loaded) -> None:
    learner = learner_number(one.learner)
    year = (DECLARATION.c.year == one.year, DECLARATION.c.learner_id == learner)
    before = list(conn.execute(select(DECLARATION).where(*year)))
    for row in before:
        if row.siret == one.siret:
            _already(row, one, loaded)
            return
    everything = [*(Declared(row.percent, Category.of(row.category)) for row in before), one.declared]
    held = balance(conn, rights(learner, PotKind.ANNUAL))
    cents = feeding.fed_cents(rules, one.year, everything, sum(row.credited_cents for row in before), held)
    _meet(conn, loaded, one.row)
    conn.execute(
        insert(DECLARATION).values(
            year=one.year,
            siret=one.siret,
            learner_id=learner,
            percent=one.declared.percent,
            category=one.declared.category.value,
            credited_cents=cents,
            at=at,
        )
    )
    if cents:
        post(conn, feeding.fed(one.year, one.siret, learner, cents, at))
    else:
        loaded.warn(one.row, "nothing-more", "Rien de plus : le compte est plein ou l'année déjà entière.", one.learner)
    loaded.taken += 1
    loaded.cents += cents


def _already(row: Row[Any], one: _Declaration, loaded: Loaded) -> None:
    if (row.percent, row.category) == (one.declared.percent, one.declared.category.value):
        loaded.warn(one.row, "already", "Déjà déclaré : rien ne change.", one.learner)
        return
    message = "Déjà déclaré autrement pour cette année : à corriger par l'exploitant."
    loaded.findings.append(Finding("already-different", Severity.ERROR, one.row.line, message, one.learner))


def load_hours(conn: Connection, rules: Rules, content: bytes, at: datetime) -> Loaded:
    """Balances and files of the old system, in hours."""
    _alone(conn)
    loaded = Loaded()
    on = at.astimezone(PARIS).date()
    rows = read_sheet(content, HOURS_COLUMNS, optional=("dossier",))
    for row, learner, reference, hundredths in taken(rows, loaded, _hours):
        cents = feeding.hours_cents(rules, hundredths, on)
        if not cents:
            loaded.warn(row, "nothing", "Aucune heure : rien à convertir.", learner)
            continue
        made = feeding.converted(learner_number(learner), reference, hundredths, cents, at)
        _post_once(conn, loaded, row, made, cents)
    return loaded


def _hours(row: SheetRow) -> tuple[SheetRow, str, str, int]:
    return row, row.text("titulaire"), row.values.get("dossier") or "solde", row.hundredths("heures")


def load_endowments(
    conn: Connection, rules: Rules, content: bytes, at: datetime, funder_kind: FunderKind = FunderKind.EMPLOYER
) -> Loaded:
    """Employers' endowments of accounts."""
    _alone(conn)
    loaded = Loaded()
    least = rules.at(amounts.LEAST_ENDOWMENT, at.astimezone(PARIS).date())
    rows = read_sheet(content, ENDOWMENT_COLUMNS, optional=("certification", "expire_le"))
    read = taken(rows, loaded, lambda row: _endowment(row, funder_kind, least, at.astimezone(PARIS).date()))
    for row, endowment in read:
        _post_once(conn, loaded, row, feeding.endowed(endowment, at), endowment.cents)
    return loaded


def _endowment(row: SheetRow, funder_kind: FunderKind, least: int, today: date) -> tuple[SheetRow, Endowment]:
    kind = row.text("type")
    if kind not in list(EndowmentKind):
        raise Unusable("kind", f"type : {', '.join(EndowmentKind)}.", kind)
    cents = row.amount("montant")
    if cents < least:
        raise Unusable("too-little", "montant : une dotation est d'au moins 1 euro.", row.values["montant"])
    expires_on = row.day("expire_le")
    if expires_on is not None and expires_on < today:
        raise Unusable("expired", "expire_le : cette date est passée.", expires_on.isoformat())
    endowment = Endowment(
        funder=row.siret("siret"),
        funder_kind=funder_kind,
        learner_id=learner_number(row.text("titulaire")),
        cents=cents,
        kind=EndowmentKind.of(kind),
        reference=row.text("reference"),
        certification=row.values.get("certification", ""),
        expires_on=expires_on,
    )
    return row, endowment


def _post_once(conn: Connection, loaded: Loaded, row: SheetRow, made: Entry, cents: int) -> None:
    before = entry_of(conn, made.key)
    if before is None:
        _meet(conn, loaded, row)
        post(conn, made)
        loaded.taken += 1
        loaded.cents += cents
    elif before.digest == made.digest:
        loaded.warn(row, "already", "Déjà enregistré : rien ne change.")
    else:
        message = "Déjà enregistré autrement sous cette référence : rien ne change."
        loaded.findings.append(Finding("already-different", Severity.ERROR, row.line, message))


def _meet(conn: Connection, loaded: Loaded, row: SheetRow) -> None:
    """Somebody who is new may be a mistake: an account's id instead of the name that ``admin key --person`` takes."""
    named = row.text("titulaire")
    learner = learner_number(named)
    known = union_all(
        select(ACCOUNT.c.learner_id).where(ACCOUNT.c.learner_id == learner),
        select(DECLARATION.c.learner_id).where(DECLARATION.c.learner_id == learner),
    )
    if conn.execute(known.limit(1)).first() is not None:
        return
    loaded.new_learners += 1
    if _like_an_account(named):
        loaded.warn(row, "account-id", (
            "titulaire : ceci a la forme d'un identifiant de compte, et personne n'est connu sous ce nom. Un titulaire "
            "est nommé ici comme dans vos fichiers ; parcours admin key --person donne la clé de son compte."
        ), named)  # fmt: skip


def _like_an_account(named: str) -> bool:
    """Figures alone are some number of the operator's own."""
    try:
        id_number(named)
    except ValueError:
        return False
    return not named.isdigit() and any(character.isdigit() for character in named)


def _alone(conn: Connection) -> None:
    """One sheet at a time: what a year gives depends on what it gave before. SQLite's writers are alone anyway."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(1885434480)")
