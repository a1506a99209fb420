"""Tables that staff send: read in a process of their own, kept, shown as what they would change."""
