"""What the commands of `bot.cli` do, one module per noun. Sentences here are English: they are for
the operator. Each is imported only when its command runs."""
