"""A simulated year of an office: random people, outages, a clock that jumps; `make simulate`.

What must have been sent is computed by an oracle of its own, from what happened, and compared with
what came into the chats. The engine's tables are never asked what it meant to do.
"""

import warnings

# The PostgreSQL wheel asks where sockets may live; pytest is told the same in pyproject.toml.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
