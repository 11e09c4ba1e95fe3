"""Benchmarks: each figure beside a reference measured in the same run. ``python3 -m tests.bench [--quick]``."""
