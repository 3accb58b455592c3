"""Archives of hundreds of megabytes through standard input: the peak of the program's memory does not follow them. Needs no
server."""

import gzip
import json
import subprocess
import unittest

import harness
import process_memory

MEGABYTE = 1 << 20
EARLY = 40 * MEGABYTE  # of an archive, as some of it waits in the pipe; what does not follow its size is there by then
# 16 bytes for each row's id, and what the allocator likes to have.
GROWTH_MIB_MAX = 8 * process_memory.BOUNDS
# What a sanitized one has freed would count, up to 256 MiB of it with its shadow.
ENVIRONMENT = {"PATH": "/usr/bin", "ASAN_OPTIONS": "quarantine_size_mb=16"}
TEXT = "The harbour was quiet, and nobody asked why the boats had gone. " * 31


def wxr():
    yield '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><link>https://blog.example/a</link>'
    n = 0
    while True:
        n += 1
        yield (f"<wp:comment><wp:comment_id>{n}</wp:comment_id><wp:comment_approved>1</wp:comment_approved>"
               f"<wp:comment_content><![CDATA[{TEXT}{n}]]></wp:comment_content></wp:comment>\n")


def jsonl():
    n = 0
    while True:
        n += 1
        yield json.dumps({"id": n, "text": TEXT + str(n), "label": "ham"}) + "\n"


ENDS = {"wxr": b"</item></channel></rss>", "jsonl": b""}


class ImportStreamTest(unittest.TestCase):
    def growth(self, source, rows, size, squeeze=False):
        """Feeds `size` bytes, looks how much more memory than early on was used so far, and ends the archive.
        Answers this, rows given, the report."""
        running = subprocess.Popen([harness.BINARY, "import", "-", "--from", source, "--dry-run", "--format", "json"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        into = gzip.GzipFile(fileobj=running.stdin, mode="wb", compresslevel=1) if squeeze else running.stdin
        fed = count = early = 0
        for row in rows:
            data = row.encode()
            into.write(data)
            fed, count = fed + len(data), count + 1
            if not early and fed >= EARLY:
                early = process_memory.peak_mib(running.pid)
            if fed >= size:
                break
        into.flush()
        grown = process_memory.peak_mib(running.pid) - early
        into.write(ENDS[source])
        if squeeze:
            into.close()
        out, err = running.communicate()
        self.assertEqual(running.returncode, 0, err)
        return grown, count, json.loads(out)

    def test_memory_does_not_follow_the_archive(self):
        for source, rows, megabytes, squeeze in (("wxr", wxr, 200, False), ("jsonl", jsonl, 100, True)):
            with self.subTest(source=source):
                grown, count, report = self.growth(source, rows(), megabytes * MEGABYTE, squeeze)
                self.assertLess(grown, GROWTH_MIB_MAX)
                self.assertEqual(report["taken"], count - (source == "wxr"))
                self.assertEqual(report["skipped"], {})


if __name__ == "__main__":
    unittest.main()
