"""Official letters: from bytes or pasted text to a `Letter`, and the deadlines written in them.

Everything here is pure but `worker`, which downloads files, and `reading` with `child`, the process
of its own that reads them.
"""
