"""The steps for people's own data: what was done, how much is kept in numbers alone, and what is due to go."""

from sqlite_utils import Database

from bot.migrations.polls import migrations  # whose steps come first
from bot.migrations.steps import execute

__all__ = ["migrations"]


@migrations()
def m008_people(db: Database) -> None:
    """The audit log takes rows and gives none back; days are kept in counts once their questions have gone."""
    execute(
        db,
        """
        -- Every deed of every lead. Two years, as bot.retention has it; by the clock of the machine, for a caller
        -- could name any other.
        CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
        CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
        WHEN substr(OLD.done_at, 1, 23) > strftime('%Y-%m-%dT%H:%M:%f', 'now', '-730 days')
        BEGIN SELECT RAISE(ABORT, 'a row of the audit log is kept for two years'); END;
        CREATE INDEX audit_by_time ON audit (done_at);

        CREATE TABLE arrivals (             -- presses, forms and commands of the last minutes
            name TEXT PRIMARY KEY,          -- a hash of what Slack calls the request
            came_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX arrivals_by_time ON arrivals (came_at);

        -- Text was refused, which is not kept: what it showed, and how often.
        CREATE TABLE refusals (
            workspace TEXT NOT NULL,
            day TEXT NOT NULL,              -- in Europe/London
            surface TEXT NOT NULL,          -- where it was typed
            kind TEXT NOT NULL,             -- what was seen, such as nhs-number
            times INTEGER NOT NULL,
            PRIMARY KEY (workspace, day, surface, kind)
        ) WITHOUT ROWID;

        -- Counts of days whose questions and feedback may have gone. Nothing of them says who or what.
        CREATE TABLE rollups (
            workspace TEXT NOT NULL,
            day TEXT NOT NULL,              -- in Europe/London
            measure TEXT NOT NULL,          -- questions, feedback, answered
            part INTEGER NOT NULL,          -- of the mandate; 0 where it belongs to none
            outcome TEXT NOT NULL,          -- of a question; helpful or not, and why; answered or linked
            surface TEXT NOT NULL,          -- where it was asked
            minutes INTEGER NOT NULL,       -- that a question waited for its answer; 0 for other measures
            times INTEGER NOT NULL,
            PRIMARY KEY (workspace, day, measure, part, outcome, surface, minutes)
        ) WITHOUT ROWID;
        CREATE TABLE rolled_up (before TEXT NOT NULL);      -- earlier days are read from rollups alone

        ALTER TABLE questions ADD COLUMN part INTEGER;      -- of the mandate, that of what it was given first
        CREATE INDEX questions_by_time ON questions (asked_at);
        CREATE INDEX feedback_by_time ON feedback (given_at);
        CREATE INDEX moves_by_time ON moves (made_at);
        ALTER TABLE unanswered ADD COLUMN warned_at TEXT;   -- when leads were told that it has waited for long
        ALTER TABLE direct_channels ADD COLUMN known_at TEXT NOT NULL DEFAULT '';
        """,
    )
