"""Languages of teaching that are shown by their name (ISO 639-1); another code is shown as it is."""

from __future__ import annotations

LANGUAGES = {
    "ar": "arabe", "br": "breton", "ca": "catalan", "co": "corse", "de": "allemand", "en": "anglais", "es": "espagnol",
    "eu": "basque", "fr": "français", "it": "italien", "ja": "japonais", "nl": "néerlandais", "oc": "occitan",
    "pl": "polonais", "pt": "portugais", "ru": "russe", "sv": "suédois", "tr": "turc", "uk": "ukrainien",
    "zh": "chinois",
}  # fmt: skip
