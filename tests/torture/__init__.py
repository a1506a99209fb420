"""`make torture`: the real bot is killed while it sends, and what arrived is counted.

Here stand the harness and the faults of the outbound side. How often sending is fast belongs to
`tests.bench`, what one function does to the tests beside it.
"""
