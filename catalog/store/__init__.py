"""The SQL of the catalogue, here and nowhere else. Functions take a ``Connection`` and never commit.

``write`` (trainings in), ``read`` (trainings out), ``marks`` (what the index does not have yet), ``submissions`` (files
as received and what was said of them), ``reference`` (certifications and vocabularies).
"""
