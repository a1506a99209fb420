"""Use cases: load, decide, write facts and outbox messages and an event. One session, no commit."""
