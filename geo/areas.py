"""Départements and régions: codes, labels, what people call them, and the régions of before 2016."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from geo.departements import DEPARTEMENTS
from geo.names import fold_name

# Régions since 2016-01-01 (law 2015-29), codes of the Code officiel géographique; collectivities stand for themselves.
REGIONS: dict[str, str] = {
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d'Azur",
    "94": "Corse",
} | {code: label for code, (label, region) in DEPARTEMENTS.items() if code == region}


@dataclass(frozen=True, slots=True)
class OldRegion:
    label: str
    region: str  # the one it became part of
    departements: tuple[str, ...]


# Régions that ended with 2015 (COG 2015): feeds still carry their codes, people still say their names.
OLD_REGIONS: dict[str, OldRegion] = {
    "21": OldRegion("Champagne-Ardenne", "44", ("08", "10", "51", "52")),
    "22": OldRegion("Picardie", "32", ("02", "60", "80")),
    "23": OldRegion("Haute-Normandie", "28", ("27", "76")),
    "25": OldRegion("Basse-Normandie", "28", ("14", "50", "61")),
    "26": OldRegion("Bourgogne", "27", ("21", "58", "71", "89")),
    "31": OldRegion("Nord-Pas-de-Calais", "32", ("59", "62")),
    "41": OldRegion("Lorraine", "44", ("54", "55", "57", "88")),
    "42": OldRegion("Alsace", "44", ("67", "68")),
    "43": OldRegion("Franche-Comté", "27", ("25", "39", "70", "90")),
    "54": OldRegion("Poitou-Charentes", "75", ("16", "17", "79", "86")),
    "72": OldRegion("Aquitaine", "75", ("24", "33", "40", "47", "64")),
    "73": OldRegion("Midi-Pyrénées", "76", ("09", "12", "31", "32", "46", "65", "81", "82")),
    "74": OldRegion("Limousin", "75", ("19", "23", "87")),
    "82": OldRegion("Rhône-Alpes", "84", ("01", "07", "26", "38", "42", "69", "73", "74")),
    "83": OldRegion("Auvergne", "84", ("03", "15", "43", "63")),
    "91": OldRegion("Languedoc-Roussillon", "76", ("11", "30", "34", "48", "66")),
}

# What people write instead of the label (folded). Values: "reg:" or "dep:" and a code.
ALIASES: dict[str, str] = {
    "idf": "reg:11",
    "region parisienne": "reg:11",
    "paca": "reg:93",
    "region sud": "reg:93",  # its own brand name since 2018
    "provence alpes cote dazur": "reg:93",
    "aura": "reg:84",
    "ara": "reg:84",
    "hdf": "reg:32",
    "grand est": "reg:44",
    "bfc": "reg:27",
    "na": "reg:75",
    "pdl": "reg:52",
    "pdll": "reg:52",
    "cvl": "reg:24",
    "cvdl": "reg:24",
    "centre": "reg:24",  # its name until 2015
    "region centre": "reg:24",
    "nord pas de calais": "reg:31",
    "npdc": "reg:31",
    "lr": "reg:91",
    "ile de la reunion": "dep:974",
    "reunion": "dep:974",
    "guyane francaise": "dep:973",
    "saint pierre et miquelon": "dep:975",
    "spm": "dep:975",
    "nouvelle caledonie": "dep:988",
    "tahiti": "dep:987",
    "9 3": "dep:93",
    "9 4": "dep:94",
    "9 2": "dep:92",
    "9 1": "dep:91",
    "9 5": "dep:95",
    "7 7": "dep:77",
    "7 8": "dep:78",
    "cotes du nord": "dep:22",  # until 1990
    "loire inferieure": "dep:44",
    "basses alpes": "dep:04",
    "basses pyrenees": "dep:64",
}


@dataclass(frozen=True, slots=True)
class AreaCodes:
    """``codes`` are alternatives, of the kind that was asked (``dep``, ``reg`` or ``insee``)."""

    label: str
    codes: frozenset[str]


def departement_label(code: str) -> str:
    """``""`` when unknown."""
    return DEPARTEMENTS.get(code, ("", ""))[0]


def region_label(code: str) -> str:
    """Of a present or an old région; ``""`` when unknown."""
    return REGIONS.get(code) or (OLD_REGIONS[code].label if code in OLD_REGIONS else "")


def region_of(departement: str) -> str:
    """Code of the région of a département; ``""`` when unknown."""
    return DEPARTEMENTS.get(departement, ("", ""))[1]


def current_region(code: str) -> str:
    """The present code of a région given by its present or old code; ``""`` when unknown."""
    if code in REGIONS:
        return code
    return OLD_REGIONS[code].region if code in OLD_REGIONS else ""


def departements_of_region(code: str) -> tuple[str, ...]:
    """Départements of a present or old région."""
    if code in OLD_REGIONS:
        return OLD_REGIONS[code].departements
    return tuple(dep for dep, (_, region) in DEPARTEMENTS.items() if region == code)


def departement_of(insee_or_postcode: str) -> str:
    """Département by the first characters of a 5-character code; ``""`` when there is none.

    A few postcodes serve communes of a neighbouring département: ``Gazetteer.departement_of`` knows them.
    """
    code = insee_or_postcode.strip().upper()
    if len(code) != 5 or not code.isascii():
        return ""
    if code.startswith("20"):  # postcodes of Corsica; INSEE codes write 2A and 2B since 1976
        found = "2A" if code < "20200" else "2B"
    else:
        found = code[:3] if code[:2] in ("97", "98") else code[:2]
    return found if found in DEPARTEMENTS and code[2:].isdigit() else ""


def area_codes(kind: str, code: str) -> AreaCodes | None:
    """``("dep", "69")``, ``("reg", "84")``, old régions under the one they became; ``None`` when unknown."""
    code = code.strip().upper()
    if kind == "dep":
        code = code.zfill(2)
        return AreaCodes(departement_label(code), frozenset({code})) if code in DEPARTEMENTS else None
    if kind == "reg" and (current := current_region(code)):
        label = REGIONS[current]
        if code in OLD_REGIONS:
            label = f"{label} (ancienne région {OLD_REGIONS[code].label})"
        return AreaCodes(label, frozenset({current}))
    return None


@cache
def _named() -> dict[str, str]:
    names = {fold_name(old.label): f"reg:{code}" for code, old in OLD_REGIONS.items()}
    names |= {fold_name(label): f"reg:{code}" for code, label in REGIONS.items()}
    # A région of one département (Guadeloupe, Mayotte...) is that département.
    names |= {fold_name(label): f"dep:{code}" for code, (label, _) in DEPARTEMENTS.items()}
    names = {fold_name(name): target for name, target in ALIASES.items()} | names
    short = {name.removeprefix("la "): target for name, target in names.items()}
    return short | names


def area_named(folded: str) -> str:
    """``"rhone"`` -> ``"dep:69"``, ``"idf"`` -> ``"reg:11"``, ``"alsace"`` -> ``"reg:42"``; ``""`` when unknown."""
    for prefix in ("departement de la ", "departement de l ", "departement du ", "departement des ", "departement de ",
                   "departement ", "dept ", "dpt ", "dep ", "region de la ", "region des ", "region de ",
                   "region ", "la ", "le ", "les ", "l "):  # fmt: skip
        if folded.startswith(prefix) and (found := _lookup(folded.removeprefix(prefix))):
            return found
    return _lookup(folded)


def area_alike(folded: str) -> str:
    """As ``area_named`` for a name with one slip of the pen, when only one area is as near."""
    from rapidfuzz import process  # 15 ms to import, and most places are typed right
    from rapidfuzz.distance import OSA

    if len(folded) < 6:
        return ""
    close = process.extract(folded, list(_named()), scorer=OSA.distance, score_cutoff=1, limit=9)
    targets = {_named()[name] for name, _, _ in close}
    return targets.pop() if len(targets) == 1 else ""


def _lookup(folded: str) -> str:
    if folded.isalnum() and len(folded) <= 3 and folded[0].isdigit():
        code = folded.upper()
        return f"dep:{code}" if code in DEPARTEMENTS else ""
    return _named().get(folded, "")


def areas_beginning(folded: str) -> list[str]:
    """Areas with a word of their label that begins so, and what the text is another name of."""
    labels = {fold_name(label): f"reg:{code}" for code, label in REGIONS.items()}
    labels |= {fold_name(label): f"dep:{code}" for code, (label, _) in DEPARTEMENTS.items()}
    found = [target for label, target in labels.items() if f" {folded}" in f" {label}"]
    alias = _named().get(folded)
    return found if not alias or alias in found else [alias, *found]
