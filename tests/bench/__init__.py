"""Timings as ratios against a peer in the same run; `make bench`. No test: machines are noisy."""
