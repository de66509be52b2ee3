"""The file of one learner on one session, from the request to the payment of the organisation.

``transitions`` declares what may happen, ``decide`` executes it on values, ``acts`` does it in the caller's transaction
(file, history, seats, money, notices together), ``sweep`` does what time does. Others call ``acts``, ``sweep`` and the
reading functions of ``store``.
"""
