"""Brings members, ledger rows and stays in from the files an office exports: read, checked, staged, applied at once."""
