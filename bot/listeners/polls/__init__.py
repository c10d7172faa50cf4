"""Polls in Slack: leads make them, practices vote, and what they said comes back."""

from slack_bolt import App

from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.polls import aftermath, listing, making, posting, quick, reminding, voting
from bot.listeners.polls import desk as window


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for everything about polls."""
    voting.register(app, desk, boundary)
    making.register(app, desk, boundary, leads)
    posting.register(app, desk, boundary, leads)
    quick.register(app, desk, boundary, leads)
    listing.register(app, desk, boundary, leads)
    window.register(app, desk, boundary, leads)
    reminding.register(app, desk, boundary)
    aftermath.register(app, desk, boundary, leads)
