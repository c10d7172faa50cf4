"""Settings: from a flag, else the environment, else `.env` in the current folder, else the default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values

from bot.errors import SettingsError

SLACK_API_URL = "https://slack.com/api/"
LOCAL_WORKSPACE = "local"

# Each needed token, and where to find it.
TOKENS = {
    "SLACK_BOT_TOKEN": "api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token; starts with xoxb-",
    "SLACK_APP_TOKEN": "api.slack.com/apps, your app, Basic Information, App-Level Tokens; starts with xapp-",
    "SLACK_SIGNING_SECRET": "api.slack.com/apps, your app, Basic Information, App Credentials",
}


@dataclass(frozen=True)
class Settings:
    """Everything a deployment can set. Secrets never show when this is printed."""

    knowledge: Path
    db: Path
    ccg_name: str = "your CCG"
    leads: tuple[str, ...] = ()  # Slack user ids (U…, W…) and user group ids (S…)
    leads_channel: str | None = None
    owners: Mapping[str, str] = field(default_factory=dict)  # role to Slack user id
    two_leads: bool = False  # whether a second lead has to approve an answer
    heartbeat: Path | None = None  # touched while all is well
    dashboard_url: str | None = None  # where leads open the dashboard
    backups: Path | None = None  # the folder that `backup_folder` is in place of its own
    controller: str = ""  # as `mandate-bot ig` prints it, as the three that follow
    processor: str = ""
    legal_basis: str = ""
    dpia: str = ""  # the reference of the data protection impact assessment
    slack_api_url: str = SLACK_API_URL
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    dashboard_password_hash: str = field(default="", repr=False)

    @classmethod
    def from_env(
        cls, env: Mapping[str, str] | None = None, *, knowledge: str | None = None, db: str | None = None
    ) -> "Settings":
        """Settings from flags (`knowledge`, `db`) and the environment. Raises `SettingsError` for a malformed one."""
        if env is None:
            env = _in_file() | {name: value for name, value in os.environ.items() if value}
        folder = knowledge or env.get("MANDATE_KNOWLEDGE")
        database = db or env.get("MANDATE_DB")
        api_url = env.get("SLACK_API_URL") or SLACK_API_URL
        return cls(
            knowledge=Path(folder).expanduser() if folder else shipped_knowledge(),
            db=Path(database).expanduser() if database else _data_folder() / "mandate-bot.db",
            ccg_name=env.get("MANDATE_CCG_NAME", "").strip() or "your CCG",
            leads=tuple(env.get("MANDATE_LEADS", "").replace(",", " ").split()),
            leads_channel=env.get("MANDATE_LEADS_CHANNEL", "").strip() or None,
            owners=_owners(env.get("MANDATE_OWNERS", "")),
            two_leads=_flag("MANDATE_TWO_LEADS", env.get("MANDATE_TWO_LEADS", "")),
            heartbeat=Path(beat).expanduser() if (beat := env.get("MANDATE_HEARTBEAT", "").strip()) else None,
            dashboard_url=_web_address("MANDATE_DASHBOARD_URL", env.get("MANDATE_DASHBOARD_URL", "").strip()),
            backups=Path(backups).expanduser() if (backups := env.get("MANDATE_BACKUPS", "").strip()) else None,
            controller=env.get("MANDATE_CONTROLLER", "").strip(),
            processor=env.get("MANDATE_PROCESSOR", "").strip(),
            legal_basis=env.get("MANDATE_LEGAL_BASIS", "").strip(),
            dpia=env.get("MANDATE_DPIA", "").strip(),
            slack_api_url=api_url if api_url.endswith("/") else api_url + "/",
            slack_bot_token=env.get("SLACK_BOT_TOKEN", "").strip(),
            slack_app_token=env.get("SLACK_APP_TOKEN", "").strip(),
            slack_signing_secret=env.get("SLACK_SIGNING_SECRET", "").strip(),
            dashboard_password_hash=env.get("MANDATE_DASHBOARD_PASSWORD_HASH", "").strip(),
        )

    @property
    def backup_folder(self) -> Path:
        """Where copies of the database lie."""
        return self.backups or self.db.parent / "backups"

    def require_tokens(self, *, http: bool) -> None:
        """Raise `SettingsError` naming every missing token, and where to get each."""
        needed = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET" if http else "SLACK_APP_TOKEN"]
        missing = [name for name in needed if not getattr(self, name.lower())]
        if missing:
            lines = [f"  {name}: {TOKENS[name]}" for name in missing]
            raise SettingsError(
                "Slack cannot be reached until these are set, in the environment or in a file called .env:\n"
                + "\n".join(lines)
                + '\nThe README says how, under "Run it in Slack". To try the bot without Slack: mandate-bot chat'
            )


def _in_file() -> dict[str, str]:
    try:
        return {name: value or "" for name, value in dotenv_values(".env").items()}
    except UnicodeDecodeError as error:
        raise SettingsError(f"The file .env is not UTF-8 text: {error}.") from error


def shipped_knowledge() -> Path:
    """The knowledge that came with the bot: inside the installed package, or beside it in a checkout."""
    inside = Path(str(resources.files("bot"))) / "shipped_knowledge"
    return inside if inside.is_dir() else inside.parent.parent / "knowledge"


def manifest() -> Path:
    """The app's manifest for Slack: inside the installed package, or beside it in a checkout."""
    inside = Path(str(resources.files("bot"))) / "shipped_app.yaml"
    return inside if inside.is_file() else inside.parent.parent / "app.yaml"


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("mandate-bot", appauthor=False))


def _flag(name: str, text: str) -> bool:
    if text.strip() not in ("", "0", "1"):
        raise SettingsError(f'{name} should be 1 or 0, found "{text}".')
    return text.strip() == "1"


def _web_address(name: str, text: str) -> str | None:
    """A web address that is safe within a link of Slack's; None where nothing is set."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port or an IPv6 address
        is_address = False
    if not is_address or any(char in '<>|"' or char.isspace() or not char.isprintable() for char in text):
        raise SettingsError(f'{name} should be a web address, such as https://mandate.anytown.nhs.uk, found "{text}".')
    return text


def _owners(text: str) -> dict[str, str]:
    """Roles and user ids from "practice engagement lead=U1, finance lead=U2"."""
    owners = {}
    for pair in filter(None, (piece.strip() for piece in text.split(","))):
        role, equals, user = (piece.strip() for piece in pair.partition("="))
        if not (role and equals and user):
            raise SettingsError(f'MANDATE_OWNERS should be role=user id pairs with commas between, found "{pair}".')
        owners[role] = user
    return owners
