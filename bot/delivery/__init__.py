"""What leaves for Telegram: rendering, pacing, the transport and the outcome of every attempt."""
