"""`make torture`: the real bot is killed while it sends, and what arrived is counted; and while
people press and write, and what was done is.

Here stand the harness and the faults of the outbound side; those of the intake that need no killed
process are tests of `tests.intake`. How often sending is fast belongs to
`tests.bench`, what one function does to the tests beside it.
"""
