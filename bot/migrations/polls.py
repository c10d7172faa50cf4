"""The steps for polls."""

from sqlite_utils import Database

from bot.migrations.questions import migrations  # whose steps come first
from bot.migrations.steps import ballot_migrations, execute

__all__ = ["migrations"]


@migrations()
def m007_polls(db: Database) -> None:
    """Polls and the votes of named ones. Those of anonymous polls lie in a file of their own."""
    execute(
        db,
        """
        CREATE TABLE polls (
            id INTEGER PRIMARY KEY AUTOINCREMENT,   -- buttons name it, so it is never used again
            workspace TEXT NOT NULL,
            state TEXT NOT NULL,            -- draft, scheduled, open, closed, deleted
            plan TEXT NOT NULL,             -- JSON: what is asked, where and how
            form TEXT,                      -- JSON: what stands in the form of a lead who is not done with it
            author TEXT NOT NULL,
            version INTEGER NOT NULL,       -- grows with every move
            made_at TEXT NOT NULL,
            opens_at TEXT,
            closes_at TEXT,
            opened_at TEXT,
            closed_at TEXT,
            closed_by TEXT,                 -- NULL where its time was up
            reopened INTEGER NOT NULL DEFAULT 0,
            box TEXT UNIQUE,                -- names the ballot box of an anonymous poll
            follows INTEGER UNIQUE,         -- the poll that this one repeats
            reminders INTEGER NOT NULL DEFAULT 0,
            reminded_at TEXT,
            outcome TEXT                    -- JSON: what was heard, what will be done, by whom, when
        );
        CREATE INDEX polls_to_open ON polls (opens_at) WHERE state = 'scheduled';
        CREATE INDEX polls_to_close ON polls (closes_at) WHERE state = 'open';

        CREATE TABLE poll_messages (
            poll_id INTEGER NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
            channel TEXT NOT NULL,
            ts TEXT,                        -- NULL until Slack has it
            wanted INTEGER NOT NULL DEFAULT 0,      -- grows with whatever the message should show
            drawn INTEGER NOT NULL DEFAULT 0,       -- what it shows
            not_before TEXT,                        -- when it may be drawn next, or when whoever draws it now is dead
            failures INTEGER NOT NULL DEFAULT 0,    -- since it was drawn last
            PRIMARY KEY (poll_id, channel)
        );
        CREATE INDEX poll_messages_to_draw ON poll_messages (poll_id) WHERE drawn < wanted AND ts IS NOT NULL;

        CREATE TABLE poll_refusals (        -- poll messages that Slack refused
            posting_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
            is_told INTEGER NOT NULL,       -- a lead knows of the last refusal
            times INTEGER NOT NULL          -- how many refusals a lead was told of
        );
        CREATE INDEX outbox_refused_polls ON outbox (id) WHERE kind = 'poll' AND state = 'dead' AND body IS NOT NULL;

        CREATE TABLE redraws (              -- of the last minute, for Slack's limit
            workspace TEXT NOT NULL,
            drawn_at TEXT NOT NULL
        );
        CREATE TABLE redraw_pauses (        -- while Slack wants to hear of no redraw
            workspace TEXT PRIMARY KEY,
            until TEXT NOT NULL
        );

        CREATE TABLE votes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            poll_id INTEGER NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
            voter TEXT NOT NULL,            -- a person, or a practice where each practice has one voice
            person TEXT,                    -- who cast it; NULL once they were forgotten
            practice TEXT,                  -- held when it was cast, or chosen first while the poll was open
            answers TEXT NOT NULL,          -- JSON
            cast_at TEXT NOT NULL,
            UNIQUE (poll_id, voter)
        );
        CREATE INDEX votes_by_person ON votes (person);

        CREATE TABLE publications (         -- what others than leads were shown of a poll's answers
            id INTEGER PRIMARY KEY,
            poll_id INTEGER NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
            ballots TEXT NOT NULL,          -- JSON: vote id to answers
            content TEXT NOT NULL,          -- JSON: what was shown
            published_at TEXT NOT NULL
        );
        CREATE INDEX publications_by_poll ON publications (poll_id);

        CREATE TABLE no_reminders (
            workspace TEXT NOT NULL,
            person TEXT NOT NULL,
            PRIMARY KEY (workspace, person)
        );

        CREATE TABLE audit (                -- what leads did with polls and with people's practices
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            done_by TEXT NOT NULL,          -- a person, or the name of a place outside Slack
            action TEXT NOT NULL,           -- such as poll:delete
            poll_id INTEGER,
            person TEXT,                    -- whom it concerned; NULL once they were forgotten
            detail TEXT NOT NULL,
            done_at TEXT NOT NULL
        );
        CREATE INDEX audit_by_poll ON audit (poll_id) WHERE poll_id IS NOT NULL;
        """,
    )


@ballot_migrations()
def b001_boxes(db: Database) -> None:
    """Ballot boxes of anonymous polls: a row a poll, rewritten whole, so that nothing in it has an order."""
    execute(
        db,
        """
        CREATE TABLE boxes (
            name TEXT PRIMARY KEY,
            is_open INTEGER NOT NULL,
            taking_part INTEGER NOT NULL,
            people TEXT NOT NULL,           -- JSON: who took part, sorted; empty once the poll is closed
            counts TEXT NOT NULL,           -- JSON: for each question how often each choice, and how many answered
            texts TEXT NOT NULL,            -- JSON: for each question what was written, sorted
            votes_since INTEGER NOT NULL    -- since the file was last copied
        ) WITHOUT ROWID;
        """,
    )
