"""Words that say nothing of a training. A short list on purpose: ``son``, ``car``, ``or`` and ``bois`` name trades."""

from __future__ import annotations

# Folded. ``formation`` and its like are not here: their low idf already says how little they tell.
_WORDS = """
    a afin ainsi ait au aucun aujourdhui aupres aussi autre autres aux avec avoir ayant ce ceci cela celle celles
    celui ces cet cette ceux chaque chez comme comment dans de des dont du elle elles en entre es est et etant etc ete
    etre eux fait faire il ils je jusque la le les leur leurs lors lui ma mais me meme memes mes moi mon ne ni nos
    notre nous on ont ou par parmi pas pendant peu peut plus plusieurs pour pouvoir pourquoi puis quand que quel quelle
    quelles quels qui quoi sa sans sauf se selon ses si soit sont sous sur ta tes te toi ton tous tout toute toutes
    tres tu un une vers veux voudrais vos votre vous voici voila y
"""
STOP_WORDS = frozenset(_WORDS.split())

# What somebody wants to do, not what is taught: left out of questions only, for a catalogue says "devenir" so seldom
# that it would weigh more than the trade ("devenir infirmière" gave up "infirmière"). ``cherche`` but not
# ``recherche``, which names trades.
_INTENT = """
    aimerais apprendre cherche chercher devenir souhaite souhaiterais souhaiterait trouver veut voudrait
"""
INTENT_WORDS = frozenset(_INTENT.split())
