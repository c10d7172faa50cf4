"""How long proving a phrasing takes on one core, how many planted phrasings are refused and honest ones accepted.

taskset -c 0 python -m tests.bench.proof [--asks N]

Planted: a phrasing that belongs to one entry, put to another. Honest: put to its own. Those of `PLANTED` and `HONEST`
are proved in full. `--asks` judges so many asks besides, each as a phrasing of its own entry and of one drawn at
random, without asking the others again.
"""

import argparse
import random
import time
from collections.abc import Iterable

from bot.conversation import Understanding
from bot.knowledge import load_knowledge
from bot.matching import Ranker
from bot.matching.encoder import shipped_encoder
from bot.matching.vectors import Vectors
from bot.matching.word_vectors import shipped_word_vectors
from bot.proof import Proof, owner_of, present, prove
from bot.settings import shipped_knowledge

PLANTED = [
    ("jsna", "when does the friends and family survey begin at gp surgeries"),
    ("ccg-membership", "how many objectives has the mandate got"),
    ("hakin-document", "who is the chair of the NHS Commissioning Board"),
    ("quality-premium", "what share of CCGs were authorised without any conditions"),
    ("draft-themes", "is it compulsory for practices to offer online booking by 2015"),
    ("finance-reactions", "what does a local Healthwatch do for patients"),
    ("conditions-timetable", "how many area teams are there in London"),
    ("clinical-senates", "can we message colleagues about a patient on WhatsApp"),
]
HONEST = [
    ("ccg-membership", "we are a single hander and want no part in the ccg, are we allowed to refuse"),
    ("draft-themes", "the July document came in four chunks, which were they"),
    ("quality-premium", "whats this bonus scheme ccgs can earn"),
    ("finance-reactions", "what did the boss of the commissioning board say about how tight money is"),
    ("ccg-accountable-members", "who keeps the chair of our ccg in check, us or the board"),
    ("conditions-timetable", "we got through with strings attached, when do they come off"),
    ("five-domains", "need the headings of the outcomes framework off by heart, early death then what"),
    ("ccg-feedback-on-board", "do we ever get to tell the commissioning board what we make of it"),
    ("who-commissions-what", "dentists, hospitals, stop smoking, mental health: which organisation is behind each"),
    ("conflicts-of-interest", "half our governing body have shares in the out of hours firm, what about that contract"),
    ("economic-growth-work", "has the nhs really been told to get people back into jobs"),
    ("legal-directions", "can somebody be told to take over part of what a failing ccg does"),
    ("ccg-decisions-members", "there are 45 surgeries in ours, how can all of us be in on every decision"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks", type=int, default=0)
    most = parser.parse_args().asks
    knowledge = load_knowledge(shipped_knowledge())
    answered = _answered(Understanding.of(knowledge))
    print(f"{len(knowledge.asks)} asks, {len(answered)} answered questions; seconds of processor time")
    # Understandings of their own, which have not been asked anything yet.
    forgetful = Vectors(shipped_word_vectors(), shipped_encoder.__wrapped__())
    restarted = Understanding.of(knowledge, Ranker(knowledge, vectors=forgetful))
    _, took = _timed(restarted, *PLANTED[0], answered)
    print(f"the first proof after a restart          {took:6.1f} s")
    understanding = Understanding.of(knowledge)
    first, took = _timed(understanding, *PLANTED[0], answered)
    print(f"the first, questions' vectors remembered {took:6.1f} s")
    print(f"  {_said(first)}")
    for name, cases in (("planted, refused", PLANTED[1:]), ("honest, accepted", HONEST)):
        made = [_timed(understanding, *case, answered) for case in cases]
        count = sum(proof.is_harmless == (cases is HONEST) for proof, _ in made)
        print(f"{name:28} {count:3} of {len(cases)}   at most {max(took for _, took in made):6.1f} s")
        for proof, _ in made:
            print(f"  {_said(proof)}")
    if most:
        _judge(understanding, most)


def _answered(understanding: Understanding) -> list[tuple[str, str]]:
    """1,000 answered questions that are no asks: phrasings in other words, with what they find now."""
    entries = understanding.knowledge.entries.values()
    texts = [f"can you tell me {text.rstrip('?')} please" for entry in entries for text in entry.also[::4]][:1_000]
    reads = present(understanding, texts).reads
    return [(text, min(reads[text].served)) for text in texts if reads[text].served]


def _timed(
    understanding: Understanding, entry: str, phrasing: str, answered: list[tuple[str, str]]
) -> tuple[Proof, float]:
    started = time.process_time()
    proof = prove(understanding, entry, phrasing, answered)
    return proof, time.process_time() - started


def _said(proof: Proof) -> str:
    told = f"{proof.entry}: {proof.phrasing[:60]} | fixes {len(proof.fixes)}, breaks {len(proof.breaks)}"
    return told + "".join(f"\n      {one.before} -> {one.after}: {one.text[:80]}" for one in proof.breaks)


def _judge(understanding: Understanding, most: int) -> None:
    """How many asks pass as phrasings of their own entry, and of another."""
    drawn = random.Random(0)
    entries = list(understanding.knowledge.entries)
    asks = [ask for ask in understanding.knowledge.asks if any(key in entries for key in ask.expect)]
    own, other = [], []
    for ask in drawn.sample(asks, min(most, len(asks))):
        key = next(key for key in ask.expect if key in entries)
        stranger = drawn.choice([one for one in entries if one not in ask.expect])
        own.append(owner_of(understanding, key, ask.ask, ()) is None)
        other.append(owner_of(understanding, stranger, ask.ask, ()) is not None)
    print(f"asks as phrasings of their own entry, accepted {_share(own)}; of another, refused {_share(other)}")


def _share(happened: Iterable[bool]) -> str:
    counted = list(happened)
    return f"{100 * sum(counted) / len(counted):.1f}% of {len(counted)}"


if __name__ == "__main__":
    main()
