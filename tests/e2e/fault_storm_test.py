"""Faults of every kind at random moments, under load by way of two servers, and the ledger at the end.

As a test it makes each kind once. To let it go on for an hour:
    tests/with-postgres /usr/bin/python3 tests/e2e/fault_storm_test.py --minutes 60 [--seed 7]
which prints each fault as it comes, and the seed, by which the faults (not their moments) are the same again.
"""

import argparse
import contextlib
import random
import signal
import sys
import time
import traceback
import unittest

import cluster
import harness
import ledger
import postgres_proxy
import replicas

ACKNOWLEDGED_BETWEEN = 30
RECOVERY_SECONDS_MAX = 90
# An hour leaves 150,000 request_ids whose fate nobody was told, each a call.
SETTLE_SECONDS_MAX, SETTLE_SECONDS_EACH = 600, 0.02
SEED = 1
# libpq writes this to standard error, when PostgreSQL dies just as a connection is made and nobody can have told libpq otherwise yet.
LAST_WORDS = "FATAL:  terminating connection due to unexpected postmaster exit"


class Storm:
    """Two servers behind a proxy to one PostgreSQL, and what may happen to them. Use as a context manager."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.kinds = [self.kill_a_server, self.stop_a_server, self.freeze_a_server, self.kill_postgres, self.freeze_postgres,
                      self.kill_postgres_and_a_server, self.cut_sessions, self.lose_commits]

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.cluster = stack.enter_context(cluster.Cluster())
            self.proxy = stack.enter_context(postgres_proxy.Proxy(self.cluster))
            first = stack.enter_context(cluster.Installation(self.cluster, host=self.proxy.host))
            self.servers = [first, stack.enter_context(replicas.Replica(first, first.extra_environment))]
            ledger.train(first)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, _, error, __):
        if error is not None:
            traceback.print_exception(error)  # before what fails at the end because of it
        self.cluster.thaw()
        self._stack.close()

    def strike(self, fault, book):
        """One fault under load, until both servers serve again and more is acknowledged."""
        self.pause(1)
        fault()
        for server in self.servers:
            harness.wait_for(lambda server=server: server.health() == harness.SERVING, RECOVERY_SECONDS_MAX,
                             f"{server.address} to serve again after {fault.__name__}")
        book.wait_for_more(ACKNOWLEDGED_BETWEEN, RECOVERY_SECONDS_MAX)

    def pause(self, seconds_max):
        time.sleep(self.chance.uniform(0, seconds_max))

    def a_server(self):
        return self.chance.choice(self.servers)

    def kill_a_server(self):
        server = self.a_server()
        server.kill()
        self.pause(1)
        server.start()

    def stop_a_server(self):
        server = self.a_server()
        assert server.stop() == 0, "a server that is told to stop ends well"
        server.start()

    def freeze_a_server(self):
        server = self.a_server().server
        server.send_signal(signal.SIGSTOP)
        self.pause(3)
        server.send_signal(signal.SIGCONT)

    def kill_postgres(self):
        self.cluster.kill()
        self.pause(3)
        self.cluster.start()

    def freeze_postgres(self):
        self.cluster.freeze()
        self.pause(7)
        self.cluster.thaw()

    def kill_postgres_and_a_server(self):
        server = self.a_server()
        self.cluster.kill()
        self.pause(1)
        server.kill()
        self.cluster.start()
        server.start()

    def cut_sessions(self):
        self.cluster.cut_sessions(self.servers[0].database)

    def lose_commits(self):
        for moment in ("before", "after"):
            self.proxy.cut(moment, self.chance.randint(1, 5))


class FaultStormTest(unittest.TestCase):
    def storm(self, seed, enough):
        """Strikes until enough(faults so far). The kinds come in random order, each as often as the others."""
        with Storm(seed) as storm:
            faults = 0
            with ledger.Ledger(*storm.servers, writers=8, decides=True, seed=seed) as book:
                book.wait_for_more(ACKNOWLEDGED_BETWEEN, RECOVERY_SECONDS_MAX)
                while not enough(faults):
                    for fault in storm.chance.sample(storm.kinds, len(storm.kinds)):
                        storm.strike(fault, book)
                        faults += 1
                        print(f"{time.strftime('%H:%M:%S')} {faults:4} {fault.__name__:28} acknowledged {len(book.acknowledged):6} "
                              f"unknown {len(book.unknown):5} refused {len(book.refused):5}", flush=True)
            print(f"{len(book.unknown)} of unknown fate are asked again", flush=True)
            self.assertTrue(book.settle(SETTLE_SECONDS_MAX + SETTLE_SECONDS_EACH * len(book.unknown)), "nobody noticed")
            book.check(self)
            self.assertEqual(storm.cluster.holds(ledger.PLAIN_ADDRESS), set())
            for server in storm.servers:
                server.assert_log_is_whole(but=(LAST_WORDS,))
            print(f"seed {seed}: {faults} faults, {len(book.acknowledged)} acknowledged, {len(book.decided)} decided: all there, once")

    def test_each_kind_once(self):
        self.storm(SEED, lambda faults: faults > 0)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    end = time.monotonic() + 60 * options.minutes
    FaultStormTest().storm(options.seed, lambda _: time.monotonic() > end)


if __name__ == "__main__":
    if "--minutes" in sys.argv:
        main(sys.argv[1:])
    else:
        unittest.main()
