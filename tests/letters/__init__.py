"""Files of letters in every form, and how much of a corpus of letters is read right."""
