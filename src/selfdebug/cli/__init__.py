"""The commands: thin; they parse, call and show."""
