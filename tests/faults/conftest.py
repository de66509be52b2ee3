from tests.parcours.conftest import parcours

__all__ = ["parcours"]
