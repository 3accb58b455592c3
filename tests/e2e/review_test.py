"""replyguard queue review in a pseudo-terminal before a real server: keys, undo, signals, hostile comments, narrow screens;
and by lines, where there is no terminal."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
import unicodedata
import unittest

import grpc
import harness

WAIT_SECONDS_MAX = 40
# All that a review may send to a terminal beside text: the screen, the cursor, colours.
OURS = re.compile(rb"\x1b\[(?:\?1049[hl]|\?25[hl]|H|K|J|[0-9;]*m)")
LEAVE = b"\x1b[?1049l"


class Review:
    """The program on a pseudo-terminal, and what is on its screen."""

    def __init__(self, box, *arguments, rows=40, columns=100, colour=True):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns, tell=False)
        self.before = termios.tcgetattr(self.slave)
        environment = {**box.environment(), "TERM": "xterm-256color", "HOME": str(box.folder)}
        if not colour:
            environment["NO_COLOR"] = "1"
        self.process = subprocess.Popen(
            [harness.BINARY, "queue", *(arguments or ["review"])], stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env=environment, cwd=box.folder, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.output = b""
        self.lock = threading.Lock()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while True:
            ready, _, _ = select.select([self.master], [], [], 0.2)
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    return
                with self.lock:
                    self.output += data
            elif self.process.poll() is not None:
                return

    def resize(self, rows, columns, tell=True):
        self.columns = columns
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if tell:
            self.process.send_signal(signal.SIGWINCH)

    def screen(self):
        """The lines drawn last and whole, without colours."""
        with self.lock:
            frames = self.output.split(b"\x1b[H")
        whole = next((frame for frame in reversed(frames[1:]) if b"\x1b[J" in frame), b"")
        return OURS.sub(b"", whole.split(b"\x1b[J")[0]).decode().split("\r\n")

    def text(self):
        return " ".join(" ".join(self.screen()).split())

    def until(self, words):
        def there():
            if self.process.poll() is not None and words not in self.text():
                raise AssertionError(f"ended before {words!r}: {self.output[-2000:]}")
            return words in self.text()
        try:
            harness.wait_for(there, WAIT_SECONDS_MAX, f"{words!r} on the screen")
        except AssertionError as error:
            raise AssertionError(f"{error}; it shows: {self.text()}") from None

    def press(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        """Waits for the end; answers the exit code and what was printed after the screen."""
        code = self.process.wait(WAIT_SECONDS_MAX)
        self.reader.join(WAIT_SECONDS_MAX)
        return code, self.output.rpartition(LEAVE)[2].decode()

    def is_restored(self):
        return termios.tcgetattr(self.slave) == self.before and LEAVE in self.output

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(WAIT_SECONDS_MAX)
        os.close(self.master)
        os.close(self.slave)


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


class ReviewTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.backend = self.box.backend()
        self.moderator = self.box.moderator()

    def fill(self, *bodies):
        return [self.box.submit(self.backend, body, author=f"Author {n}", email=f"sentinel{n}@example.org").comment.name
                for n, body in enumerate(bodies)]

    def review(self, *arguments, **options):
        review = Review(self.box, *arguments, **options)
        self.addCleanup(review.close)
        return review

    def status(self, name):
        answer = self.backend.call(self.backend.comments.GetComment, harness.comment_pb.GetCommentRequest(name=name))
        return harness.comment_pb2.CommentStatus.Name(answer.comment.status).removeprefix("COMMENT_STATUS_")

    def escalated(self):
        listed = self.box.run("queue", "list", "--escalated", "--format", "json").stdout
        return [json.loads(line)["comment"]["name"] for line in listed.splitlines()]

    def held(self):
        answer = self.moderator.call(self.moderator.moderation.GetQueueStats, harness.moderation_pb.GetQueueStatsRequest(
            parent=f"sites/{self.box.site}"))
        return answer.stats.leased_count

    def test_a_queue_is_worked_by_keys(self):
        names = self.fill("The first word", "The second word", "The third word", "The fourth word", "The fifth word",
                          "A needle in the hay")
        review = self.review()
        review.until("The first word")
        for shown in ("s***@example.org", f"sites/{self.box.site}/threads/article-1", "verdict hold", "Author 0"):
            review.until(shown)
        self.assertGreater(self.held(), 0)
        review.press("a")
        review.until("The second word")
        review.press("s")
        review.until("The third word")
        review.press("t")
        review.until("The fourth word")
        for name, status in zip(names, ("APPROVED", "SPAM", "TRASHED")):
            harness.wait_for(lambda n=name, s=status: self.status(n) == s, WAIT_SECONDS_MAX, f"{name} to be {status}")

        review.press("u")
        review.until("The third word")
        review.until("Taken back")
        self.assertEqual(self.status(names[2]), "PENDING")
        review.press("u")
        review.until("The second word")
        self.assertEqual(self.status(names[1]), "PENDING")

        review.press("j")
        review.until("The third word")
        review.press("k")
        review.until("The second word")
        review.press("x")
        review.until("1 selected")
        review.press("j" + "x")
        review.until("2 selected")
        review.press("s")
        review.until("2 comments: called spam")
        harness.wait_for(lambda: [self.status(n) for n in names[1:3]] == ["SPAM", "SPAM"], WAIT_SECONDS_MAX, "both")
        review.press("u")
        review.until("2 decisions are taken back")
        self.assertEqual([self.status(n) for n in names[1:3]], ["PENDING", "PENDING"])

        review.press("e")
        review.until("passed to the operators")
        harness.wait_for(lambda: self.escalated() == [names[1]], WAIT_SECONDS_MAX, "one to be escalated")
        review.press("u")
        review.until("Taken back")
        self.assertEqual(self.escalated(), [])

        review.press("/needle\r")
        review.until("A needle in the hay")
        review.press("/nowhere\r")
        review.until('Nothing in hand holds "nowhere"')
        review.press("?")
        review.until("takes the last decision back, and what it taught")
        review.press("z")
        review.until("A needle in the hay")
        review.press("q")
        code, rest = review.end()
        self.assertEqual(code, 0, rest)
        self.assertRegex(rest, r"decided: .*4 of them taken back")
        self.assertTrue(review.is_restored())
        self.assertEqual(self.held(), 0)
        self.assertNotIn(b"sentinel", review.output)

    def test_what_is_being_leased_when_one_quits_is_given_back(self):
        self.fill(*(f"Comment {n}" for n in range(7)))
        review = self.review()
        review.until("Comment 0")
        review.until("of 5 in hand")
        with self.box.locked("queue_items", "EXCLUSIVE"):
            review.press("jj")  # few are ahead now
            review.until("3 of 5 in hand")
            harness.wait_for(lambda: self.box.sql("SELECT 1 FROM pg_locks WHERE NOT granted"), WAIT_SECONDS_MAX, "the lease to wait")
            review.press("q")
            time.sleep(0.5)  # it has read this
        self.assertEqual(review.end()[0], 0)
        self.assertEqual(self.held(), 0)

    def test_who_was_faster_is_told(self):
        names = self.fill("Taken down by the website", "The next one")
        review = self.review()
        review.until("Taken down by the website")
        self.backend.call(self.backend.comments.TrashComment, harness.comment_pb.TrashCommentRequest(name=names[0]))
        review.press("a")
        review.until("e2e backend was faster: has trashed Author 0's comment")
        review.until("The next one")
        self.assertEqual(self.status(names[0]), "TRASHED")
        review.press("q")
        self.assertEqual(review.end()[0], 0)

    def test_comments_appear_by_themselves_and_an_outage_is_survived(self):
        review = self.review()
        review.until("Nothing waits that nobody holds")
        (name,) = self.fill("Come while one waits")
        review.until("Come while one waits")
        self.box.kill()
        review.press("a")
        review.until("Not decided, and back in your hand")
        review.until("Come while one waits")
        self.box.start()

        def approved():
            review.press("a")
            return self.status(name) == "APPROVED"
        harness.wait_for(lambda: self.code_of(approved), WAIT_SECONDS_MAX, "the decision after the outage")
        review.press("q")
        self.assertEqual(review.end()[0], 0)

    def code_of(self, condition):
        try:
            return condition()
        except grpc.RpcError:
            return False

    def test_the_terminal_is_as_it_was_after_signals_and_crashes(self):
        self.fill("One that waits")
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGABRT, signal.SIGSEGV):
            with self.subTest(signal=sent.name):
                review = self.review()
                review.until("One that waits")
                self.assertNotEqual(termios.tcgetattr(review.slave), review.before)
                review.process.send_signal(sent)
                self.assertEqual(review.end()[0], -sent)
                self.assertTrue(review.is_restored())
                if sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    self.assertEqual(self.held(), 0)
                else:
                    self.box.sql("UPDATE replyguard.queue_items SET lease_until = now() WHERE lease_until IS NOT NULL")
        review = self.review()
        review.until("One that waits")
        review.press("\x03")  # Ctrl-C, as the terminal's driver turns it into a signal
        self.assertEqual(review.end()[0], -signal.SIGINT)
        self.assertTrue(review.is_restored())

    def test_hostile_comments_do_nothing_to_the_terminal(self):
        self.fill("\u009b31mred\u009d0;title\u009c \u202ereversed\u202c \u2066isolated\u2069 zero\u200bwidth \U000e0041tag",
                  "W" * 5000 + " " + "字" * 3000)
        for columns in (100, 24):
            review = self.review(columns=columns, colour=columns == 100)
            review.until("reversed" if columns == 100 else "reverse")
            self.assertIn("\\u{9B}31mred", "".join(line.strip() for line in review.screen()))
            self.assertIn("\\u{202E}", "".join(line.strip() for line in review.screen()))
            review.press("j")
            review.until("more lines: space" if columns == 100 else "more line")
            review.press(" ")  # more of them would leave the first word behind, sooner or later
            review.until("W" * 20)
            review.resize(30, columns - 4)
            review.until("W" * (columns - 10))
            review.press("q")
            self.assertEqual(review.end()[0], 0)
            rest = OURS.sub(b"", review.output)
            self.assertNotIn(b"\x1b", rest)
            for character in "\u009b\u009d\u009c\u202e\u202c\u2066\u2069\u200b\U000e0041":
                self.assertNotIn(character, rest.decode())
            for frame in review.output.split(b"\x1b[H"):
                for line in OURS.sub(b"", frame.split(LEAVE)[0]).decode().split("\r\n"):
                    self.assertLessEqual(width(line.rstrip("\r")), columns, line)
            coloured = re.search(rb"\x1b\[[0-9;]*[1-9][0-9;]*m", review.output)
            self.assertEqual(coloured is not None, columns == 100)

    def test_without_a_terminal_it_goes_by_lines(self):
        names = self.fill("The first word", "The second word", "The third word")
        result = self.box.run("queue", "review", stdin="a\nt\nu\ns\nnonsense\nj\nq\n")
        self.assertEqual([self.status(n) for n in names], ["APPROVED", "SPAM", "PENDING"])
        self.assertIn("The third word", result.stdout)
        self.assertIn("3 decided", result.stdout)
        self.assertIn("Not understood: nonsense", result.stderr)
        self.assertNotIn("\x1b", result.stdout + result.stderr)
        self.assertEqual(self.held(), 0)

        answer = self.box.run("queue", "review", "--format", "json", stdin="a\n")
        rows = [json.loads(line) for line in answer.stdout.splitlines()]
        self.assertEqual([list(row) for row in rows], [["item"], ["result"]])
        self.assertEqual(rows[0]["item"]["comment"]["name"], names[2])
        self.assertEqual(self.status(names[2]), "APPROVED")
        self.assertEqual(self.box.run("queue", stdin="").stdout.splitlines()[0], "Nothing waits that nobody holds.")

    def test_a_wrong_key_is_told_at_once(self):
        self.box.moderator_key = "0" * 48
        review = self.review()
        code, rest = review.end()
        self.assertEqual(code, 4, rest)
        self.assertIn("UNAUTHENTICATED", rest)
        self.assertTrue(review.is_restored())


if __name__ == "__main__":
    unittest.main()
