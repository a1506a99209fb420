"""When things must happen: the calendar, the plan of reminders, and the ticks."""
