"""Kills at random instants, with real processes and real servers: after each, the index must equal the catalogue.

``python -m tests.faults.kills --rounds 100 --seed 1 --on elasticsearch`` (or ``embedded``). A writer feeds the
catalogue, ``parcours import`` brings files, ``parcours worker`` follows, ``parcours reindex``, ``index rollback`` and
``index prune`` go on; at an instant drawn from the seed one of them, or a server, is killed with SIGKILL and started
again. What a round does is a function of seed and number: ``--first 37 --rounds 1`` does the 37th alone.
"""
