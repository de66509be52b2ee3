"""French text to terms: the only analysis in the system, for documents and questions alike, whatever the engine.

Terms are made in Python, once per distinct text. A term is one of three forms of a token, told apart by its first
character: ``comptabilite`` (folded as it stands), ``~comptabilit`` (light stem) and ``^compt`` (word family).
"""

from search.analysis.folding import fold
from search.analysis.terms import document_terms, forms, terms
from search.analysis.tokens import tokens

__all__ = ["document_terms", "fold", "forms", "terms", "tokens"]
