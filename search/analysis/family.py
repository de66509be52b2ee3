"""Word families: boulanger, boulangere, boulangerie -> boulang. Better no family than a false one.

A family is what is left of a word when one known ending of trades, actions or qualities is taken off, with a minimum
of letters left for each ending. ``comptoir``, ``vent``, ``geste`` and ``secteur`` stay away from ``comptable``,
``vente``, ``gestion`` and ``section`` because their roots are too short or their endings unknown.
"""

from __future__ import annotations

from search.analysis.stem import singular

# Families that letters do not show. Root -> its words, folded, singular.
_GIVEN = {
    "achat": "achat acheteur acheteuse acheter",
    "agricol": "agriculture agriculteur agricultrice agricole",
    "artist": "artiste artistique",
    "assur": "assurance assureur assurer",
    "banqu": "banque bancaire banquier banquiere",
    "bijout": "bijou bijoux",
    "commerc": "commerce commercial commerciale commerciaux commercant commercante commercialisation commercialiser",
    "compt": "compta comptable comptabilite",
    "conduct": "conduite conduire",
    "couvr": "couvreur couvreuse couverture",
    "dans": "danse",
    "dent": "dentiste dentaire",
    "fleur": "fleuriste fleuristerie floral florale",
    "hotel": "hotel",
    "ingeni": "ingenieur ingenieure ingenierie",
    "macon": "macon",
    "manag": "manager manageur manageuse management managerial manageriale",
    "orthophon": "orthophonie orthophoniste",
    "paysag": "paysage paysagiste paysager paysagere paysagisme",
    "peint": "peintre peinture",
    "restaur": "restaurant restaurateur restauratrice restauration",
    "soign": "soin soignant soignante soigner",
    "soud": "soudeur soudeuse soudure soudage souder soude",
    "sport": "sport sportif sportive",
    "vend": "vente vendeur vendeuse vendre",
}
_FAMILY = {word: root for root, words in _GIVEN.items() for word in words.split()}

# Words whose ending is no ending, or whose root belongs to strangers.
_STRANGERS = """
    chauffeur chauffeuse ouvrier ouvriere ouvrage departement appartement collecte collectif collective collectivite
    important importante direct directe format formatage secret porter depart import organisme traiteur cadrage
    cultiver figure voiture portage portier mineur mineure majeur majeure ailleurs plusieurs
    projeteur projeteuse publication compteur commandant commandante commandement chantier condition particule
    instituteur institutrice institution ressourcerie organiste conservatoire conserverie initiative portiere actionneur
    stationnaire composite orient retraitement menagerie detective liquide patronage plasticien plasticienne report
    reguliere regulier reglement alternateur alternatif alternative prolog detente attribut object project
"""
_ALONE = frozenset(_STRANGERS.split())
# (ending, what it becomes, letters that must stand before it), longest first where one ends another.
_ENDINGS = (
    # trades and their places
    ("ionnaire", "ion", 4), ("onnerie", "on", 3), ("onniere", "on", 3), ("onnier", "on", 3),
    ("iennage", "ien", 3), ("ellerie", "el", 3), ("eliere", "el", 3), ("elier", "el", 3),
    ("culture", "col", 3), ("culteur", "col", 3), ("cultrice", "col", 3), ("cole", "col", 3),
    ("ariat", "air", 4), ("aire", "air", 4),
    # sciences, arts and their people
    ("icienne", "ic", 3), ("icien", "ic", 3), ("icite", "ic", 5), ("ique", "ic", 3),
    ("istique", "is", 4), ("isme", "is", 4), ("iste", "is", 4),
    ("logique", "log", 2), ("logiste", "log", 2), ("logie", "log", 2), ("logue", "log", 2),
    ("graphique", "graph", 0), ("graphiste", "graph", 0), ("graphisme", "graph", 0), ("graphie", "graph", 2),
    ("graphe", "graph", 2), ("nomique", "nom", 3), ("nomiste", "nom", 3), ("nomie", "nom", 3), ("nome", "nom", 3),
    ("therapeutique", "therap", 3), ("therapeute", "therap", 3), ("therapie", "therap", 3),
    ("cienne", "ci", 4), ("cien", "ci", 4), ("cie", "ci", 4), ("gienne", "gi", 5), ("gien", "gi", 5), ("gie", "gi", 5),
    ("abilite", "abl", 4), ("able", "abl", 4),
    # actions and who does them; a root in t is handled before a bare -eur
    ("ation", "", 5), ("ateur", "", 5), ("atrice", "", 5), ("ative", "", 5), ("atif", "", 5), ("atoire", "", 5),
    ("tion", "t", 4), ("teuse", "t", 4), ("teur", "t", 4), ("trice", "t", 4), ("tive", "t", 4), ("tif", "t", 4),
    ("toire", "t", 4), ("ture", "t", 4),
    ("ement", "", 6), ("ance", "", 6), ("ante", "", 6), ("ant", "", 6),
    ("erie", "", 4), ("iere", "", 4), ("ier", "", 4), ("ere", "", 5), ("euse", "", 4), ("eur", "", 4),
    ("age", "", 5), ("ure", "", 5), ("er", "", 5),
)  # fmt: skip
_BARE = 6  # letters from which a word without an ending stands for its family (cuisine, jardin, transport)


def family(token: str) -> str:
    """The root shared by the words of a family, "" when the token has none that can be told safely."""
    if len(token) < 4 or not token.isalpha():
        return ""
    word = singular(token)
    given = _FAMILY.get(word) or _FAMILY.get(token)
    if given:
        return given
    if word in _ALONE:
        return ""
    root = _root(word)
    if root.endswith("ion") and root != word:  # gestionnaire -> gestion, fonctionnaire -> fonction -> fonct
        root = _root(root)
    return root if len(root) >= 4 else ""


def _root(word: str) -> str:
    for ending, becomes, letters in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= letters:
            root = word[: -len(ending)] + becomes
            return root[:-1] if root.endswith(("nn", "ll", "tt")) else root
    if word.endswith("e") and len(word) > _BARE:
        word = word[:-1]
    return word if len(word) >= _BARE else ""
