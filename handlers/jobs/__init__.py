"""One module a job; `handlers/routes.py` says which message goes where."""
