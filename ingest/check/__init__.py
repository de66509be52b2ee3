"""Rules across drafts and records: the same key twice, offers that are too alike, one VAE offer by category.

``rows`` works on drafts before they are normalised, ``alike`` on records after; both keep what they must remember on
disk (``ingest.run`` owns the file), so that memory does not grow with the submission.
"""
