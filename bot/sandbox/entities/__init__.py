"""Formatted text as Telegram understands it: HTML, given entities, and what it finds itself."""
