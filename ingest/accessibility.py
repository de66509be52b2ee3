"""Free texts on accessibility -> yes, no or not stated, need by need (domain 9). Never a yes that was not said.

A yes needs an explicit positive statement about that very need, in a sentence that neither denies nor hedges before it;
a no needs an explicit denial beside it; everything else, and every contradiction, is unknown. "Formation accessible" or
"nous contacter" say nothing about any need.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from catalog.codes.facets import Answer, Need

# --- words, folded: lower case, no accents, apostrophes and hyphens are spaces
_PEOPLE = (
    r"(?:pmr|(?:personnes? |publics? )?a mobilite reduite|handicap(?:s|e|es|ees|ee)? moteurs?|"
    r"fauteuils?(?: roulants?)?)"
)
_DISABLED = (
    r"(?:personnes? (?:en situation de handicap|handicapees?)|handicapee?s?|publics? handicapes?|handicaps?|psh)"
)
_PLACE = (
    r"(?:locaux|batiments?|salles?|etablissements?|sites?|centres?|lieux?|plateaux?|campus|agences?|ateliers?|"
    r"rez de chaussee|entrees?|erp|ecole|cfa|greta|organisme)"
)
_TO = r"(?: (?:pour|a|au|aux|les|des|de|d|en|par|tous?|toutes?|la))*"

_PREMISES = re.compile(
    rf"\b(?:in)?acces(?:sibles?|sibilite)?{_TO}(?: un| une)? {_PEOPLE}"
    rf"|\b{_PLACE}\b(?: \w+){{0,6}} accessibles?{_TO} {_DISABLED}"
    rf"|\b{_PLACE}\b(?: de (?:la )?formation)?(?: (?:sont|est|ne|n|pas|non|encore|tous|entierement|"
    rf"totalement|pleinement))*"
    r" accessibles?$"
    rf"|\b{_PLACE}\b(?: \w+){{0,4}} (?:adaptee?s?|amenagee?s?|equipee?s?){_TO} {_PEOPLE}"
    rf"|\baccueil{_TO} {_PEOPLE}"
    r"|\brampes? d acces\b|\bplans? inclines?\b|\bde plain pied\b"
    r"|\bascenseurs? (?:pmr|adaptes?|aux normes)"
    rf"|\b(?:conformes?|respect\w*|repond\w*|aux)\b(?: \w+){{0,4}} (?:normes?|reglementation)(?: \w+){{0,3}}"
    rf" (?:accessibilite|handicap|{_PEOPLE})"
)
# Words that make of "accessible" something else than premises one can enter.
_NOT_PREMISES = re.compile(
    r"\b(?:e ?learning|en ligne|a distance|distanciel|plate ?formes?|site (?:internet|web)|site est concu|"
    r"metro|bus|tram|tramway|"
    r"rer|train|gare|voiture|parking|transports?|velo|autoroute|covoiturage|numerique)\b"
)
_STAIRS = re.compile(
    r"\betages? sans ascenseur\b|\buniquement par (?:un |des |l )?escaliers?\b|\bacces par (?:un |des )?escaliers?\b"
)

_REFERENT = re.compile(r"\breferente?s? (?:au |du |mission |de )?(?:l )?(?:handicaps?|psh|th)\b")
# The referent of somebody else, or a word about referents in general.
_NOT_OURS = re.compile(
    r"\breferente?s? handicaps? (?:de votre|de l agefiph|agefiph|de la region|de cap emploi|de l entreprise|"
    r"de votre entreprise|de l employeur|du crfh|regional)"
    r"|\bagefiph\b|\bson referent"
    r"|\bvotre referent"
)
_VISUAL_MEANS = (
    r"\bbraille\b|\bgros caracteres\b|\bcaracteres agrandis\b|\b(?:documents?|supports?) agrandis\b|"
    r"\blecteurs? d ecrans?\b|"
    r"\baudio ?description\b|\bloupes?\b|\bteleagrandisseurs?\b|\bsyntheses? vocales?\b"
)
_VISUAL_PEOPLE = r"(?:malvoyante?s?|aveugles?|deficien\w+ visuel\w*|handicaps? visuels?|troubles? visuels?)"
_HEARING_MEANS = (
    r"\binterpretes? (?:en )?(?:la )?(?:lsf|langue des signes)|\binterpretariat (?:en )?(?:lsf|langue des signes)|"
    r"\btraduct\w+ (?:en )?(?:lsf|langue des signes)|\bboucles? (?:magnetiques?|a induction)|"
    r"\bsous ?titr\w+|\bvelotypie\b|"
    r"\bcodeu(?:r|se) (?:lpc|lfpc)\b|\btranscription (?:ecrite )?(?:simultanee|en temps reel|instantanee)"
)
_HEARING_PEOPLE = r"(?:malentendante?s?|sourde?s?|deficien\w+ auditi\w*|handicaps? auditifs?|troubles? auditifs?)"
_COGNITIVE_MEANS = r"\bfalc\b|\bfacile a lire\b"
_COGNITIVE_PEOPLE = (
    r"(?:troubles? (?:cognitifs?|psychiques?|dys\b|dys\w*|du spectre|autistiques?|de l apprentissage|de l attention)"
    r"|dyslexi\w*|dyspraxi\w*|autis\w+|tsa\b|tdah\b|handicaps? (?:psychiques?|cognitifs?|mentaux|mental)"
    r"|deficien\w+ (?:intellectuel\w*|cognitiv\w*))"
)
_MADE_FOR = r"(?:accessibles?|adapt\w+|amenag\w+|accompagn\w+|accueil\w*|accueill\w+|equip\w+|ouverte?s?|compense\w*)"
_PACE = re.compile(
    r"\brythmes? (?:de (?:la )?formation )?(?:est |sont )?(?:adapt\w+|amenag\w+|allege\w*|individualis\w+)"
    r"(?! (?:a l|au|aux|a la|a une|a un|pour les|pour l) ?"
    r"(?:alternance|salarie|entreprise|activite|professionnel|emploi))"
    r"|\b(?:adaptation|amenagement)s? (?:du|de|des|d) (?:rythme|horaires?|temps)"
    r"|\bhoraires? (?:adapt\w+|amenag\w+)"
    r"|\btiers temps\b|\btemps (?:majore|supplementaire|additionnel|amenage)\b|"
    r"\bpauses? (?:supplementaires?|amenagee?s?)"
)
_REMOTE = re.compile(
    r"\b(?:entierement|totalement|integralement|100 ?%|exclusivement) (?:a distance|en ligne|en distanciel)"
    r"|\b(?:suivre|suivie|possibilite|possible|participation|participer|"
    r"realisee?)\b(?: \w+){0,5} (?:a distance|en distanciel|en visio\w*)"
    r"|\b(?:a distance|distanciel|en visio\w*) (?:est )?possible|\baccessibles? a distance\b"
)


def _for_people(means: str, people: str) -> re.Pattern[str]:
    made = rf"\b{_MADE_FOR}\b(?: \w+){{0,6}} {people}|{people}(?: \w+){{0,5}} \b(?:accueill\w+|accompagn\w+)"
    return re.compile(f"{means}|{made}")


_PATTERNS: dict[Need, re.Pattern[str]] = {
    Need.PREMISES: _PREMISES,
    Need.REFERENT: _REFERENT,
    Need.VISUAL: _for_people(_VISUAL_MEANS, _VISUAL_PEOPLE),
    Need.HEARING: _for_people(_HEARING_MEANS, _HEARING_PEOPLE),
    Need.COGNITIVE: _for_people(_COGNITIVE_MEANS, _COGNITIVE_PEOPLE),
    Need.PACE: _PACE,
    Need.REMOTE: _REMOTE,
}

_DENIAL = re.compile(
    r"\b(?:ne|n|pas|non|aucune?s?|sans|ni|jamais|impossibles?|inaccessibles?|inadaptee?s?|absence|inexistante?s?|"
    r"indisponibles?|manque|difficilement|difficiles?|exclue?s?|hors|peu|plus de|faute de)\b"
)
_PUT_ASIDE = (  # words of denial that deny nothing
    (re.compile(r"\bnon voyant"), "aveugle"),
    (re.compile(r"\bmal voyant"), "malvoyant"),
    (re.compile(r"\bmal entendant"), "malentendant"),
    (re.compile(r"\bn hesitez (?:surtout )?pas\b"), "pensez"),
    (re.compile(r"\bn oubliez pas\b"), "pensez"),
    (re.compile(r"\bne pas hesiter\b"), "pensez"),
    (re.compile(r"\bnon seulement\b"), "aussi"),
    (
        re.compile(
            r"\bsans (?:aucune? )?(?:difficulte|probleme|obstacle|contrainte|marche|supplement|surcout|frais|"
            r"condition)s?\b"
        ),
        "",
    ),
)
# A sentence with one of these promises, limits or asks: it can say no, never yes.
_HEDGE = re.compile(
    r"\b(?:sensibilis\w*|signaler votre|hors|exception|sera|seront|serait|seraient|etait|etaient|a compter|jusqu|"
    r"a demander|besoin d|incompatibl\w*|sous reserve|en cours|a venir|prochain\w*|bientot|a l etude|"
    r"etud\w+|cas par cas|selon|si|s il|eventuel\w*|"
    r"partiel\w*|en partie|verifi\w+|a preciser|a confirmer|a definir|confirm\w+|prevue?s?|projets?|"
    r"travaux|certaine?s?|"
    r"quelques|consulte\w*|uniquement|seulement|sauf|hormis|excepte\w*|peut etre|pourr\w+|devr\w+|peuvent|"
    r"souhait\w+|objectif|"
    r"engage\w*|rendre|derogation|ad ap|a partir de|courant|des 20\d\d|en 20\d\d|fin 20\d\d|presque|quasi\w*|"
    r"renseign\w+|se rapprocher|temporaire\w*|en panne|oui ?/ ?non|oui non|generalement|parfois|priorite|"
    r"autre site|ailleurs)\b"
    r"|\bcontact\w*(?! pour (?:tout|toute|tous|toutes|plus|d autres|un|une|vos)\b)"
)
# "Our disability referent" exists whatever is to be studied with them; only these take it back.
_HEDGE_REFERENT = re.compile(
    r"\b(?:sous reserve|en cours|a venir|prochain\w*|bientot|a designer|a nommer|a definir|sera|seront|"
    r"pas encore|recrutement|"
    r"formation de (?:notre|nos|un|du)|devenir|nous contacter|nous consulter|eventuel\w*|souhait\w+|"
    r"prevue?s?|vacant\w*)\b"
)
_NO_PLACE_ON_REQUEST = re.compile(r"\b(?:sur|a la) demande\b|\bpossible\b")

_SENTENCE = re.compile(
    r"(?:[.;!]+(?=\s|$)|\n+|•|\bmais\b|\bcependant\b|\btoutefois\b|\ben revanche\b|\bpar contre\b|\bneanmoins\b)"
)
_PART = re.compile(r",| / | \| | - |\(|\)")
_LONE_DENIAL = re.compile(r"(?:non|pas encore|aucune?|neant|jamais|pas du tout|impossible)")

NOTHING: Mapping[Need, Answer] = MappingProxyType({})


@lru_cache(maxsize=16_384)
def classify(text: str) -> Mapping[Need, Answer]:
    """Needs that the text states; all others are unknown."""
    found: dict[Need, set[Answer]] = {}
    for sentence in _SENTENCE.split(_folded(text)):
        for need, answer in _stated(sentence):
            found.setdefault(need, set()).add(answer)
    stated = {need: next(iter(answers)) for need, answers in found.items() if len(answers) == 1}
    return MappingProxyType({need: answer for need, answer in stated.items() if answer is not Answer.UNKNOWN})


def together(answers: Iterable[Mapping[Need, Answer]]) -> dict[Need, Answer]:
    """Several texts on one offer: what they agree on, or what one of them alone states."""
    found: dict[Need, set[Answer]] = {}
    for stated in answers:
        for need, answer in stated.items():
            if answer is not Answer.UNKNOWN:
                found.setdefault(need, set()).add(answer)
    return {need: next(iter(values)) for need, values in found.items() if len(values) == 1}


def _stated(sentence: str) -> Iterable[tuple[Need, Answer]]:
    parts = _parts(sentence)
    if not parts:
        return
    hedged = _HEDGE.search(sentence) is not None
    denied_before = False
    for part in parts:
        denial = _DENIAL.search(part)
        if _STAIRS.search(part):
            yield Need.PREMISES, Answer.NO
        for need, pattern in _PATTERNS.items():
            if not pattern.search(part):
                continue
            if need is Need.PREMISES and _NOT_PREMISES.search(sentence):
                continue
            if denial:
                # "ne ... que" and hedged denials ("pas toujours") are neither; a plain denial is a no.
                yield need, Answer.UNKNOWN if _DOUBTFUL_DENIAL.search(part) else Answer.NO
            elif denied_before:
                yield need, Answer.UNKNOWN  # "pas de braille, LSF": does the denial reach here?
            else:
                yield need, _affirmed(need, part, sentence, hedged)
        denied_before = denied_before or denial is not None


_DOUBTFUL_DENIAL = re.compile(
    r"\b(?:pas toujours|ne (?:sont|est) que|pas tous|pas toutes|sous reserve|en cours|oui ?/ ?non)\b"
)


def _affirmed(need: Need, part: str, sentence: str, hedged: bool) -> Answer:
    if need is Need.REFERENT:
        return Answer.UNKNOWN if _HEDGE_REFERENT.search(sentence) or _NOT_OURS.search(sentence) else Answer.YES
    if hedged or (need is Need.PREMISES and _NO_PLACE_ON_REQUEST.search(part)):
        return Answer.UNKNOWN
    return Answer.YES


def _parts(sentence: str) -> list[str]:
    """Between commas and the like; a lone "non" belongs to what stands before it."""
    parts: list[str] = []
    for part in _PART.split(sentence):
        part = " ".join(part.replace(":", " ").replace("?", " ").split())
        if not part:
            continue
        if parts and _LONE_DENIAL.fullmatch(part):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def _folded(text: str) -> str:
    text = unicodedata.normalize(
        "NFKD", text.lower().replace("œ", "oe").replace("p.m.r.", "pmr").replace("p.m.r", "pmr")
    )
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = re.sub(r"['’‘`_]|(?<=\w)-(?=\w)", " ", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    for pattern, instead in _PUT_ASIDE:
        text = pattern.sub(instead, text)
    return text
