#!/usr/bin/env python3
"""What stored comments cost: the queue's page and lease, searches and campaigns, an author's data, retention, a submission, a start, and memory.

Usage: tests/with-postgres /usr/bin/python3 tests/bench/scale/stored_comments.py [--features N] COMMENTS...

Fills a database with fill.sql up to each of the numbers in turn, and measures there over real gRPC against the built server
(REPLYGUARD_BIN). Times are a Python client's, one call at a time: compare them with empty_call, a call that asks for nothing. Ten million comments take 20 GB
and a quarter of an hour; give PostgreSQL what a machine of that kind would have:

  REPLYGUARD_TEST_POSTGRES_OPTIONS="shared_buffers=2GB max_wal_size=8GB" REPLYGUARD_TEST_DURABLE=1 tests/with-postgres \\
      /usr/bin/python3 tests/bench/scale/stored_comments.py --features 1000000 10000 1000000 10000000
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

import grpc

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))

import harness  # noqa: E402
import process_memory  # noqa: E402
from harness import admin_pb, comment_pb, comment_pb2, model_pb, moderation_pb  # noqa: E402

CALLS = 400
PAGE_ITEMS = 25
EXAMPLES_AT_ONCE = 500
INDEXED_ONE_OF = 10  # the newest, as retention of the search index would have it
OWN_COMMENTS = 200  # of the author who is exported and erased
SYLLABLES = ("ba", "ko", "li", "mur", "ten", "sha", "pro", "que", "dro", "vin", "ra", "no", "mi", "tel", "sun", "ver", "la", "po",
             "den", "ka", "fo", "gi", "hu", "je", "wo", "zu")
ORDERS = ("OLDEST", "NEWEST", "UNCERTAIN", "USEFUL")


def fill(box, comments):
    began = time.monotonic()
    url = harness.database_url(box.admin_url, box.database)
    values = {"comments": comments, "site": box.site, "other_sites": 7, "terms": comments // INDEXED_ONE_OF}
    subprocess.run(["psql", "-X", "-q", *(f"-v{name}={value}" for name, value in values.items()), "-d", url, "-f",
                    str(HERE / "fill.sql")], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def train(box, features):
    """Until the model has so many features; words as rare as it takes."""
    draw, client, number = random.Random(1), box.client(box.operator_key), 0
    while box.wait_for_model().feature_count < features:
        examples = []
        for _ in range(EXAMPLES_AT_ONCE):
            words = ["".join(draw.choice(SYLLABLES) for _ in range(4)) for _ in range(40)]
            examples.append(model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=" ".join(words)), external_id=f"e{number}",
                label=model_pb.LABEL_SPAM if number % 2 else model_pb.LABEL_HAM))
            number += 1
        client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(parent=f"sites/{box.site}", examples=examples),
                    timeout=60)
    return number


def times_ms(call, calls=CALLS):
    took = []
    for number in range(calls):
        began = time.perf_counter()
        call(number)
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    return {"median_ms": round(took[len(took) // 2], 2), "p99_ms": round(took[len(took) * 99 // 100], 2)}


def empty_call_times(box):
    """What a call costs here and now that asks for nothing: health."""
    health = box.moderator().channel.unary_unary("/grpc.health.v1.Health/Check")
    return times_ms(lambda _: health(b"", timeout=20))


def queue_times(box):
    client, out = box.moderator(), {}
    for order in ORDERS:
        number = moderation_pb.QueueOrder.Value("QUEUE_ORDER_" + order)
        request = moderation_pb.ListQueueRequest(parent=f"sites/{box.site}", page_size=PAGE_ITEMS, order=number)
        out["page_" + order.lower()] = times_ms(lambda _, asked=request: client.call(client.moderation.ListQueue, asked))
    deep = moderation_pb.ListQueueRequest(parent=f"sites/{box.site}", page_size=PAGE_ITEMS)

    def next_page(_):
        answer = client.call(client.moderation.ListQueue, deep)
        deep.page_token = answer.next_page_token
    out["page_after_page"] = times_ms(next_page)
    out["page_items"] = PAGE_ITEMS
    for order in ORDERS:
        number = moderation_pb.QueueOrder.Value("QUEUE_ORDER_" + order)
        request = moderation_pb.LeaseNextRequest(parent=f"sites/{box.site}", count=1, order=number)
        box.sql("UPDATE replyguard.queue_items SET lease_token = NULL, lease_holder = NULL, lease_until = NULL "
                "WHERE lease_token IS NOT NULL")
        out["lease_" + order.lower()] = times_ms(lambda _, asked=request: client.call(client.moderation.LeaseNext, asked),
                                                 calls=40)
    return out


def desk_times(box):
    """What a moderator asks beside the queue; of texts and campaigns only what the flood has sent has the service's own terms."""
    client, site = box.moderator(), f"sites/{box.site}"
    messages = moderation_pb.replyguard_dot_v1_dot_comment__search__pb2
    newest = client.call(client.moderation.ListQueue, moderation_pb.ListQueueRequest(
        parent=site, page_size=1, order=moderation_pb.QUEUE_ORDER_NEWEST)).items[0].comment.name
    spam = client.call(client.moderation.SearchComments, messages.SearchCommentsRequest(
        parent=site, page_size=1, statuses=[comment_pb2.COMMENT_STATUS_SPAM])).comments[0].name

    def search(**fields):
        request = messages.SearchCommentsRequest(parent=site, page_size=PAGE_ITEMS, **fields)
        return times_ms(lambda _: client.call(client.moderation.SearchComments, request), 40)
    folder = [comment_pb2.COMMENT_STATUS_SPAM]
    return {
        "search": search(), "search_spam": search(statuses=folder), "search_common_word": search(filter={"text": "number"}),
        "search_rare_word": search(filter={"text": "murtensha"}),
        "search_unlikely_spam": search(statuses=folder, filter={"probability_max": 0.01}),
        "author_history": times_ms(lambda _: client.call(client.moderation.GetAuthorHistory, messages.GetAuthorHistoryRequest(name=spam)), 40),
        "campaign": times_ms(lambda _: client.call(client.moderation.GetCampaign, messages.GetCampaignRequest(
            name=newest.replace("/comments/", "/campaigns/"))), 40),
        "campaigns": times_ms(lambda _: client.call(client.moderation.ListCampaigns, messages.ListCampaignsRequest(parent=site)), 40),
        "stats": times_ms(lambda _: client.call(client.moderation.GetQueueStats, moderation_pb.GetQueueStatsRequest(parent=site)), 40)}


def author_times(box):
    """One who wrote OWN_COMMENTS; a count, the pages of what is held, and the erasure."""
    backend, operator, email = box.backend(), box.client(box.operator_key), "mallory@example.org"
    submitted = times_ms(lambda n: box.submit(backend, f"The {n}th of mine, about nothing", email=email), OWN_COMMENTS)
    site = f"sites/{box.site}"
    messages = admin_pb.replyguard_dot_v1_dot_author__data__pb2
    count = times_ms(lambda _: operator.call(operator.admin.EraseAuthor, messages.EraseAuthorRequest(
        parent=site, email=email, validate_only=True), timeout=600), 5)
    export = times_ms(lambda _: operator.call(operator.admin.ExportAuthor, messages.ExportAuthorRequest(
        parent=site, email=email, page_size=100), timeout=600), 5)
    began = time.monotonic()
    answer = operator.call(operator.admin.EraseAuthor, messages.EraseAuthorRequest(parent=site, email=email), timeout=600)
    return {"submit": submitted, "erase_dry_run": count, "export_page": export,
            "erase_s": round(time.monotonic() - began, 2), "erased": answer.erased_count}


def flood(box, seconds=15, outstanding=64):
    """So many submissions always under way; the memory then, at its most, as often as it is looked at."""
    client, gate, done, most = box.backend(), threading.Semaphore(outstanding), [0], 0

    def ended(call):
        done[0] += call.code() == grpc.StatusCode.OK
        gate.release()
    until, number, flood_id = time.monotonic() + seconds, 0, time.time_ns()  # not the last one's: those would be replays
    while time.monotonic() < until:
        gate.acquire()
        number += 1
        request = comment_pb.SubmitCommentRequest(request_id=f"flood-{flood_id}-{number}", submission=comment_pb2.Submission(
            thread=f"sites/{box.site}/threads/t{number % 1000}", author_name=f"Reader {number % 5000}",
            author_email=f"reader{number % 5000}@example.org",
            body=f"Number {number}: " + " ".join("".join(random.choices(SYLLABLES, k=3)) for _ in range(30))))
        client.comments.SubmitComment.future(request, metadata=client.metadata, timeout=20).add_done_callback(ended)
        if number % 500 == 0:
            most = max(most, process_memory.resident_mib(box.server.pid))
    for _ in range(outstanding):
        gate.acquire()
    return {"outstanding": outstanding, "stored_per_s": done[0] // seconds, "memory_mib": max(most, process_memory.resident_mib(box.server.pid))}


def cpu_seconds(box):
    fields = pathlib.Path(f"/proc/{box.server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_seconds(box):
    """By the clock, and what the server worked for it."""
    began = time.monotonic()
    box.start()
    return round(time.monotonic() - began, 2), round(cpu_seconds(box), 2)


def measure(box, comments):
    out = {"comments": comments}
    box.stop()
    out["fill_s"] = round(fill(box, comments), 1)
    out["database_gb"] = round(int(box.sql("SELECT pg_database_size(current_database())")) / 1e9, 2)
    starts = []
    for _ in range(3):
        starts.append(start_seconds(box))
        out["features"] = box.wait_for_model().feature_count
        box.stop()
    out["start_s"], out["start_cpu_s"] = sorted(starts)[1]
    box.start()
    out["memory_at_start_mib"] = process_memory.resident_mib(box.server.pid)
    out["empty_call"] = empty_call_times(box)
    out["queue"] = queue_times(box)
    out["flood"] = flood(box)
    out["desk"] = desk_times(box)
    out["author"] = author_times(box)
    out["memory_mib"], out["memory_peak_mib"] = process_memory.resident_mib(box.server.pid), process_memory.peak_mib(box.server.pid)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--features", type=int, default=0)
    parser.add_argument("--then", metavar="COMMAND", help="run with the database's URL after it at the end of each")
    parser.add_argument("comments", type=int, nargs="+")
    options = parser.parse_args()
    with harness.Installation() as box:
        if options.features:
            print(f"{train(box, options.features)} labels taught", file=sys.stderr, flush=True)
        for comments in options.comments:
            print(json.dumps(measure(box, comments)), flush=True)
            if options.then:
                subprocess.run(f"{options.then} '{harness.database_url(box.admin_url, box.database)}'", shell=True, check=False)


if __name__ == "__main__":
    main()
