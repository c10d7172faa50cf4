"""Domain values to Slack's blocks, and every sentence the bot says."""

from bot.blocks import notices
from bot.blocks.answer_form import (
    answer_form,
    closing_view,
    option,
    outcome_entry_form,
    preview_view,
    published,
    who_did,
)
from bot.blocks.clarify import (
    ask_form,
    asked_back,
    asked_meanwhile,
    clarify_letter,
    reply_form,
    reply_letter,
)
from bot.blocks.home import home_view
from bot.blocks.kit import Block, Message, escape
from bot.blocks.letters import (
    also_answers,
    also_told,
    answered,
    dismissed,
    proposal_buttons,
    proposed,
    send_back_form,
    sent_back,
)
from bot.blocks.link_form import checking_view, link_form, linked, only_link_view, proof_view
from bot.blocks.modals import about_me_view, answer_view, browse_view, glossary_view, part_view, why_not_helpful
from bot.blocks.practices import practice_form, practice_options, practice_row
from bot.blocks.queue import announcement
from bot.blocks.queue_forms import assign_form, dismiss_form, row_option, sort_form
from bot.blocks.reply import entry_message, moved, note, queued_message, replace_part, reply
from bot.blocks.undelivered import dealt_with_row, undelivered_blocks
from bot.blocks.wording import join_parts, say, say_no_answer

__all__ = [
    "Block",
    "Message",
    "about_me_view",
    "also_answers",
    "also_told",
    "announcement",
    "answer_form",
    "answer_view",
    "answered",
    "ask_form",
    "asked_back",
    "asked_meanwhile",
    "assign_form",
    "browse_view",
    "checking_view",
    "clarify_letter",
    "closing_view",
    "dealt_with_row",
    "dismiss_form",
    "dismissed",
    "entry_message",
    "escape",
    "glossary_view",
    "home_view",
    "join_parts",
    "link_form",
    "linked",
    "moved",
    "note",
    "notices",
    "only_link_view",
    "option",
    "outcome_entry_form",
    "part_view",
    "practice_form",
    "practice_options",
    "practice_row",
    "preview_view",
    "proof_view",
    "proposal_buttons",
    "proposed",
    "published",
    "queued_message",
    "replace_part",
    "reply",
    "reply_form",
    "reply_letter",
    "row_option",
    "say",
    "say_no_answer",
    "send_back_form",
    "sent_back",
    "sort_form",
    "undelivered_blocks",
    "who_did",
    "why_not_helpful",
]
