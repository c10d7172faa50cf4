"""`mandate-bot dashboard`: shows what practices ask as web pages, over the live database."""

from bot.errors import BotError
from bot.settings import Settings


def run(settings: Settings, *, host: str, port: int) -> int:
    """Show it until told to stop. Raises `BotError` where it cannot be shown."""
    try:
        from bot.dashboard.app import serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "bot":
            raise
        raise BotError('The dashboard needs more than the bot does: pip install "mandate-bot[dashboard]"') from error
    return serve(settings, host, port)
