"""Domain values to Slack's blocks, and every sentence the bot says."""

from bot.blocks import notices
from bot.blocks.home import home_view
from bot.blocks.kit import Block, Message, escape
from bot.blocks.modals import about_me_view, answer_view, browse_view, glossary_view, part_view, why_not_helpful
from bot.blocks.reply import entry_message, note, queued_message, replace_part, reply
from bot.blocks.wording import join_parts, say, say_no_answer

__all__ = [
    "Block",
    "Message",
    "about_me_view",
    "answer_view",
    "browse_view",
    "entry_message",
    "escape",
    "glossary_view",
    "home_view",
    "join_parts",
    "note",
    "notices",
    "part_view",
    "queued_message",
    "replace_part",
    "reply",
    "say",
    "say_no_answer",
    "why_not_helpful",
]
