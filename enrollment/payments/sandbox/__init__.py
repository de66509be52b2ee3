"""The built-in provider: a page where nothing is really paid, and signed webhooks that tell what was done there.

It stands for an outside service: it commits by itself and tells only through webhooks (``delivery``). ``cards`` says
what each card does.
"""

from enrollment.payments.sandbox.provider import Sandbox

__all__ = ["Sandbox"]
