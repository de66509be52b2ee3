"""Is the ranking good, fair and explained: judgments, metrics, rank check, neutrality."""
