"""How long the guard looks at 40,000 characters: prose, and text made to slow it down.

.venv/bin/python -m tests.bench.guard
"""

import time

from bot.guard import look
from bot.settings import shipped_knowledge
from tests.test_guard import HOSTILE, LONGEST


def milliseconds(text: str) -> float:
    """The processor time of the fastest of three looks."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        look(text)
        taken.append(time.process_time() - started)
    return min(taken) * 1000


def main() -> None:
    prose = (shipped_knowledge() / "mandate.yaml").read_text(encoding="utf-8")[:LONGEST]
    print(f"{'prose':24} {milliseconds(prose):6.1f} ms")
    print(f"{'one question':24} {milliseconds('does the mandate say anything about telehealth in practices'):6.3f} ms")
    taken = sorted(((milliseconds((piece * LONGEST)[:LONGEST]), piece) for piece in HOSTILE), reverse=True)
    for took, piece in taken:
        print(f"{piece!a:24} {took:6.1f} ms")


if __name__ == "__main__":
    main()
