"""What Slack sends us: one module a feature, each with `register()`."""
