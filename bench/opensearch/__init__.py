"""OpenSearch 3.8 with its own French analysis: a peer to be measured against, brought for the benchmark alone.

``python -m bench.opensearch -- COMMAND`` starts a node, runs the command with its address in
``PARCOURS_BENCH_OPENSEARCH`` and stops it. The node comes from Maven; it needs Java 21 or later and never runs as root.
"""
