"""Members, their insured relations and personal accounts; who may see whose; the imports from the office's systems."""
