"""How quick and how big answering is, beside what most FAQ bots do: rapidfuzz WRatio over every phrasing.

python -m tests.bench.answering [--questions N]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.guard import look
from bot.knowledge import Knowledge, load_knowledge
from bot.settings import shipped_knowledge


def main() -> None:
    """Print a figure a line; every child process is held to one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=300)
    count = parser.parse_args().questions
    knowledge = load_knowledge(shipped_knowledge())
    questions = [ask.ask for ask in knowledge.asks][:count]
    with tempfile.TemporaryDirectory() as folder:
        env = one_core() | {"XDG_CACHE_HOME": folder, "MANDATE_DB": f"{folder}/bench.db"}
        print(f"{len(knowledge.entries)} entries, {len(questions)} questions, one core")
        print(f"start to first answer, nothing kept   {first_answer(env):7.2f} s")
        print(f"start to first answer, model kept     {first_answer(env):7.2f} s")
        times, memory = batch(questions, env)
        print(f"ask --batch, storing, median          {1000 * statistics.median(times):7.2f} ms a question")
        print(
            f"ask --batch, storing, 95th percentile {1000 * statistics.quantiles(times, n=20)[-1]:7.2f} ms a question"
        )
        looked = [1000 * guard(question) for question in questions]
        print(f"of it the guard, median               {statistics.median(looked):7.2f} ms a question")
        print(f"of it the guard, 95th percentile      {statistics.quantiles(looked, n=20)[-1]:7.2f} ms a question")
        print(f"resident memory while answering       {memory:7.0f} MB")
    print(f"peer: rapidfuzz WRatio, median        {1000 * peer(knowledge, questions):7.2f} ms a question (ranks only)")


def one_core() -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(threads, "1"), "TOKENIZERS_PARALLELISM": "false"}


def command(*arguments: str) -> list[str]:
    pinned = ["taskset", "-c", "0"] if sys.platform == "linux" else []
    return [*pinned, sys.executable, "-m", "bot", *arguments]


def first_answer(env: dict[str, str]) -> float:
    """Seconds from starting the process to its first answer."""
    started = time.perf_counter()
    subprocess.run(command("ask", "what is a CCG", "--json"), env=env, check=True, capture_output=True)
    return time.perf_counter() - started


def batch(questions: list[str], env: dict[str, str]) -> tuple[list[float], float]:
    """Seconds for each question, and megabytes at the end."""
    times = []
    with subprocess.Popen(
        command("ask", "--batch", "-", "--json"), env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as bot:
        assert bot.stdin
        assert bot.stdout
        for question in ["what is a CCG", *questions]:
            started = time.perf_counter()
            bot.stdin.write(question.replace("\n", " ").encode() + b"\n")
            bot.stdin.flush()
            json.loads(bot.stdout.readline())
            times.append(time.perf_counter() - started)
        memory = resident(bot.pid)
        bot.stdin.close()
    return times[1:], memory


def guard(question: str) -> float:
    """Seconds of one processor that looking at a question takes."""
    started = time.process_time()
    look(question)
    return time.process_time() - started


def resident(process_id: int) -> float:
    """Megabytes that a process holds in memory now."""
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    status = Path(f"/proc/{process_id}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1000


def peer(knowledge: Knowledge, questions: list[str]) -> float:
    """Median seconds to find the best phrasing with rapidfuzz alone."""
    phrasings = [text for entry in knowledge.entries.values() for text in entry.phrasings]
    times = []
    for question in questions:
        started = time.perf_counter()
        process.extractOne(question, phrasings, scorer=fuzz.WRatio)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
