"""What the rules say: the document register, the FAQ files and search over Chinese text."""
