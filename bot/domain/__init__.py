"""Frozen values and decisions of the office: the standard library only, no input or output."""
