"""Keeping personal data safe: tokens for what is typed, masks for what is shown, a vault for what is kept."""
