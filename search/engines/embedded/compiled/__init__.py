"""``embedded.execute`` compiled by numba, for processes that answer many questions: the same plans and states in, equal
answers out (docs/decisions has the reason). Whoever starts such a process calls ``loading.load`` and hands the kernel
to ``EmbeddedEngine``; nothing else here is called from outside, and nothing else in the system needs numba.

How a question goes through is read from ``executing`` (Python) and ``kernel`` (compiled): ``candidates`` finds the rows
that hold the words, ``keeping`` filters, counts and scores them, ``selecting`` orders the first. What is handed over,
and what each column is, stands in ``layout``.
"""
