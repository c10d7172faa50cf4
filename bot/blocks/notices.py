"""The short sentences: what happened, what it means for the person, what to do next."""

from bot.retention import length_of

CANNOT_READ = (
    "I can't read files, pictures or voice clips. Type the question instead, "
    "and delete the file if it shows anything about a patient."
)
EDITED = "I answered the first version of your message. Send it again if you want an answer to the new one."
NOT_YOURS = "Only the person who asked can do that. To ask your own question, mention me or send me a message."
GONE = "I no longer have that question, so nothing was changed. Ask it again and I will answer."
ENTRY_GONE = "That answer has since been withdrawn. Ask your question again to see what I know now."
ALREADY_PASSED_ON = "That question is no longer waiting, so there was nothing to take back."
THANKS = "Thank you. That helps the people who write the answers."
ASK_AGAIN = "Slack no longer lets me add to that message: it does so five times, within 30 minutes. Ask again instead."
INTERRUPTED = "I could not tell whether my answer reached you. If you can't see it, ask again."
ASK_NOTHING = "Type a question first, such as: when does the Friends and Family Test start"
GREETING = (
    "Hello. Ask me about the NHS mandate or your CCG's responsibilities, in your own words. "
    "My answers are checked, and each shows its source. Please don't include anything about a patient."
)
DATABASE_TROUBLE = "I can't reach my records just now. Please try again in a few minutes."
TOO_LONG = "My answer is too long for one message, so you did not get it. Ask about one thing at a time."
SLACK_TROUBLE = (
    "Slack is not passing on everything from me just now, so you may not see what came of what you did. "
    "Look again in a few minutes; what I had taken in I have kept."
)
LOCKED_OUT = "Slack no longer lets me in, so I can do nothing here. Tell whoever runs this bot."
TOO_SLOW = "I was too slow for Slack to open that window. Press it again."
LEADS_ONLY = (
    "Only CCG leads can do that, so nothing was changed. If you are a lead, ask whoever runs this bot to list you."
)
POSTING_AGAIN = "I'm posting that again. If Slack does not take it, it will come back to this list."
LEFT_ALONE = "I've taken that off this list, and will not post it again."
DEALT_WITH = "Somebody has dealt with that message already, so nothing was changed."
TYPE_A_QUESTION = "Type what you want to ask."
TYPE_A_REPLY = "Type your reply first."
NOBODY_TO_ASK = "Nobody who asked that can be reached any more, so there is nobody to ask what they meant."
CLOSED = "That question is closed. Reopen it first."
REPLIED_ALREADY = "That reply was passed on already, so nothing was sent. To add something, ask me your question again."
ANSWERED_SINCE = "That question has been answered since, so no reply is needed."
NOT_ASKED = "Only the person I asked can reply to that. To ask a question of your own, mention me or send me a message."

QUESTION_GONE = "Whoever asked that has taken the question back, so there is nothing to answer."
QUESTION_CLOSED = "That question is closed already, so there is nothing to answer. Reopen it if that was wrong."
WAITS_FOR_APPROVAL = (
    "An answer to that question already waits for a second lead, so nothing was changed. "
    "That one has to be approved or turned down first."
)
SENT_FOR_APPROVAL = "Sent for approval. Nobody is told until a second lead has approved your answer."
DRAFT_KEPT = "Nothing was published. Your answer is kept as a draft; press Answer beside the question to see it again."
NOTHING_CHANGED = "Nothing more was changed."
SOURCE_GONE = "The source of that answer is no longer known, so nothing was published. Go back and pick another one."
NAME_TAKEN = (
    "Another answer was published under the same name, so yours was not. It is kept as a draft: "
    "press Answer beside the question, then Preview, and it gets a name of its own."
)
NOT_YOUR_DRAFT = (
    "That draft is no longer yours to publish, so nothing was changed. Press Answer beside the question to start again."
)
NOT_YOUR_OWN = "You wrote that answer, so another lead has to approve it. Nothing was changed."
PROPOSAL_SETTLED = "That answer has since been approved, sent back or changed, so your press changed nothing."
SENT_BACK = "Sent back. The lead who wrote it gets your reason, and can change the answer."
TYPE_A_REASON = "Type what has to change."
TICK_ONE = "Nobody was told, because no question was ticked. Tick those that the answer fits, then press Tell them."

ROW_GONE = "That row is no longer in the queue, so nothing was changed. My Home tab shows what is."
NOT_A_LEAD = "That person is not listed as a CCG lead. Pick somebody who is."
ONE_AT_A_TIME = "Nothing was changed. Split wordings off or join the row with another: one of the two at a time."
NOTHING_LEFT = "Nothing was changed, because you ticked every wording. Leave at least one without a tick."


def withdrawn(ccg_name: str) -> str:
    return f"I've taken your question back. {ccg_name} will not see it."


def erased(questions: int, open_boxes: int = 0, deeds: int = 0) -> str:
    """What was erased, and what was not, with why.

    `open_boxes` anonymous polls are open that the person took part in, `deeds` rows of the log of what leads did name
    them.
    """
    if questions == 0:
        what = "I kept no questions of yours. Anything else I kept about you is erased."
    else:
        count = "your question" if questions == 1 else f"your {questions} questions"
        what = f"I've erased {count} and everything else I kept about you."
    still = (
        "Slack still has its own copy of our messages; delete those in Slack. "
        f"Backups of my records that were made before now hold what was in them, for up to {length_of('backups')}."
    )
    if deeds:
        still = (
            f"The log of what leads did still names you, for {length_of('audit')} after each thing done: "
            f"it is the CCG's record of who decided what, so nothing is taken out of it. {still}"
        )
    if not open_boxes:
        return f"{what} {still}"
    polls = "one open anonymous poll" if open_boxes == 1 else f"{open_boxes} open anonymous polls"
    until = "it closes" if open_boxes == 1 else "they close"
    box = (
        f"One thing stays until {until}: that somebody took part in {polls}, as a code in place of your name, "
        "so that nobody can vote twice."
    )
    return f"{what} {box} What you chose was never kept with it. {still}"


def reply_passed_on(ccg_name: str) -> str:
    return f"Thank you. I've passed your reply to {ccg_name}, without your name. I'll tell you once they answer."


def unexpected(reference: str) -> str:
    return (
        "Something went wrong on my side. "
        f"Please try again. If it happens again, tell whoever runs this bot and give them this reference: {reference}"
    )


def broken_knowledge(problems: int, first: str) -> str:
    count = "one mistake" if problems == 1 else f"{problems} mistakes"
    return (
        f"An edited knowledge file has {count}, so I am still answering from the last good version. "
        f"The first: {first}. Run mandate-bot check to see them all."
    )


CORRECTION_GONE = "I no longer have that answer or its correction, so nobody was told."
NOT_YOURS_TO_REVIEW = "Only the owner of that answer and CCG leads can do that, so nothing was changed."
CHANGED_MEANWHILE = (
    "Somebody else has since changed or reviewed that answer, so your press changed nothing. "
    "The reminder shows it as it stands now."
)
CHANGED_WHILE_OPEN = (
    "Somebody else changed this answer while your form was open, so yours was not kept. "
    "Copy your text, close this and open the form again to see theirs."
)

SUGGESTED_PROMPTS = (
    ("Does it bind us?", "Is our practice legally bound by the mandate?"),
    ("What must be online?", "What must be online by 2015?"),
    ("Friends and Family Test", "When must GP practices run the Friends and Family Test?"),
    ("What changes for us?", "What changes for our practice?"),
)
NOTHING_ADDED = "Nothing was added, and nobody was told. Your draft is kept."
NOT_CHECKED = (
    "I have no checked wording of yours for that question, so nothing was changed. "
    "Press It's this entry to start again."
)
SAY_WHY = "Say why it is right all the same, or press Reword."
PICK_AN_ENTRY = "Pick the entry that answers this question."
NO_WORDS = "I can't see any words there. Type it as somebody would ask it, or leave it empty."
IS_THERE = "That entry has this wording already. Leave it empty to link the question only."
IS_ANOTHERS = "Another entry has this wording already, word for word. Reword it, or pick that entry."
