"""What staff and leaders are shown: every number of every form comes from `numbers`."""
