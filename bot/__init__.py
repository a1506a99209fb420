"""Everything of Dondoc but chat handlers (`handlers`) and timing (`scheduler`)."""
