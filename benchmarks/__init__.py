"""Benchmarks: what each step costs and how it grows; ``python -m benchmarks.<name>`` runs one."""
