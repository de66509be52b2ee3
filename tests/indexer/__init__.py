"""From the catalogue to an index, on a real database and a real engine."""
