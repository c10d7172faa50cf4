"""A loopback Slack Web API for tests and the demo: it remembers what it was sent and refuses what Slack would."""

from bot.standin.checks import check_message, check_view
from bot.standin.server import Call, StandIn

__all__ = ["Call", "StandIn", "check_message", "check_view"]
