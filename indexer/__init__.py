"""Changed trainings -> offer documents -> a search engine: documents, cards, lexicon, rebuild and follow."""
