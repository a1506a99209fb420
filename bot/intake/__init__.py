"""How updates come in: stored raw before Telegram is told, then handled in order per chat."""
