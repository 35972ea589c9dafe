"""The steps, oldest first; a file begins with its id."""
