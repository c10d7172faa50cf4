"""The ledger of a round against what people see in Slack and what the bot has kept."""

import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from bot.blocks import notices
from bot.polls.poll import answers_from_json
from bot.standin.workspace import Posted, direct_channel
from tests.soak.ledger import OPTIONS, PUBLIC, Ballot, Opened, Question
from tests.soak.town import Town


@dataclass
class Verdict:
    """Totals by kind of thing, and every sentence on what went wrong: [] where nothing did."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)  # arrived, and nobody was asked
    asked_about: Counter[str] = field(default_factory=Counter)  # a person or a lead was asked to look
    asked_in_vain: Counter[str] = field(default_factory=Counter)  # of those, it had arrived
    asked_twice: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong]

    def add(self, other: "Verdict") -> None:
        for name in ("acknowledged", "sent", "asked_about", "asked_in_vain"):
            getattr(self, name).update(getattr(other, name))
        self.asked_twice += other.asked_twice
        for name in ("lost", "doubled", "wrong"):
            getattr(self, name).extend(getattr(other, name))

    def lines(self) -> list[str]:
        """For printing, a line a kind."""
        shown = [
            f"{kind:28} acknowledged {self.acknowledged[kind]:6}  sent {self.sent[kind]:6}  "
            f"asked about {self.asked_about[kind]:4} ({self.asked_in_vain[kind]} of them had arrived)"
            for kind in sorted({*self.acknowledged, *self.sent, *self.asked_about})
        ]
        return [*shown, f"lost {len(self.lost)}, happened twice {len(self.doubled)}, otherwise wrong {len(self.wrong)}"]


class Judge:
    def __init__(self, town: Town) -> None:
        self._town = town
        self._db = sqlite3.connect(town.bot.db)
        self._db.row_factory = sqlite3.Row
        self._verdict = Verdict()
        self._in: dict[str, list[Posted]] = defaultdict(list)
        for message in town.slack.messages.values():
            self._in[message.channel].append(message)

    def judge(self) -> Verdict:
        with closing(self._db):
            for question in self._town.ledger.questions:
                self._judge_question(question)
            self._judge_letters()
            self._judge_moves()
            for poll in self._town.ledger.polls:
                self._judge_poll(poll)
            self._judge_votes()
            self._judge_files()
        return self._verdict

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._db.execute(query, values).fetchall()

    def _count(self, query: str, *values: object) -> int:
        return int(self._rows(query, *values)[0][0])

    def _judge_question(self, question: Question) -> None:
        kind = "mentions" if question.is_public else "direct messages"
        where = "channel = ? AND ifnull(thread_ts, '') = ?"
        place = (question.channel, question.ts if question.is_public else "")
        kept = self._count(f"SELECT count(*) FROM questions WHERE {where}", *place)
        replies = [one for one in self._about(question) if (one.metadata or {}).get("event_type") == "mandate_answer"]
        notes = self._notes(question)
        if not question.act.is_acknowledged:
            if kept > 1 or len(replies) > 1:
                self._verdict.doubled.append(f"{question}: kept {kept}, answered {len(replies)} times")
            return
        self._verdict.acknowledged[kind] += 1
        if notes:
            self._verdict.asked_about[kind] += 1
            self._verdict.asked_in_vain[kind] += bool(replies)
            self._verdict.asked_twice += notes > 1
        elif replies:
            self._verdict.sent[kind] += 1
        if not kept or not (replies or notes):
            self._verdict.lost.append(f"{question}: kept {kept}, answered {len(replies)} times, asked about {notes}")
        if kept > 1 or len(replies) > 1:
            self._verdict.doubled.append(f"{question}: kept {kept}, answered {len(replies)} times")
        self._judge_outcome(question, where, place)

    def _judge_outcome(self, question: Question, where: str, place: tuple[str, str]) -> None:
        """Answered, suggested, or queued once; and told once by the CCG where that dealt with it."""
        rows = self._rows(
            "SELECT q.outcome, q.entry, q.offered, u.id AS queued, u.group_id FROM questions q "
            f"LEFT JOIN unanswered u ON u.question_id = q.id WHERE {where}",
            *place,
        )
        if len(rows) != 1:
            return
        row = rows[0]
        if row["queued"] is None and not row["entry"] and not json.loads(row["offered"] or "[]"):
            self._verdict.lost.append(f"{question}: neither answered nor queued ({row['outcome']})")
        if question.is_known and not row["entry"]:
            self._verdict.wrong.append(f"{question}: not answered ({row['outcome']})")
        if row["queued"] is not None:
            self._judge_told(question, row["group_id"])

    def _judge_told(self, question: Question, group_id: int) -> None:
        [(state, closings)] = self._rows(
            "WITH RECURSIVE up (id) AS (SELECT ? UNION SELECT merged_into FROM groups JOIN up USING (id) "
            "WHERE merged_into IS NOT NULL) SELECT g.state, (SELECT count(*) FROM moves WHERE group_id IN up "
            "AND move IN ('answer', 'link', 'dismiss')) FROM groups g JOIN up USING (id) WHERE g.merged_into IS NULL",
            group_id,
        )
        told = [one for one in self._about(question) if (one.metadata or {}).get("event_type") == "mandate_outbox"]
        doubtful = self._count("SELECT count(*) FROM outbox WHERE person = ? AND state = 'doubtful'", question.person)
        if state in ("answered", "linked", "dismissed"):
            self._verdict.acknowledged["told by the CCG"] += 1
            if doubtful:
                self._verdict.asked_about["told by the CCG"] += 1
                self._verdict.asked_in_vain["told by the CCG"] += bool(told)
            elif told:
                self._verdict.sent["told by the CCG"] += 1
            else:
                self._verdict.lost.append(f"{question}: row {group_id} is {state}, and they were not told")
        if len(told) > closings:
            self._verdict.doubled.append(f"{question}: told {len(told)} times of {closings} decisions")

    def _about(self, question: Question) -> list[Posted]:
        """What everybody in the place where it was asked can see about it."""
        if question.is_public:
            return [one for one in self._in[PUBLIC] if one.thread_ts == question.ts and one.ephemeral_to is None]
        return [*self._in[question.channel], *self._in[direct_channel(question.person)]]

    def _notes(self, question: Question) -> int:
        return sum(one.ephemeral_to == question.person and one.text == notices.INTERRUPTED for one in self._in[PUBLIC])

    def _judge_letters(self) -> None:
        """Each letter is posted once; one in doubt may be there or not, and leads are asked."""
        posted = Counter(
            (one.metadata or {})["event_payload"]["outbox"]
            for messages in self._in.values()
            for one in messages
            if (one.metadata or {}).get("event_type") == "mandate_outbox"
        )
        for row in self._rows("SELECT id, name, kind, channel, state, error FROM outbox"):
            times, said = posted[row["id"]], f"letter {row['name']} to {row['channel']}"
            self._verdict.acknowledged["letters"] += 1
            if times > 1:
                self._verdict.doubled.append(f"{said} was posted {times} times")
            if row["state"] == "doubtful":
                self._verdict.asked_about["letters"] += 1
                self._verdict.asked_in_vain["letters"] += times > 0
            elif row["state"] == "sent" and times == 0:
                self._verdict.lost.append(f"{said} is noted as sent, and was not")
            elif row["state"] == "sent":
                self._verdict.sent["letters"] += 1
            else:
                self._verdict.wrong.append(f"{said} is {row['state']} ({row['error']}), posted {times} times")

    def _judge_moves(self) -> None:
        made = Counter(
            (row["group_id"], json.loads(row["detail"])["version"] - 1, row["move"])
            for row in self._rows("SELECT * FROM moves")
        )
        of_version = Counter((row, version) for row, version, _ in made.elements())
        for key, times in of_version.items():
            if times > 1:
                self._verdict.doubled.append(f"row {key[0]} was moved {times} times from version {key[1]}")
        for move in self._town.ledger.moves:
            if move.is_made:
                self._verdict.acknowledged[f"review: {move.what}"] += 1
                self._verdict.sent[f"review: {move.what}"] += made[move.row, move.version, move.what]
                if not made[move.row, move.version, move.what]:
                    self._verdict.lost.append(f"{move.what} of row {move.row} at version {move.version}")
        tried = {(move.row, move.version, move.what) for move in self._town.ledger.moves}
        for unknown in set(made) - tried:
            self._verdict.wrong.append(f"nobody made the move {unknown}")
        answers = self._count("SELECT count(*) FROM additions WHERE kind = 'entry' AND state = 'live'")
        if answers != sum(what == "answer" for _, _, what in made):
            self._verdict.wrong.append(f"{answers} answers are served, and {made} were made")

    def _judge_poll(self, poll: Opened) -> None:
        kept = self._rows(
            "SELECT id, state FROM polls WHERE json_extract(plan, '$.title') = ? AND state != 'draft'", poll.title
        )
        messages = [
            one
            for one in self._in[PUBLIC]
            if one.blocks and one.blocks[0]["type"] == "header" and one.blocks[0]["text"]["text"] == poll.title
        ]
        if len(kept) > 1 or len(messages) > 1:
            self._verdict.doubled.append(f"{poll.title}: opened {len(kept)} times, posted {len(messages)} times")
        if not poll.act.is_acknowledged:
            return
        self._verdict.acknowledged["polls opened"] += 1
        if not kept:
            self._verdict.lost.append(f"{poll.title} was not opened")
            return
        [(poll_id, state)] = kept
        doubtful = self._count(
            "SELECT count(*) FROM outbox WHERE name LIKE ? AND state = 'doubtful'", f"poll:{poll_id}:%"
        )
        if doubtful:
            self._verdict.asked_about["polls opened"] += 1
            self._verdict.asked_in_vain["polls opened"] += bool(messages)
        elif messages:
            self._verdict.sent["polls opened"] += 1
        else:
            self._verdict.lost.append(f"{poll.title} was not posted")
        if poll.closing and poll.closing.is_acknowledged:
            self._judge_closing(poll, poll_id, state)

    def _judge_closing(self, poll: Opened, poll_id: int, state: str) -> None:
        self._verdict.acknowledged["polls closed"] += 1
        letters = self._rows("SELECT id, state FROM outbox WHERE name LIKE ?", f"results:{poll_id}:%")
        payloads = [{"outbox": row["id"]} for row in letters]
        # Beside its message, or in the channel where the bot does not know whether its message arrived.
        results = [one for one in self._in[PUBLIC] if (one.metadata or {}).get("event_payload") in payloads]
        if state != "closed" or not letters:
            self._verdict.lost.append(f"{poll.title} is {state} with {len(letters)} letters of results")
        elif any(row["state"] == "doubtful" for row in letters):
            self._verdict.asked_about["polls closed"] += 1
            self._verdict.asked_in_vain["polls closed"] += bool(results)
        else:
            self._verdict.sent["polls closed"] += 1
            if len(results) != len(letters):
                self._verdict.wrong.append(f"{poll.title}: {len(results)} results of {len(letters)} letters")

    def _judge_votes(self) -> None:
        by_poll: dict[str, dict[str, list[Ballot]]] = defaultdict(lambda: defaultdict(list))
        for ballot in self._town.ledger.ballots:
            by_poll[ballot.poll][ballot.person].append(ballot)
        for poll in self._town.ledger.polls:
            if poll.id and poll.kind == "anonymous":
                self._judge_box(poll, by_poll[poll.title])
            elif poll.id:
                self._judge_named(poll, by_poll[poll.title])

    def _judge_named(self, poll: Opened, cast: dict[str, list[Ballot]]) -> None:
        """What each voter acknowledged last stands, once."""
        rows = self._rows("SELECT person, answers FROM votes WHERE poll_id = ?", poll.id)
        stands = {row["person"]: answers_from_json(json.loads(row["answers"]))[0].picked for row in rows}
        if len(stands) != len(rows):
            self._verdict.doubled.append(f"{poll.title}: {len(rows)} votes of {len(stands)} people")
        for person, ballots in cast.items():
            counting = [one for one in ballots if not one.is_late]
            last = [one.choice for one in counting if one.act.is_acknowledged][-1:]
            if not last:
                continue
            self._verdict.acknowledged[f"votes, {poll.kind}"] += 1
            self._verdict.sent[f"votes, {poll.kind}"] += stands.get(person) == tuple(last)
            if person not in stands:
                self._verdict.lost.append(f"{poll.title}: the vote of {person}")
            elif stands[person] != tuple(last):
                self._verdict.wrong.append(f"{poll.title}: {person} chose {last}, and {stands[person]} stands")
        if unknown := set(stands) - {person for person, each in cast.items() if any(not one.is_late for one in each)}:
            self._verdict.wrong.append(f"{poll.title}: nobody cast the votes of {unknown}")

    def _judge_box(self, poll: Opened, cast: dict[str, list[Ballot]]) -> None:
        """The first vote of each counts, in counters only."""
        firsts = [
            next((one for one in ballots if one.act.is_acknowledged and not one.is_late), None)
            for ballots in cast.values()
        ]
        wanted = Counter(one.choice for one in firsts if one)
        [(box,)] = self._rows("SELECT box FROM polls WHERE id = ?", poll.id)
        found, file = None, self._town.bot.db.with_name("bot-ballots.db")
        if file.exists():  # which it does from the first anonymous vote on
            with closing(sqlite3.connect(file)) as ballots:
                found = ballots.execute("SELECT taking_part, counts FROM boxes WHERE name = ?", (box,)).fetchone()
        taking_part, counts = (found[0], json.loads(found[1])[0]) if found else (0, [0] * (len(OPTIONS) + 1))
        self._verdict.acknowledged["votes, anonymous"] += wanted.total()
        self._verdict.sent["votes, anonymous"] += taking_part
        expected = [wanted[choice] for choice in range(len(OPTIONS))]
        if taking_part < wanted.total():
            self._verdict.lost.append(f"{poll.title}: {taking_part} of {wanted.total()} anonymous votes")
        elif taking_part > wanted.total():
            self._verdict.doubled.append(f"{poll.title}: {taking_part} anonymous votes of {wanted.total()} people")
        elif counts[:-1] != expected:
            self._verdict.wrong.append(f"{poll.title}: {expected} was voted anonymously, and {counts} counted")

    def _judge_files(self) -> None:
        for path in self._town.bot.db.parent.glob("*.db"):
            with closing(sqlite3.connect(path)) as file:
                said = file.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                self._verdict.wrong.append(f"{path.name}: {said}")
        self._verdict.wrong += self._town.slack.complaints
        log = self._town.bot.log.read_text()
        self._verdict.wrong += [f"the log says: {line}" for line in log.splitlines() if line.startswith("ERROR bot.")]
