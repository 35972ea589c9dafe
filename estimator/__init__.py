"""The arithmetic: schemes as dated YAML, priced by small pure functions; money is integer fen."""
