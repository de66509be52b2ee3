"""Paying organisations: their bank accounts, one file of transfers for a run, what banks send back, who waits for what.

In: accounts that organisations declare, files that are billed, banks' rejects as CSV. Out: a SEPA file (pain.001) and
files that are paid, or due again. Files move through ``enrollment.files.acts`` alone, and money with them through the
ledger. ``accounts`` keeps bank accounts, ``run`` pays, ``rejects`` takes back, ``standing`` tells.
"""
