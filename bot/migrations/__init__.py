"""The history of the database's tables: one file a step, run in order by `yibao db upgrade` and at start."""
