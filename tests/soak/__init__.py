"""The bot killed again and again under mixed load, against a ledger of what it had acknowledged."""
