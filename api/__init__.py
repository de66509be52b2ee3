"""HTTP: routes, identity, limits, errors. No rule of the business lives here.

In: ``Services`` (database, engine, gazetteer, clock, limits), wired by ``parcours``. Out: ``create_app``, an ASGI
application. ``web`` adds its pages to that application and asks through the same functions.
"""
