"""The demo: the real bot with an invented office, against the built-in sandbox. Part of the
command line; nothing of the product imports it."""
