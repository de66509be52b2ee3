"""What a file costs, who pays it, and where each cent is: plans, the ledger, settlement.

In: a buyer, a price, pots of rights, agreements of funders, events of a file. Out: a plan explained line by line and
balanced entries of an append-only ledger. Amounts are integer cents. What decides is a function of values (``plan``,
``settlement``, ``entries``); ``ledger`` alone touches the tables, in the caller's transaction.
"""
