"""The outside: channels, storage, the help-desk console, settings, the command line, the composition root."""
