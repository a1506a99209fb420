"""Timings as ratios against peers in the same run; `make bench`. No test: machines are noisy."""

import warnings

# The PostgreSQL wheel asks where sockets may live; pytest is told the same in pyproject.toml.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
