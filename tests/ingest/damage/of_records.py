"""Wounds of one training, offer or session of an XML file, and of its optional fields."""

from __future__ import annotations

import re
from random import Random

from tests.ingest.damage.bases import Base
from tests.ingest.damage.outcome import (
    OTHER_SIRET,
    Damaged,
    block_replaced,
    done,
    extra_replaced,
    line_of,
    offers_in,
    pick,
    training_block,
    value_replaced,
)


def no_title_no_certification(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    if block is None:
        return None
    inside = re.sub(
        r"<intitule-formation>.*?</intitule-formation>",
        "<intitule-formation>-</intitule-formation>",
        block.group(),
        flags=re.DOTALL,
    )
    inside = re.sub(
        r"<certification>.*?</certification>", lambda m: "\n" * m.group().count("\n"), inside, flags=re.DOTALL
    )
    return block_replaced(
        base, block, inside, "title-and-certification-missing", line_of(base.text, block.start()), lost=offers_in(block)
    )


def no_certification(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    if block is None or base.kind != "edof":
        return None
    inside = re.sub(r"<certification>.*?</certification>", "", block.group(), flags=re.DOTALL)
    return block_replaced(
        base, block, inside, "certification-missing", line_of(base.text, block.start()), lost=offers_in(block)
    )


def no_title(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    if block is None:
        return None
    inside = re.sub(
        r"(<intitule-formation>).*?(</intitule-formation>)",
        lambda m: m.group(1) + "\n" * m.group().count("\n") + m.group(2),
        block.group(),
        flags=re.DOTALL,
    )
    return block_replaced(base, block, inside, "title-from-certification", line_of(base.text, block.start()))


def short_siret(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    found = block and re.search(r"<SIRET>(\d{13})\d</SIRET>", block.group())
    if block is None or not found:
        return None
    inside = block.group()[: found.start()] + f"<SIRET>{found.group(1)}</SIRET>" + block.group()[found.end() :]
    return block_replaced(
        base, block, inside, "siret-invalid", line_of(base.text, block.start() + found.start()), lost=offers_in(block)
    )


def other_siret(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    found = block and re.search(r"<SIRET>\d{14}</SIRET>", block.group())
    if block is None or not found or base.kind != "edof":
        return None
    inside = block.group()[: found.start()] + f"<SIRET>{OTHER_SIRET}</SIRET>" + block.group()[found.end() :]
    return block_replaced(
        base, block, inside, "siret-several", line_of(base.text, block.start() + found.start()), lost=offers_in(block)
    )


def modality_impossible(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "modalites-enseignement", "7", "code-impossible", lost=1)


def entry_impossible(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "modalites-entrees-sorties", "5", "code-impossible", lost=1)


def dates_reversed(base: Base, rng: Random) -> Damaged | None:
    found = pick(base, rng, r"<session[^>]*>(?:(?!</session>).)*?<fin>(\d{8})</fin>")
    if found is None:
        return None
    text = base.text[: found.start(1)] + "20010101" + base.text[found.end(1) :]
    return done(base, text, "session-dates-reversed", line_of(text, found.start()), sessions=1)


def dates_repeated(base: Base, rng: Random) -> Damaged | None:
    found = pick(base, rng, r'<session numero="([^"]*)".*?<debut>\d{6}(?!00)\d\d</debut>.*?</session>')
    if found is None:
        return None
    again = found.group().replace(f'numero="{found.group(1)}"', 'numero="encore"', 1)
    text = base.text[: found.end()] + "\n" + again + base.text[found.end() :]
    return done(base, text, "session-dates-repeated", line_of(text, found.end() + 1), sessions=1)


def training_twice(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    if block is None:
        return None
    text = base.text[: block.end()] + "\n" + block.group() + base.text[block.end() :]
    return done(base, text, "copy-dropped", line_of(text, block.end() + 1))


def training_twice_otherwise(base: Base, rng: Random) -> Damaged | None:
    block = training_block(base, rng)
    if block is None:
        return None
    other = re.sub(r"<intitule-formation>.*?</", "<intitule-formation>Un autre titre</", block.group(), flags=re.DOTALL)
    text = base.text[: block.end()] + "\n" + other + base.text[block.end() :]
    return done(base, text, "last-one-kept", line_of(text, block.start()))


def phone(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "numtel", "appeler l'accueil", "phone-unreadable")


def mail(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "courriel", "contact(at)organisme", "email-unreadable")


def link(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "urlweb", "javascript:alert(1)", "link-unreadable", absent="javascript")


def start_impossible(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "debut", "20271345", "date-unreadable")


def latitude_of_nowhere(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "latitude", "quarante-cinq", "coordinates-unreadable", within="lieu-de-formation")


def latitude_abroad(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "latitude", "12.5", "coordinates-foreign", within="lieu-de-formation")


def language(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "langue-formation", "qq", "code-unknown")


def hours(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, r"nombre-heures-(?:total|centre)", "beaucoup", "number-unreadable")


def formacode(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "code-FORMACODE", "4260", "code-unreadable", within="domaine-formation")


def price_letters(base: Base, rng: Random) -> Damaged | None:
    return value_replaced(base, rng, "prix-total-TTC", "mille euros", "price-unreadable")


def vat_arithmetic(base: Base, rng: Random) -> Damaged | None:
    return extra_replaced(base, rng, "frais-ttc", "1.00", "vat-arithmetic")


def vat_rate(base: Base, rng: Random) -> Damaged | None:
    return extra_replaced(base, rng, "taux-tva", "17", "vat-rate-unknown")


def rhythm(base: Base, rng: Random) -> Damaged | None:
    return extra_replaced(base, rng, "code-rythme-formation", "9", "code-unknown")


def block_twice(base: Base, rng: Random) -> Damaged | None:
    found = pick(base, rng, r'<extra info="code-bloc">[^<]*</extra>')
    if found is None:
        return None
    text = base.text[: found.end()] + found.group() + base.text[found.end() :]
    return done(base, text, "block-repeated", line_of(text, found.end()))


def prerequisites_unsaid(base: Base, rng: Random) -> Damaged | None:
    found = pick(
        base,
        rng,
        r'<conditions-specifiques>[^<]*</conditions-specifiques>(.*?)<extra info="existence-prerequis">[01]</extra>',
    )
    if found is None:
        return None
    inside = found.group(1) + '<extra info="existence-prerequis">1</extra>'
    text = base.text[: found.start()] + inside + base.text[found.end() :]
    at = found.start() + len(found.group(1))
    return done(base, text, "prerequisites-missing", line_of(text, at))
