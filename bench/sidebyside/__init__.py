"""The embedded engine, Elasticsearch with our plan and OpenSearch as a good engineer would set it up, side by side.

In: a seeded synthetic catalogue, kept under one folder with both nodes' data so that it is built once. Out: totals that
were compared first, a table of latencies, CPU, memory and disk, raw samples as JSON. In every round each contender is
asked the same questions in turn; the measured engine's processes have core 0, the client core 1, and the Java nodes
that are not measured are stopped by a signal, so that nothing merges or collects garbage beside the measured one.
"""
