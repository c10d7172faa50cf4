"""The short sentences: what happened, what it means for the person, what to do next."""

CANNOT_READ = (
    "I can't read files, pictures or voice clips. Type the question instead, "
    "and delete the file if it shows anything about a patient."
)
EDITED = "I answered the first version of your message. Send it again if you want an answer to the new one."
NOT_YOURS = "Only the person who asked can do that. To ask your own question, mention me or send me a message."
GONE = "I no longer have that question, so nothing was changed. Ask it again and I will answer."
ENTRY_GONE = "That answer has been taken out of my knowledge since. Ask the question again for the current one."
ALREADY_PASSED_ON = "That question is no longer waiting, so there was nothing to take back."
THANKS = "Thank you. That helps the people who write the answers."
ASK_AGAIN = "Slack no longer lets me add to that message: it does so five times, within 30 minutes. Ask again instead."
INTERRUPTED = "I could not tell whether my answer reached you. If you can't see it, ask again."
ASK_NOTHING = "Type a question first, such as: when does the Friends and Family Test start"
GREETING = (
    "Hello. Ask me about the NHS mandate or your CCG's responsibilities, in your own words. "
    "I answer from checked entries and show the source. Please don't include anything about a patient."
)
DATABASE_TROUBLE = "I can't reach my records just now. Please try again in a few minutes."


def withdrawn(ccg_name: str) -> str:
    return f"I've taken your question back. {ccg_name} will not see it."


def erased(questions: int) -> str:
    if questions == 0:
        return "There was nothing to erase: I kept no questions of yours."
    count = "your question" if questions == 1 else f"your {questions} questions"
    return (
        f"I've erased {count} and what you said about the answers. "
        "Slack still has its own copy of our messages; delete those in Slack."
    )


def unexpected(reference: str) -> str:
    return (
        "Something went wrong on my side. "
        f"Please try again; if it repeats, tell whoever runs this bot and give them this reference: {reference}"
    )


def broken_knowledge(problems: int, first: str) -> str:
    count = "one mistake" if problems == 1 else f"{problems} mistakes"
    return (
        f"An edited knowledge file has {count}, so I am still answering from the last good version. "
        f"The first: {first}. Run mandate-bot check to see them all."
    )


SUGGESTED_PROMPTS = (
    ("Does it bind us?", "Is our practice legally bound by the mandate?"),
    ("What must be online?", "What must be online by 2015?"),
    ("Friends and Family Test", "When must GP practices run the Friends and Family Test?"),
    ("What changes for us?", "What changes for our practice?"),
)
