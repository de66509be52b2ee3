"""Every parameter of a question, declared once: parsing, OpenAPI, command line and documentation come from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.errors import InvalidParameter, NotBuiltYet
from catalog.codes.facets import Answer, Audience, CertificationKind, Entry, Funder, Labelled, Level, Modality, Rhythm
from search import values
from search.plan import Remote, Sort
from search.values import Reader


@dataclass(frozen=True, slots=True)
class Parameter:
    """``into``: member of ``SearchRequest`` or, if ``filters``, of ``Filters``. ``schema``: JSON schema of a value."""

    name: str
    read: Reader
    into: str
    description: str  # French, shown to callers
    example: str
    schema: Mapping[str, Any]
    default: Any = None
    repeatable: bool = False  # several values, also separated by commas: alternatives (accessibility: all hold)
    filters: bool = False
    built: bool = True


def _codes(kind: type[Labelled], *extra: Answer) -> dict[str, Any]:
    return {str(member): member for member in (*kind, *extra)}


def _choice(
    name: str, choices: Mapping[str, Any], description: str, *, into: str = "", example: str = "", default: str | None
) -> Parameter:
    return Parameter(
        name,
        values.one_of(dict(choices)),
        into or name,
        description,
        example or next(iter(choices)),
        {"type": "string", "enum": list(choices)},
        default,
    )


def _set(name: str, choices: Mapping[str, Any], description: str, example: str = "") -> Parameter:
    return Parameter(
        name,
        values.one_of(dict(choices)),
        name,
        description,
        example or next(iter(choices)),
        {"type": "string", "enum": list(choices)},
        repeatable=True,
        filters=True,
    )


def _code_set(name: str, read: Reader, description: str, example: str) -> Parameter:
    return Parameter(name, read, name, description, example, {"type": "string"}, repeatable=True, filters=True)


def _number(
    name: str,
    kind: str,
    least: float,
    most: float,
    into: str,
    description: str,
    example: str,
    read: Reader | None = None,
) -> Parameter:
    reader = read or (values.integer(int(least), int(most)) if kind == "integer" else values.decimal(least, most))
    schema = {"type": kind, "minimum": least, "maximum": most}
    return Parameter(name, reader, into, description, example, schema, filters=True)


def _flag(name: str, description: str, default: bool) -> Parameter:
    schema = {"type": "string", "enum": ["0", "1", "false", "true"]}
    return Parameter(name, values.flag, name, description, "1", schema, "1" if default else "0")


def _text(name: str, longest: int, description: str, example: str) -> Parameter:
    return Parameter(name, values.words(longest), name, description, example, {"type": "string", "maxLength": longest})


def _day(name: str, description: str) -> Parameter:
    return Parameter(
        name, values.day, name, description, "2026-03-15", {"type": "string", "format": "date"}, filters=True
    )


_ANSWERS = {str(answer): answer for answer in Answer}
_RADIUS = Parameter(
    "radius_km",
    values.decimal(0, 20_100),
    "radius_km",
    "Rayon en kilomètres autour du domicile ou du travail ; sans effet quand aucun des deux n'est donné.",
    "30",
    {"type": "number", "minimum": 0, "maximum": 20_100},
    30.0,
)

PARAMETERS: tuple[Parameter, ...] = (
    _text("q", 1_000, "Mots cherchés : métier, diplôme, compétence, code de certification.", "comptabilité"),
    _text("home", 200, "Domicile : commune, code postal, code INSEE ou « latitude,longitude ».", "Lyon"),
    _text("work", 200, "Lieu de travail, comme home.", "69003"),
    _RADIUS,
    Parameter(
        "corridor_km",
        values.decimal(0, 200),
        "corridor_km",
        "Largeur du couloir entre domicile et travail.",
        "5",
        {"type": "number"},
        built=False,
    ),
    Parameter(
        "area",
        values.area,
        "areas",
        "Zone : dep:69, reg:84 ou insee:69123. Plusieurs zones : l'une d'elles.",
        "dep:69",
        {"type": "string", "pattern": "^(dep|reg|insee):[0-9AB]{2,5}$"},
        repeatable=True,
    ),
    _choice(
        "remote",
        {str(member): member for member in Remote},
        "Offres entièrement à distance : avec les autres (include), sans elles (exclude), elles seules (only).",
        default="include",
    ),
    _set("modality", _codes(Modality), "Modalité d'enseignement."),
    _set("entry", _codes(Entry), "Entrée à dates fixes ou permanente."),
    _day("start_from", "Début au plus tôt."),
    _day("start_to", "Début au plus tard."),
    _number(
        "price_max", "number", 0, 1_000_000, "price_max_cents", "Prix au plus, en euros TTC.", "1500", values.euros
    ),
    _number("hours_max", "integer", 0, 100_000, "hours_max", "Durée au plus, en heures.", "140"),
    _set("level", _codes(Level), "Niveau de sortie du cadre national.", "5"),
    _code_set("certification", values.certification, "Code de certification.", "RNCP34441"),
    _set("certification_kind", _codes(CertificationKind), "Registre de la certification."),
    _code_set("rome", values.code(r"[A-Z]\d{4}", "un code ROME (M1203)"), "Métier (code ROME).", "M1203"),
    _code_set("formacode", values.code(r"\d{5}", "un Formacode (32663)"), "Formacode.", "32663"),
    _code_set("nsf", values.nsf, "Spécialité de formation (NSF).", "314"),
    _set("rhythm", _codes(Rhythm, Answer.UNKNOWN), "Rythme."),
    _code_set("language", values.language, "Langue d'enseignement (ISO 639-1), ou unknown.", "fr"),
    _code_set(
        "organisation", values.code(r"\d{14}", "un SIRET (14 chiffres)"), "SIRET de l'organisme.", "13001835100374"
    ),
    _set("funder", _codes(Funder, Answer.UNKNOWN), "Financeur possible."),
    _set("prerequisites", _ANSWERS, "Prérequis exigés."),
    _set(
        "guaranteed",
        {**_ANSWERS, "1": Answer.YES},
        "Session garantie : une au moins (yes), aucune (no), ou rien n'en est dit (unknown).",
    ),
    _number("seats_min", "integer", 1, 10_000, "seats_min", "Places restantes au moins, dans une session.", "2"),
    _flag("bookable", "Seulement ce qui peut encore être réservé, délai minimal compris.", False),
    Parameter(
        "audience",
        values.one_of({str(member): member for member in Audience}),
        "audience",
        "Public : ajoute les offres réservées aux demandeurs d'emploi (jobseeker) ou aux travailleurs en ESAT (esat).",
        "jobseeker",
        {"type": "string", "enum": [str(member) for member in Audience]},
        "everyone",
        filters=True,
    ),
    Parameter(
        "accessibility",
        values.accessibility,
        "accessibility",
        "Accessibilité, besoin:réponse ; les besoins s'ajoutent, les réponses d'un même besoin sont des alternatives.",
        "premises:yes",
        {"type": "string", "pattern": "^[a-z]+:(yes|no|unknown)$"},
        repeatable=True,
        filters=True,
    ),
    _number("rating_min", "number", 0, 5, "rating_min", "Note moyenne au moins, sur 5.", "4"),
    _code_set("ids", values.offer, "De 2 à 20 offres, pour les comparer.", "00000000000a1,00000000000b2"),
    _choice(
        "sort",
        {str(member): member for member in Sort},
        "Ordre : pertinence, distance (demande un lieu), prochain début, prix, durée ou note.",
        default="relevance",
    ),
    Parameter(
        "limit",
        values.integer(1, 100),
        "limit",
        "Résultats par page.",
        "20",
        {"type": "integer", "minimum": 1, "maximum": 100},
        20,
    ),
    _text("cursor", 500, "Suite d'une page : le next_cursor de la précédente.", ""),
    _flag("facets", "Compter les valeurs de chaque filtre.", False),
    _flag("reasons", "Dire pourquoi chaque résultat est à sa place.", False),
    _flag("group", "Montrer les offres presque identiques en une fois.", True),
)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
# Members of the JSON body that the address cannot carry, and questions of later versions.
NOT_BUILT = {"polygon": "La recherche dans une zone dessinée", "corridor_km": "La recherche le long d'un trajet"}


def find_parameter(name: str) -> Parameter:
    """The declared parameter; ``InvalidParameter`` or ``NotBuiltYet`` otherwise."""
    if name in NOT_BUILT:
        raise NotBuiltYet(name, f"{NOT_BUILT[name]} ({name}) n'est pas encore disponible.")
    parameter = BY_NAME.get(name)
    if parameter is None:
        shown = name if len(name) <= 60 else name[:59] + "…"
        raise InvalidParameter(shown, f"Le paramètre « {shown} » n'existe pas.")
    return parameter


def openapi_parameters() -> list[dict[str, Any]]:
    """The parameters of ``GET /api/v1/offers`` as OpenAPI 3.1 parameter objects."""
    described = []
    for parameter in PARAMETERS:
        if not parameter.built:
            continue
        one: dict[str, Any] = dict(parameter.schema)
        if parameter.default is not None:
            one["default"] = parameter.default
        schema = {"type": "array", "items": one} if parameter.repeatable else one
        entry: dict[str, Any] = {
            "name": parameter.name,
            "in": "query",
            "required": False,
            "description": parameter.description,
            "schema": schema,
        }
        if parameter.repeatable:
            entry |= {"style": "form", "explode": True}
        if parameter.example:
            entry["example"] = [parameter.example] if parameter.repeatable else parameter.example
        described.append(entry)
    return described
