"""The cash part of a file, paid by card on a page of a provider's.

In: what a file asks for, signed webhooks. Out: a confirmed file, or the money back. ``port`` is what a provider does;
the built-in ``sandbox`` and ``stripe_checkout`` do it. ``checkout`` asks for a payment, ``webhooks`` keeps what the
provider tells and handles it once, ``refunds`` gives back what the ledger says is due. Money moves through
``enrollment.money`` alone, files through ``enrollment.files.acts``.
"""
