"""Mandate Bot: explains the NHS mandate to GP practices, in Slack."""
