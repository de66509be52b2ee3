"""The sample catalogue: invented organisations and offers, with dates counted from today's clock.

``materialise(folder, today)`` writes the files an organisation would send (EDOF and LHÉO XML, JSON) and the list of the
certifications they cover. The program imports them like any other file; nothing else reads this folder.
"""

from samples.materialise import materialise

__all__ = ["materialise"]
