"""The pages for learners, rendered by the server, usable by keyboard and without JavaScript.

In: addresses, with the very parameters of the API. Out: HTML, one style sheet, one icon. ``pages.pages`` is the door,
for the wiring of ``parcours`` only. No rule of search or of the business lives here: it shows what ``search`` says and
what the catalogue holds.
"""
