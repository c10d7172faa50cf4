"""The command line: chat, ask, check, unanswered, knowledge, history, practices, polls and run."""

import logging
import os
import sys
from collections.abc import Sequence

from bot.commands.parser import build_parser
from bot.errors import BotError, KnowledgeError

# Answering one question is too little work to share between threads, and idle ones keep other processes waiting.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

HANDLED, FAILED, WRONG_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 when it could not, 2 when it was called wrongly."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(options.run(options, parser))
    except KnowledgeError as error:
        print("The knowledge has mistakes, so there is nothing to answer from:", file=sys.stderr)
        print(error, file=sys.stderr)
    except BotError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except BrokenPipeError:
        # Whoever read our output has gone; what Python still holds for them must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
