#!/usr/bin/env python3
"""How long a server takes to serve with so many labels: from a checkpoint, and from the log alone; and how long a decision takes.

Usage: tests/with-postgres python3 tests/bench/learner/start_times.py LABELS [SITES]

Made-up texts, from the same seed each time. REPLYGUARD_BIN names the binary, as in tests/e2e. SITES idle sites are made besides.
CPU seconds are the server's own: on a busy machine compare these.
"""

import os
import pathlib
import random
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/e2e"))

import harness  # noqa: E402
from harness import comment_pb2, model_pb  # noqa: E402

BATCH = 500  # examples of one LearnComments
SINGLE_LABELS = 20
SYLLABLES = ("ba", "ko", "li", "mur", "ten", "sha", "pro", "que", "dro", "vin")
ENDINGS = ("", "ing", "ed", "s", "er", "ly", "tion", "able")
WORDS = [a + b + c + e for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:5] for e in ENDINGS]
START_SECONDS_MAX = 3600


class Texts:
    """Comments whose words are drawn as in real ones: few words make most of the text; spam draws from the other end too."""

    def __init__(self):
        self.random = random.Random(1)

    def body(self, spam):
        words = []
        for _ in range(self.random.randint(10, 80)):
            at = int(len(WORDS) * self.random.random() ** 3)
            words.append(WORDS[-1 - at if spam and self.random.random() < 0.5 else at])
        if spam and self.random.random() < 0.5:
            words.append(f"http://site{self.random.randint(1, 5000)}.example/buy")
        return " ".join(words)

    def example(self, number):
        spam = self.random.random() < 0.4
        return model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=self.body(spam), author_name=f"a{number % 997}"),
            external_id=f"e{number}", label=model_pb.LABEL_SPAM if spam else model_pb.LABEL_HAM)


def learn(box, client, examples):
    return client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
        parent=f"sites/{box.site}", examples=examples), timeout=60).results[-1].position


def wait_until_learnt(box, position):
    harness.wait_for(lambda: box.model().position >= position, START_SECONDS_MAX, "the labels to be learnt")


def cpu_seconds(box):
    fields = pathlib.Path(f"/proc/{box.server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(box):
    for line in pathlib.Path(f"/proc/{box.server.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def report_start(box, how):
    began = time.monotonic()
    box.start()
    print(f"{how}: serving after {time.monotonic() - began:.2f} s, {cpu_seconds(box):.2f} s of CPU, {memory_mib(box)} MiB", flush=True)


def main():
    labels, idle_sites = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    harness.START_SECONDS_MAX = START_SECONDS_MAX
    texts = Texts()
    with harness.Installation() as box:
        if idle_sites:
            box.sql(f"""INSERT INTO replyguard.sites (slug, display_name, languages, policy, created_at, updated_at)
                SELECT 'idle-' || n, '', '{{}}', '{{}}', now(), now() FROM generate_series(1, {idle_sites}) n;
                INSERT INTO replyguard.site_heads (site_id) SELECT site_id FROM replyguard.sites WHERE slug LIKE 'idle-%';
                UPDATE replyguard.config_head SET revision = revision + 1""")
        client = box.client(box.operator_key)
        began, position = time.monotonic(), 0
        for first in range(0, labels, BATCH):
            position = learn(box, client, [texts.example(n) for n in range(first, min(first + BATCH, labels))])
        wait_until_learnt(box, position)
        print(f"{labels} labels learnt while they came: {time.monotonic() - began:.1f} s, {cpu_seconds(box):.1f} s of CPU, "
              f"{box.model().feature_count} features, {memory_mib(box)} MiB", flush=True)
        lags = []
        for number in range(labels, labels + SINGLE_LABELS):
            position, began = learn(box, client, [texts.example(number)]), time.monotonic()
            wait_until_learnt(box, position)
            lags.append(round(1000 * (time.monotonic() - began)))
        lags.sort()
        print(f"a label of its own: median {lags[len(lags) // 2]} ms, longest {lags[-1]} ms", flush=True)
        idle_began, idle_cpu = time.monotonic(), cpu_seconds(box)
        time.sleep(5)
        print(f"idle: {100 * (cpu_seconds(box) - idle_cpu) / (time.monotonic() - idle_began):.2f} % of a CPU", flush=True)
        box.kill()
        report_start(box, "killed")
        box.stop()
        report_start(box, "stopped in order")
        box.kill()
        box.sql("DELETE FROM replyguard.checkpoints")
        report_start(box, "without a checkpoint")


if __name__ == "__main__":
    main()
