"""The steps for questions, their review and the practice register."""

from sqlite_utils import Database

from bot.migrations.steps import execute, migrations

__all__ = ["migrations"]


@migrations()
def m001_questions(db: Database) -> None:
    """Questions as asked, what each was served, and those that nobody could answer."""
    execute(
        db,
        """
        CREATE TABLE questions (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            asker TEXT,
            surface TEXT NOT NULL,
            channel TEXT,
            thread_ts TEXT,
            question TEXT,              -- NULL once withdrawn
            outcome TEXT NOT NULL,
            entry TEXT,
            confidence REAL NOT NULL,
            offered TEXT,               -- JSON list of the entry ids suggested
            waits_until TEXT,           -- suggestions nobody has picked yet
            asked_at TEXT NOT NULL
        );
        CREATE INDEX questions_by_asker ON questions (workspace, asker, asked_at);
        CREATE INDEX questions_waiting ON questions (waits_until) WHERE waits_until IS NOT NULL;

        CREATE TABLE served (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
            asker TEXT,
            entry TEXT NOT NULL,
            served_at TEXT NOT NULL
        );
        CREATE INDEX served_by_time ON served (served_at);
        CREATE INDEX served_by_question ON served (question_id);

        CREATE TABLE unanswered (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            question_id INTEGER NOT NULL UNIQUE REFERENCES questions (id) ON DELETE CASCADE,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            queued_at TEXT NOT NULL
        );
        CREATE INDEX unanswered_by_status ON unanswered (workspace, status);

        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
            asker TEXT NOT NULL,
            entry TEXT NOT NULL,
            helpful INTEGER NOT NULL,
            reason TEXT,
            note TEXT,
            given_at TEXT NOT NULL,
            UNIQUE (workspace, question_id, entry, asker)
        );

        CREATE TABLE conversations (
            workspace TEXT NOT NULL,
            place TEXT NOT NULL,
            asker TEXT,
            entry TEXT NOT NULL,
            question TEXT NOT NULL,
            served_at TEXT NOT NULL,
            PRIMARY KEY (workspace, place)
        );
        """,
    )


@migrations()
def m002_inbox(db: Database) -> None:
    """What Slack delivered and is not answered yet, and what must hold between processes."""
    execute(
        db,
        """
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            delivery TEXT NOT NULL,     -- Slack's event id, or a trigger id
            channel TEXT,
            message_ts TEXT,
            request TEXT,               -- JSON; NULL once done
            reply TEXT,                 -- JSON; NULL until composed and once done
            state TEXT NOT NULL,        -- waiting, ready, sending, done
            claimed_by TEXT,
            claimed_at TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            not_before TEXT,            -- when it is tried again
            received_at TEXT NOT NULL,
            UNIQUE (workspace, delivery),
            UNIQUE (workspace, channel, message_ts)
        );
        CREATE INDEX inbox_unfinished ON inbox (state) WHERE state != 'done';

        CREATE TABLE marks (
            workspace TEXT NOT NULL,
            name TEXT NOT NULL,
            made_at TEXT NOT NULL,
            PRIMARY KEY (workspace, name)
        );

        CREATE TABLE leases (
            name TEXT PRIMARY KEY,
            holder TEXT NOT NULL,
            until TEXT NOT NULL
        );
        """,
    )


@migrations()
def m003_review(db: Database) -> None:
    """The review queue: questions that mean the same stand in one row."""
    execute(
        db,
        """
        CREATE TABLE groups (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            state TEXT NOT NULL,            -- new
            version INTEGER NOT NULL,       -- grows when another group becomes one with it
            times INTEGER NOT NULL,         -- how often it was asked
            people INTEGER NOT NULL,        -- how many asked it
            practices INTEGER NOT NULL,
            first_asked_at TEXT NOT NULL,
            last_asked_at TEXT NOT NULL,
            part INTEGER,                   -- of the mandate, that of the best candidate
            merged_into INTEGER             -- the group that took this one in
        );
        CREATE INDEX groups_by_age ON groups (workspace, first_asked_at) WHERE merged_into IS NULL;

        ALTER TABLE questions ADD COLUMN practice TEXT;
        ALTER TABLE unanswered ADD COLUMN group_id INTEGER REFERENCES groups (id);
        CREATE INDEX unanswered_by_group ON unanswered (group_id);

        CREATE TABLE pins (
            workspace TEXT NOT NULL,
            one INTEGER NOT NULL,           -- unanswered ids, the smaller first
            other INTEGER NOT NULL,
            together INTEGER NOT NULL,      -- 1 for a merge by hand, 0 for a split
            PRIMARY KEY (workspace, one, other)
        );
        """,
    )


@migrations()
def m004_answers(db: Database) -> None:
    """What leads decide: answers and phrasings of their own, what goes out to people, and who did what."""
    execute(
        db,
        """
        ALTER TABLE groups ADD COLUMN assignee TEXT;
        ALTER TABLE groups ADD COLUMN entry TEXT;           -- what answers it, once something does
        ALTER TABLE groups ADD COLUMN reason TEXT;          -- why it was dismissed
        ALTER TABLE groups ADD COLUMN told INTEGER NOT NULL DEFAULT 0;            -- people whose ids have gone since
        ALTER TABLE groups ADD COLUMN told_practices INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE groups ADD COLUMN announced_at TEXT;    -- to the leads' channel
        ALTER TABLE unanswered ADD COLUMN entry TEXT;       -- what was served and did not help

        CREATE TABLE moves (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            group_id INTEGER NOT NULL,
            move TEXT NOT NULL,
            by TEXT NOT NULL,               -- the lead
            detail TEXT,                    -- JSON
            made_at TEXT NOT NULL
        );
        CREATE INDEX moves_by_group ON moves (group_id);

        CREATE TABLE additions (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            kind TEXT NOT NULL,             -- entry, phrasing, review, correction
            entry TEXT NOT NULL,
            content TEXT NOT NULL,          -- JSON
            state TEXT NOT NULL,            -- draft, proposed, live, retired, refused
            author TEXT NOT NULL,
            made_at TEXT NOT NULL,
            approved_by TEXT,
            approved_at TEXT,
            group_id INTEGER,
            reason TEXT                     -- why a phrasing was added although it does harm
        );
        CREATE INDEX additions_by_entry ON additions (entry);
        CREATE INDEX additions_by_state ON additions (state);

        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,   -- messages in Slack carry it, so it is never used again
            workspace TEXT NOT NULL,
            name TEXT NOT NULL,             -- says what it is, so that it is written once
            kind TEXT NOT NULL,
            channel TEXT NOT NULL,          -- or a user id, for a direct message
            thread_ts TEXT,
            person TEXT,                    -- whom it is for
            question_id INTEGER,
            body TEXT,                      -- JSON of text and blocks; NULL once sent
            state TEXT NOT NULL,            -- waiting, sending, doubtful, sent, dead
            attempts INTEGER NOT NULL DEFAULT 0,
            not_before TEXT,
            error TEXT,
            claimed_by TEXT,
            claimed_at TEXT,
            made_at TEXT NOT NULL,
            sent_at TEXT,
            UNIQUE (workspace, name)
        );
        CREATE INDEX outbox_unfinished ON outbox (state) WHERE state NOT IN ('sent', 'dead');

        CREATE TABLE direct_channels (
            workspace TEXT NOT NULL,
            person TEXT NOT NULL,
            channel TEXT NOT NULL,
            PRIMARY KEY (workspace, person)
        );

        CREATE TABLE clarifications (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            group_id INTEGER NOT NULL,
            question TEXT NOT NULL,         -- what the lead asks back
            by TEXT NOT NULL,
            asked_at TEXT NOT NULL
        );
        CREATE TABLE clarified (
            id INTEGER PRIMARY KEY,
            clarification_id INTEGER NOT NULL REFERENCES clarifications (id) ON DELETE CASCADE,
            person TEXT,                    -- whom it went to; NULL once they have replied
            reply TEXT,
            replied_at TEXT,
            UNIQUE (clarification_id, person)
        );

        CREATE TABLE versions (
            id INTEGER PRIMARY KEY,
            entry TEXT NOT NULL,
            digest TEXT NOT NULL,
            content TEXT NOT NULL,          -- JSON: what the entry said
            by TEXT,                        -- a lead; NULL for the knowledge files
            note TEXT,
            seen_at TEXT NOT NULL
        );
        CREATE INDEX versions_by_entry ON versions (entry, id);

        CREATE TABLE recalls (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            entry TEXT NOT NULL,
            version_before INTEGER NOT NULL REFERENCES versions (id),
            version_after INTEGER NOT NULL REFERENCES versions (id),
            note TEXT NOT NULL,
            state TEXT NOT NULL,            -- offered, told, declined
            decided_by TEXT,
            decided_at TEXT,
            UNIQUE (workspace, entry, version_after)
        );
        """,
    )


@migrations()
def m005_ids_used_once(db: Database) -> None:
    """A row of the queue, a question in it or a draft that goes leaves its id to no other.

    Buttons and letters name rows and drafts, pins and what compares questions name questions: a later one is none of
    their business. SQLite promises that for tables made with AUTOINCREMENT alone: https://www.sqlite.org/autoinc.html
    """
    execute(
        db,
        """
        CREATE TABLE new_groups (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            workspace TEXT NOT NULL,
            state TEXT NOT NULL,            -- new, assigned, answered, linked, dismissed, reopened
            version INTEGER NOT NULL,       -- grows with every move, and when another group becomes one with it
            times INTEGER NOT NULL,         -- how often it was asked
            people INTEGER NOT NULL,        -- how many asked it
            practices INTEGER NOT NULL,
            first_asked_at TEXT NOT NULL,
            last_asked_at TEXT NOT NULL,
            part INTEGER,                   -- of the mandate, that of the best candidate
            merged_into INTEGER,            -- the group that took this one in
            assignee TEXT,
            entry TEXT,                     -- what answers it, once something does
            reason TEXT,                    -- why it was dismissed
            told INTEGER NOT NULL DEFAULT 0,            -- people whose ids have gone since
            told_practices INTEGER NOT NULL DEFAULT 0,
            announced_at TEXT               -- to the leads' channel
        );
        INSERT INTO new_groups SELECT * FROM groups;

        CREATE TABLE new_unanswered (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            workspace TEXT NOT NULL,
            question_id INTEGER NOT NULL UNIQUE REFERENCES questions (id) ON DELETE CASCADE,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            queued_at TEXT NOT NULL,
            group_id INTEGER REFERENCES new_groups (id),
            entry TEXT                      -- what was served and did not help
        );
        INSERT INTO new_unanswered SELECT * FROM unanswered;

        CREATE TABLE new_additions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            workspace TEXT NOT NULL,
            kind TEXT NOT NULL,             -- entry, phrasing, review, correction
            entry TEXT NOT NULL,
            content TEXT NOT NULL,          -- JSON
            state TEXT NOT NULL,            -- draft, proposed, live, retired, refused
            author TEXT NOT NULL,
            made_at TEXT NOT NULL,
            approved_by TEXT,
            approved_at TEXT,
            group_id INTEGER,
            reason TEXT                     -- why a phrasing was added although it does harm
        );
        INSERT INTO new_additions SELECT * FROM additions;

        DROP TABLE additions;
        ALTER TABLE new_additions RENAME TO additions;
        CREATE INDEX additions_by_entry ON additions (entry);
        CREATE INDEX additions_by_state ON additions (state);

        DROP TABLE unanswered;
        DROP TABLE groups;
        ALTER TABLE new_groups RENAME TO groups;
        ALTER TABLE new_unanswered RENAME TO unanswered;
        CREATE INDEX groups_by_age ON groups (workspace, first_asked_at) WHERE merged_into IS NULL;
        CREATE INDEX unanswered_by_status ON unanswered (workspace, status);
        CREATE INDEX unanswered_by_group ON unanswered (group_id);
        """,
    )


@migrations()
def m006_practices(db: Database) -> None:
    """The practice register, and which practice each person said is theirs."""
    execute(
        db,
        """
        CREATE TABLE practices (
            code TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            postcode TEXT NOT NULL,         -- empty where it is not known
            locality TEXT NOT NULL,         -- likewise
            is_listed INTEGER NOT NULL      -- 0 once the register no longer has it
        );

        CREATE TABLE belongs (
            workspace TEXT NOT NULL,
            person TEXT NOT NULL,
            practice TEXT NOT NULL REFERENCES practices (code),
            chosen_at TEXT NOT NULL,
            UNIQUE (workspace, person)
        );
        """,
    )
