"""What the learned part of the guard weighs: what stands near a candidate, and what the text around it means."""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.guard.candidates import Candidate, Shape, candidates
from bot.guard.clinical import DRUG, ILL, SENTENCE, SOMEBODY, SOMEBODY_ELSE, WHAT_TO_DO
from bot.guard.lexicon import Sort, may_be_slip, sort_of
from bot.guard.people import GIVEN, GIVEN_TOO, SURNAMES
from bot.guard.reading import Spots
from bot.guard.words import EVENT, ONE_PATIENT, PERSONAL, RELATION, pattern, whole_words

WIDE, NARROW = 110, 28  # characters read on each side of a candidate
LONGEST_CLAUSE = 240  # characters

_JOB = whole_words(
    """
    practice (?:manager|nurse)|manager|pm|leads?|chairs?|chairman|director|officer|secretary|receptionist|reception
    minister|mp|peer|registrar|locum|ccgs?|pct|lmc|cluster|board|commissioner|chief|accountable|president|professor|hr
    speech|article|blog|book|wrote|tweet(?:ed)?|commons|lords|supplier|trainer|deputy|colleague|author|nurse|partners?
    pharmacist|midwife|health visitor|physio|matron|social worker|admin|finance|it|comms|council|healthwatch|ppg|gps?
    area team|csu|trust|department|dh|monitor|rep|member|caretaker|f2|hcas?|facilitator|advis[eo]r|coach|consultant
    team|representative|spokes(?:man|woman|person)|governor|surgery|practice|hospital|ward|clinic|foundation|society
    inquiry|report|review|institute|university|ltd|limited|road|street|school|surgeon|sister|hospice|cleaner
    councillor|governing body|senior partner|lay member|away day|tuped?|adviser|spoke|charity|present|apologies
    """
)
_AT_WORK = whole_words(
    """
    ask|asks|asked|hi|hello|dear|thanks|thank you|thank|cheers|cc|regards|slides|minutes|agenda|meeting|said at|attend
    training|leave|rota|apologies|present|chairing|locality|covering|i'm|i am|my name is|here|represent|from|holiday
    """
)
_SOMEBODYS = pattern(
    rf"{ONE_PATIENT}|\b(?:{RELATION})s?\b|\b(?:carer|resident|gent|chap|lady|bloke|lad|lass|couple|family)\b"
)
_HERS = whole_words("she|he|her|him|his|hers|she's|he's|shes|hes|herself|himself|one of (?:ours|mine|my|our)")
_IN_CARE = whole_words(
    r"""
    ops?|operation|referr(?:al|ed)|ref|appt|appointment|appts|waiting|waited|waits?|clinic|discharged?|notes|records?
    admitted|admission|a&e|bloods?|scan|x-?ray|test|results?|prescription|script|repeats?|meds|wheelchair|carer|budget
    entitled|allowed|register(?:ed)?|boundary|second opinion|complain(?:s|ed|ing|t)?|unhappy|choice|choose|cancelled
    physio|hearing aid|care plan|home visit|smear|recall|interpreter|fit note|insurance|wants?|needs?|hospital|ward
    refused|rejected|turned down|died|passed away|moved|lives|living|housebound|pregnant|diabetic|copd|dementia|hip
    ward \d+|knee
    """
)
_WE = whole_words("we|us|our|my|i|me")
_NEARBY = (_JOB, _AT_WORK, _SOMEBODYS, _HERS, _IN_CARE, DRUG, ILL, _WE)
_AGE = pattern(
    r"\b(?:aged? )?\d{1,3} ?(?:yrs?|years?|yo|y\.?o\.?|/12|/40|wks|weeks|months|mths)\b|\b\d{2}[mf]\b|, \d{1,2},|"
    r"\(\d{1,2}\b"
)
_VALUE = pattern(
    r"\b\d+(?:\.\d+)? ?(?:mg|mcg|ml|kg|mm|cm|mmol|units?|%)|\b\d{2,3}/\d{2,3}\b|"
    r"\b(?:k\+?|na|inr|bp|hb|temp|sats|egfr|hba1c|psa|crp|bmi|alt|bnp|score|ferritin|calcium|platelets) "
    r"(?:of |is |was |came back )?\d"
)
_HONOUR = pattern(r"\b(?:dr|sir|dame|lord|prof|professor)\b")
_PUBLIC_BODY = pattern(r"nhs|gov\.uk|ac\.uk|police")
_APPOSITION = pattern(r"\W{0,3}\(?[^)]{0,30}\b(?:manager|lead|chair|nurse|pm|director)\b")
_MUST_DO = pattern(
    r"\b(?:admit|refer|stop|start|send|swab|repeat|switch|swap|wait|call|dose|urgent|safe|ok|okay|next|needs?|should|"
    r"can|could)\b"
)
_POLICY = whole_words(
    """
    mandate|ccgs?|pct|board|target|targets|objectives?|policy|budget|commission(?:s|ed|er|ing)?|framework|funding|fund
    practices|qof|des|les|aqp|patients|people|who
    """
)
_RIGHT_BEFORE = (
    pattern(r"\b(?:for|re|about|regarding|concerning|reg)\W{0,3}\Z"),
    pattern(r"\b(?:cos|because|as|since|asking)\W{0,3}\Z"),
    pattern(r"\b(?:little|wee|poor|old|young|our|baby|one of)\W\Z"),
    pattern(r"\b(?:have|got|had|seen|saw|see|refer(?:red|ring)?|admit|tell|told|to|with|from|treat|discharge)\W\Z"),
    pattern(r"\b(?:does|can|could|is|if|whether|will|has|should|do|did|when|where)\W\Z"),
    re.compile(r"(?:\A|[.?!:\n-])\W{0,3}\Z"),
    pattern(r"\b(?:ask|by|and|or|dear|hi|thanks|at|of|in|the)\W{1,2}\Z"),
)
_RIGHT_AFTER = (
    pattern(r"\W{0,3}(?:says?|said|asked|asks|thinks|reckons|mentioned|wrote|writes|told|leads|chairs|runs|will)\b"),
    pattern(r"\W{0,3}(?:has|had|have|hasn'?t|is|was|been|needs?|wants?|wanted|still|keeps?|gets?|who)\b"),
    pattern(r"\W{0,3}(?:rang|rung|phoned|came|come|on the phone|in reception|again|turned|popped|fell|died|can)\b"),
    pattern(r"\W{0,3}(?:aged? )?\d"),
    pattern(r"\W{0,3}(?:from|at|of|the)\b"),
    re.compile(r"\W{0,3}\Z"),
    re.compile(r"[,(-]| -"),
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z'-]+")


@dataclass(frozen=True)
class View:
    """A stretch of a text as the encoder reads it, and what is counted in it."""

    texts: tuple[str, ...]
    counts: tuple[float, ...]


@dataclass(frozen=True)
class Unknown:
    """A word that may be a name, or that nobody listed."""

    start: int
    is_small: bool
    is_sure: bool  # a usual name
    is_listed: bool  # as a name
    is_slip: bool  # or may be a common word misspelt


class Surroundings:
    """Of the candidates of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.everyone = candidates(text)
        if self.everyone:
            self._nearby = [Spots(words, text) for words in _NEARBY]
            self._somebody = [Spots(words, text) for words in (SOMEBODY, SOMEBODY_ELSE)]
            self._words = _unknown(text)
            self._policy, self._ages, self._values = (Spots(words, text) for words in (_POLICY, _AGE, _VALUE))
            self._personal, self._events = Spots(PERSONAL, text), Spots(EVENT, text)

    def around(self, one: Candidate) -> View:
        """What stands near it and further away; something of its shape stands where it was."""
        text, start, end = self.text, one.start, one.end
        left, right = text[max(0, start - WIDE) : start], text[end : end + WIDE]
        by_left, by_right = left[-NARROW:], right[:NARROW]
        found: list[float] = []
        for spots in self._nearby:
            found += [
                spots.within(start - NARROW, start),
                spots.within(end, end + NARROW),
                _either_side(spots, one, WIDE),
            ]
        found += [one.shape is shape for shape in Shape]
        own = text[start:end]
        sorts = [sort_of(word) for word in _LETTERS.findall(own)]
        others = [other for other in self.everyone if other is not one and abs(other.start - start) < WIDE]
        found += [
            any(char.isupper() for char in own),
            sorts.count(Sort.NAME) > 1,
            Sort.NAME_TOO in sorts,
            Sort.UNLISTED in sorts,
            own.endswith("'s"),
            start < 3,
            _either_side(self._ages, one, 40),
            _either_side(self._values, one, WIDE),
            bool(_PUBLIC_BODY.search(own)),
            bool(_HONOUR.search(by_left)),
            bool(_APPOSITION.match(right)),
            any(other.is_name for other in others),
            any(other.shape is Shape.DATE for other in others),
            any(not other.is_name and other.shape is not Shape.DATE for other in others),
            any(_either_side(spots, one, WIDE) for spots in self._somebody),
            _either_side(self._policy, one, WIDE),
            *self._slips(one),
            _either_side(self._personal, one, WIDE),
            _either_side(self._events, one, WIDE),
            next((word in GIVEN or word in GIVEN_TOO for word in _LETTERS.findall(own.lower())), False),
            *(bool(before.search(by_left)) for before in _RIGHT_BEFORE),
            *(bool(after.match(right)) for after in _RIGHT_AFTER),
        ]
        wide = f"{_from_a_word(left)}{one.stands_for}{_to_a_word(right)}"
        near = f"{_from_a_word(by_left)}{one.stands_for}{_to_a_word(by_right)}"
        return View((wide, near), tuple(float(each) for each in found))

    def _slips(self, one: Candidate) -> list[float]:
        """Whether it may be common words misspelt, and how many other words near it are."""
        own, others = [], 0
        for word in self._words:
            if one.start <= word.start < one.end:
                own.append(word)
            elif word.is_slip and one.start - WIDE <= word.start < one.end + WIDE:
                others += 1
        # "wilf harbottle": a slip beside a name is a name.
        is_all = bool(own) and all(word.is_slip for word in own)
        return [
            is_all,
            is_all and all(word.is_small for word in own),
            any(word.is_sure for word in own),
            any(word.is_listed and not word.is_slip for word in own),
            min(others, 4) / 4,
        ]


def _unknown(text: str) -> list[Unknown]:
    """The words of a text that are no common ones, in its order."""
    found = []
    for word in _LETTERS.finditer(text):
        plain = word[0].lower().removesuffix("'s")
        if (sort := sort_of(plain)) is not Sort.WORD:
            is_sure = plain in GIVEN or plain in SURNAMES
            is_slip = not is_sure and may_be_slip(plain)
            found.append(Unknown(word.start(), word[0].islower(), is_sure, sort is Sort.NAME, is_slip))
    return found


def _either_side(spots: Spots, one: Candidate, characters: int) -> bool:
    return spots.within(one.start - characters, one.start) or spots.within(one.end, one.end + characters)


def within(clause: str) -> View:
    """A clause that may ask about one person's care."""
    looked_for = (*_NEARBY, SOMEBODY, SOMEBODY_ELSE, WHAT_TO_DO, _AGE, _VALUE, _MUST_DO, _POLICY)
    found: list[float] = [bool(words.search(clause)) for words in looked_for]
    drugs, ills = len(DRUG.findall(clause)), len(ILL.findall(clause))
    unlisted = [word for word in re.findall(r"[a-z]{3,}", clause.lower()) if sort_of(word) is Sort.UNLISTED]
    rare = [word for word in unlisted if not may_be_slip(word)]
    found += [
        min(drugs, 2),
        min(ills, 3),
        bool(drugs and ills),
        any(len(word) > 4 for word in unlisted),
        any(len(word) > 4 for word in rare),
        min(len(unlisted) - len(rare), 4) / 4,
        len(clause) / 100,
    ]
    return View((clause,), tuple(float(each) for each in found))


def clauses_of(text: str) -> list[str]:
    """Each sentence, and each with the next."""
    pieces = [piece.strip()[:LONGEST_CLAUSE] for piece in SENTENCE.split(text) if len(piece.strip()) > 5]
    return [*pieces, *(f"{one}. {two}"[:LONGEST_CLAUSE] for one, two in pairwise(pieces))]


def _from_a_word(left: str) -> str:
    return left.partition(" ")[2] if len(left) in (WIDE, NARROW) and " " in left else left


def _to_a_word(right: str) -> str:
    return right.rpartition(" ")[0] if len(right) in (WIDE, NARROW) and " " in right else right
