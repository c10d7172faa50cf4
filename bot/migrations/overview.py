"""The steps for those who look rather than read: what closed polls show, and views of everything, naming nobody."""

from sqlite_utils import Database

from bot.migrations.people import migrations  # whose steps come first
from bot.migrations.steps import execute

__all__ = ["DASHBOARD_VIEWS", "migrations"]

# All that the dashboard may read. Nothing in them says who asked, or who chose what.
DASHBOARD_VIEWS = (
    "dashboard_span",
    "dashboard_figures",
    "dashboard_unanswered",
    "dashboard_entries",
    "dashboard_polls",
    "dashboard_poll_results",
    "dashboard_practices",
)


def _london(at: str) -> str:
    """The day in Europe/London of a time kept as UTC text; most need only a look at the month and the hour.

    From 01:00 on the last Sunday of March to 01:00 on the last Sunday of October clocks are an hour ahead of UTC.
    """
    month, march, october = f"substr({at}, 6, 2)", f"substr({at}, 1, 4) || '-04-01'", f"substr({at}, 1, 4) || '-11-01'"
    ahead = (
        f"CASE WHEN {month} BETWEEN '04' AND '09' THEN 1 "
        f"WHEN {month} = '03' THEN {at} >= date({march}, 'weekday 0', '-7 days') || 'T01' "
        f"WHEN {month} = '10' THEN {at} < date({october}, 'weekday 0', '-7 days') || 'T01' ELSE 0 END"
    )
    return (
        f"CASE WHEN substr({at}, 12, 2) = '23' AND {ahead} THEN date(substr({at}, 1, 10), '+1 day') "
        f"ELSE substr({at}, 1, 10) END"
    )


def _unnamed(text: str) -> str:
    """A text that somebody typed, with nobody's id in it: where Slack has put one, there is a word instead."""
    at, has_one = "instr(t, '<@')", "t GLOB '*<@[UW]*>*'"
    return (
        f"(WITH RECURSIVE typed (t) AS (SELECT {text} UNION ALL "
        f"SELECT substr(t, 1, {at} - 1) || 'somebody' || substr(t, {at} + instr(substr(t, {at}), '>')) "
        f"FROM typed WHERE {has_one}) SELECT t FROM typed WHERE NOT {has_one})"
    )


_MEASURES = ("questions", "feedback", "answered", "refused")


def _counts_of(measure: str) -> str:
    """The counts of one measure, but for what was tried out on the command line.

    Each has a branch of its own, so that whoever asks for one waits for no other.
    """
    return (
        f"SELECT day, '{measure}' AS measure, nullif(part, 0) AS part, outcome, surface, minutes, sum(times) AS times "
        f"FROM figures WHERE measure = '{measure}' AND workspace != 'local' "
        "GROUP BY day, part, outcome, surface, minutes"
    )


def _end_of_figures(which: str) -> str:
    """The first (`min`) or the last (`max`) day that has a figure, which an index tells of each table."""
    since = "(SELECT at FROM counted_since)"
    return (
        f"(SELECT {_london('at')} FROM (SELECT {which}(at) AS at FROM ("
        f"SELECT {which}(asked_at) AS at FROM questions WHERE workspace != 'local' AND asked_at >= {since} UNION ALL "
        f"SELECT {which}(given_at) FROM feedback WHERE workspace != 'local' AND given_at >= {since} UNION ALL "
        f"SELECT {which}(made_at) FROM moves WHERE workspace != 'local' AND made_at >= {since} "
        "AND move IN ('answer', 'link') AND json_array_length(detail, '$.waited') > 0 UNION ALL "
        f"SELECT {which}(day) || 'T12' FROM rollups WHERE workspace != 'local' UNION ALL "
        f"SELECT {which}(day) || 'T12' FROM refusals WHERE workspace != 'local')))"
    )


@migrations()
def m009_results(db: Database) -> None:
    """What a closed poll shows is kept with it, and of each entry whether the knowledge has it, and in which part."""
    execute(
        db,
        """
        CREATE TABLE results (
            poll_id INTEGER PRIMARY KEY REFERENCES polls (id) ON DELETE CASCADE,
            content TEXT NOT NULL           -- JSON: the counts, notes on them, how many took part, of how many
        );
        INSERT INTO results
        SELECT p.id, json_object(
            'whole', json_extract(s.content, '$.whole'),
            'localities', json_extract(s.content, '$.localities'),
            'notes', CASE
                WHEN NOT json_extract(s.content, '$.is_rolled_up') THEN json_array()
                WHEN json_array_length(s.content, '$.localities') THEN json_array(
                    'Localities with fewer than 5 ' || iif(json_extract(p.plan, '$.voice') = 'practice', 'practices',
                    'people') || ' stand together as “Other localities”.')
                ELSE json_array(
                    'Answers by locality are not shown: with them, others could tell what fewer than 5 ' ||
                    iif(json_extract(p.plan, '$.voice') = 'practice', 'practices', 'people') || ' chose.')
                END,
            'taking_part', (SELECT count(*) FROM votes v WHERE v.poll_id = p.id),
            'eligible', NULL)               -- nobody noted it
        FROM polls p JOIN publications s ON s.id = (SELECT max(id) FROM publications WHERE poll_id = p.id)
        WHERE p.state = 'closed';

        ALTER TABLE versions ADD COLUMN part INTEGER;                       -- of the mandate
        ALTER TABLE versions ADD COLUMN is_listed INTEGER NOT NULL DEFAULT 1;   -- 0 once the knowledge has it no more
        """,
    )


@migrations()
def m010_views(db: Database) -> None:
    """Views for the dashboard, and those that they stand on. Days are days in Europe/London, as YYYY-MM-DD.

    Every count of what was asked and answered is defined here alone: `countable` has a row for each thing that
    happened on a day that was not rolled up, with the time by which a span is looked up; `figures` has the counts of
    days that were rolled up as well, as if it all happened at noon.
    """
    execute(
        db,
        f"""
        DROP INDEX questions_by_time;
        CREATE INDEX questions_by_time ON questions (asked_at, outcome, part, surface, workspace, entry, practice);

        -- From when on everything is counted from its rows: the first midnight in London that was not rolled up.
        CREATE VIEW counted_since AS
        SELECT max(at) AS at FROM (
            SELECT CASE WHEN before > date(substr(before, 1, 4) || '-04-01', 'weekday 0', '-7 days')
                    AND before <= date(substr(before, 1, 4) || '-11-01', 'weekday 0', '-7 days')
                THEN date(before, '-1 day') || 'T23' ELSE before || 'T00' END AS at
            FROM rolled_up UNION ALL SELECT '');

        CREATE VIEW countable AS
        SELECT q.workspace, q.asked_at AS at, {_london("q.asked_at")} AS day, 'questions' AS measure,
            coalesce(q.part, (SELECT g.part FROM unanswered u JOIN groups g ON g.id = u.group_id
                WHERE u.question_id = q.id), 0) AS part,
            q.outcome, q.surface, 0 AS minutes, q.id AS question_id
        FROM questions q WHERE q.asked_at >= (SELECT at FROM counted_since)
        UNION ALL
        SELECT f.workspace, f.given_at, {_london("f.given_at")}, 'feedback',
            coalesce(q.part, (SELECT g.part FROM unanswered u JOIN groups g ON g.id = u.group_id
                WHERE u.question_id = q.id), 0),
            iif(f.helpful, 'helpful', coalesce(f.reason, 'not_helpful')), q.surface, 0, q.id
        FROM feedback f JOIN questions q ON q.id = f.question_id WHERE f.given_at >= (SELECT at FROM counted_since)
        UNION ALL
        -- A move that closes a row says of each question in it how long it had waited, and where it was asked.
        SELECT m.workspace, m.made_at, {_london("m.made_at")}, 'answered',
            coalesce(json_extract(m.detail, '$.part'), 0),
            m.move, json_extract(w.value, '$[1]'), json_extract(w.value, '$[0]'), NULL
        FROM moves m, json_each(m.detail, '$.waited') w
        WHERE m.move IN ('answer', 'link') AND m.made_at >= (SELECT at FROM counted_since);

        CREATE VIEW figures AS
        SELECT workspace, at, day, measure, part, outcome, surface, minutes, 1 AS times FROM countable
        UNION ALL
        SELECT workspace, day || 'T12', day, measure, part, outcome, surface, minutes, times FROM rollups
        UNION ALL
        SELECT workspace, day || 'T12', day, 'refused', 0, kind, surface, 0, times FROM refusals;

        CREATE VIEW dashboard_figures AS
        {" UNION ALL ".join(map(_counts_of, _MEASURES))};

        CREATE VIEW dashboard_span AS
        SELECT {_end_of_figures("min")} AS first, {_end_of_figures("max")} AS last;

        -- When the bot was last seen at work: ages count from then, also in a database that is looked at years later.
        CREATE VIEW last_seen AS
        SELECT max(at) AS at FROM (
            SELECT max(asked_at) AS at FROM questions UNION ALL SELECT max(made_at) FROM moves
            UNION ALL SELECT until FROM leases WHERE name = 'pulse');

        CREATE VIEW dashboard_unanswered AS
        SELECT id, question, state, part,
            CASE WHEN days < 7 THEN 'under a week' WHEN days <= 28 THEN '1 to 4 weeks' ELSE 'over 4 weeks' END AS age,
            first_asked, last_asked, times, practices, why
        FROM (
            SELECT g.id, (SELECT {_unnamed("q.question")} FROM unanswered u JOIN questions q ON q.id = u.question_id
                    WHERE u.group_id = g.id AND q.question IS NOT NULL ORDER BY q.asked_at, u.id LIMIT 1) AS question,
                g.state, g.part, {_london("g.first_asked_at")} AS first_asked,
                {_london("g.last_asked_at")} AS last_asked, g.times, g.practices,
                iif(EXISTS (SELECT 1 FROM unanswered u WHERE u.group_id = g.id AND u.reason = 'not_helpful'),
                    'did not help', 'no answer') AS why,
                -- How long it waits, or waited until it was closed.
                julianday(CASE WHEN g.state IN ('answered', 'linked', 'dismissed') THEN coalesce(
                    (SELECT max(m.made_at) FROM moves m
                        WHERE m.group_id = g.id AND m.move IN ('answer', 'link', 'dismiss')), g.last_asked_at)
                    ELSE (SELECT at FROM last_seen) END) - julianday(g.first_asked_at) AS days
            FROM groups g WHERE g.merged_into IS NULL AND g.workspace != 'local');

        CREATE VIEW dashboard_entries AS
        WITH served AS (
            SELECT entry, count(*) AS times FROM questions
            WHERE outcome = 'answer' AND workspace != 'local'
                AND asked_at >= (SELECT strftime('%Y-%m-%dT%H:%M:%f', at, '-180 days') FROM last_seen)
            GROUP BY entry),
        said AS (SELECT entry, sum(helpful) AS helpful, sum(NOT helpful) AS not_helpful FROM feedback
            WHERE workspace != 'local' GROUP BY entry),
        why AS (
            SELECT entry, group_concat(reason || ': ' || times, ', ') AS reasons FROM (
                SELECT entry, iif(reason = 'not-what-i-asked', 'not what I asked', replace(reason, '-', ' ')) AS reason,
                    count(*) AS times
                FROM feedback WHERE NOT helpful AND reason IS NOT NULL AND workspace != 'local'
                GROUP BY entry, reason ORDER BY entry, times DESC, reason)
            GROUP BY entry)
        SELECT v.entry, {_unnamed("json_extract(v.content, '$.question')")} AS question, v.part,
            ifnull(s.times, 0) AS served, ifnull(f.helpful, 0) AS helpful, ifnull(f.not_helpful, 0) AS not_helpful,
            ifnull(w.reasons, '') AS reasons, json_extract(v.content, '$.reviewed') AS reviewed
        FROM versions v LEFT JOIN served s ON s.entry = v.entry LEFT JOIN said f ON f.entry = v.entry
        LEFT JOIN why w ON w.entry = v.entry
        WHERE v.is_listed AND v.id IN (SELECT max(id) FROM versions GROUP BY entry);

        CREATE VIEW dashboard_polls AS
        SELECT id, title, state, voice, anonymous, opened, closes, closed, took_part, eligible,
            iif(took_part <= eligible, round(1.0 * took_part / eligible, 3), NULL) AS response_rate, notes,
            heard, doing, said
        FROM (
            SELECT p.id, {_unnamed("json_extract(p.plan, '$.title')")} AS title, p.state,
                json_extract(p.plan, '$.voice') AS voice, json_extract(p.plan, '$.is_anonymous') AS anonymous,
                {_london("p.opened_at")} AS opened,
                {_london("p.closes_at")} AS closes, {_london("p.closed_at")} AS closed,
                CASE WHEN json_extract(p.plan, '$.is_anonymous') THEN json_extract(r.content, '$.taking_part')
                    ELSE (SELECT count(*) FROM votes v WHERE v.poll_id = p.id) END AS took_part,
                CASE WHEN p.state = 'closed' THEN json_extract(r.content, '$.eligible')
                    WHEN json_extract(p.plan, '$.voice') = 'practice'
                    THEN (SELECT count(*) FROM practices WHERE is_listed)
                    ELSE (SELECT count(*) FROM belongs b WHERE b.workspace = p.workspace) END AS eligible,
                (SELECT group_concat(value, ' ') FROM json_each(r.content, '$.notes')) AS notes,
                {_unnamed("json_extract(p.outcome, '$.heard')")} AS heard,
                {_unnamed("json_extract(p.outcome, '$.will_do')")} AS doing,
                {_london("json_extract(p.outcome, '$.said_at')")} AS said
            FROM polls p LEFT JOIN results r ON r.poll_id = p.id AND p.state = 'closed'
            WHERE p.state IN ('open', 'closed'));

        CREATE VIEW dashboard_poll_results AS
        WITH shown AS (
            SELECT p.id, p.plan, r.content FROM polls p JOIN results r ON r.poll_id = p.id WHERE p.state = 'closed'
            UNION ALL
            SELECT p.id, p.plan, s.content FROM polls p
            JOIN publications s ON s.id = (SELECT max(id) FROM publications WHERE poll_id = p.id)
            WHERE p.state = 'open' AND json_extract(p.plan, '$.results') = 'live'),
        asked AS (
            SELECT s.id, q.key AS question_at, {_unnamed("json_extract(q.value, '$.text')")} AS question,
                json_extract(q.value, '$.kind') AS kind, json_extract(q.value, '$.ends') AS ends,
                iif(json_extract(q.value, '$.kind') = 'rating', json_array('1', '2', '3', '4', '5'),
                    json_extract(q.value, '$.options')) AS options,
                json_extract(s.content, '$.whole.counts[' || q.key || ']') AS counts
            FROM shown s, json_each(s.plan, '$.questions') q
            WHERE json_extract(q.value, '$.kind') != 'text' AND json_extract(s.content, '$.whole') IS NOT NULL)
        SELECT a.id AS poll_id, a.question_at, a.question, a.kind, o.key AS option_at,
            {_unnamed("o.value")} || CASE
                WHEN a.kind = 'rating' AND o.key = 0 AND json_extract(a.ends, '$[0]') != ''
                THEN ' (' || json_extract(a.ends, '$[0]') || ')'
                WHEN a.kind = 'rating' AND o.key = 4 AND json_extract(a.ends, '$[1]') != ''
                THEN ' (' || json_extract(a.ends, '$[1]') || ')'
                ELSE '' END AS option,
            -- In a large poll, too, fewer than five may answer one of its questions.
            iif(json_extract(a.counts, '$[#-1]') >= 5, json_extract(a.counts, '$[' || o.key || ']'), NULL) AS number,
            json_extract(a.counts, '$[#-1]') AS answered,
            CASE WHEN a.kind = 'rating' AND json_extract(a.counts, '$[#-1]') >= 5 THEN round((
                SELECT sum((c.key + 1.0) * c.value) FROM json_each(a.counts) c
                WHERE c.key < json_array_length(a.options)) / json_extract(a.counts, '$[#-1]'), 2) END AS average
        FROM asked a, json_each(a.options) o;

        CREATE VIEW dashboard_practices AS
        WITH heard AS (
            SELECT practice AS code, count(*) AS asked, max(asked_at) AS at FROM questions
            WHERE practice IS NOT NULL AND outcome IN ('answer', 'suggestions', 'no_answer') GROUP BY practice),
        voted AS (
            SELECT practice AS code, count(DISTINCT poll_id) AS polls, max(cast_at) AS at FROM votes
            WHERE practice IS NOT NULL GROUP BY practice),
        listed AS (
            SELECT p.code, p.name, p.locality, ifnull(h.asked, 0) AS asked, ifnull(v.polls, 0) AS polls,
                nullif(max(ifnull(h.at, ''), ifnull(v.at, '')), '') AS at
            FROM practices p LEFT JOIN heard h ON h.code = p.code LEFT JOIN voted v ON v.code = p.code
            WHERE p.is_listed)
        SELECT code, name AS practice, locality, asked, polls,
            date({_london("at")}, 'weekday 0', '-6 days') AS last_week      -- its Monday
        FROM listed;
        """,
    )
