"""Our own web server: what others may reach over HTTP."""
