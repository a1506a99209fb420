"""Published links: what counts as a link and when two are the same page."""
