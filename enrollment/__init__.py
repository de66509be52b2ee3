"""One learner's file on one session, from the request to the organisation that is paid, and every cent on the way.

In: offers and sessions of ``catalog`` and what learners, organisations, funders and time do to a file. Out: states,
deadlines, ledger entries, documents. ``api`` and ``parcours`` call it; nothing here commits, the caller's unit of work
does. ``files`` holds the file and its transitions, ``money`` the plan and the ledger, ``dated`` how a rule is written.
"""
