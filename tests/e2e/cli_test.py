"""The command line against a real server: exit codes as README.md lists them, files of JSON lines, rules."""

import http.server
import json
import re
import subprocess
import unittest

import harness
from receiver import Receiver

ABSENT = "0" * 32
LINE = '{"id": "%s", "author_name": "Ada", "author_email": "ada@example.org", "text": "%s"}'
OK, SOME, USAGE, AWAY, REFUSED, REJECTED = range(6)


class Proxy(Receiver):
    """An HTTP proxy that writes down where it is to lead, and leads nowhere."""

    def __init__(self):
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):
                asked.append(self.path)
                self.send_error(502)

        super().__init__(Handler)


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())

    def run_cli(self, *arguments, stdin=None):
        return self.box.run(*arguments, stdin=stdin, check=False)

    def submit(self, text, each=True):
        flags = ["--each"] if each else []
        ran = self.run_cli("submit", "--from", "-", "--format", "json", *flags, stdin=text)
        rows = [json.loads(line) for line in ran.stdout.splitlines()]
        return ran, rows[:-1], rows[-1]

    def name_of_new(self, text="A fine walk."):
        return json.loads(self.run_cli("submit", "--author-name", "Ada", "--author-email", "ada@example.org", "--body", text,
                                       "--format", "json").stdout)["comment"]["name"]

    def test_exit_codes(self):
        good = self.name_of_new()
        cases = [
            (OK, "queue", "list"), (OK, "site", "list"), (OK, "key", "list"), (OK, "rule", "list"),
            (OK, "queue", "approve", good),
            (SOME, "queue", "approve", good, ABSENT),
            (USAGE, "queue", "list", "--format", "xml"), (USAGE, "rule", "add", "colour", "red", "--reason", "x"),
            (USAGE, "rule", "add", "word", "x"), (USAGE, "submit"), (USAGE, "submit", "--from", "/nonexistent"),
            (USAGE, "key", "revoke"), (USAGE, "model", "threshold"), (USAGE, "model", "threshold", "--ham-loss-max", "few"),
            (AWAY, "rule", "list", "--server", "127.0.0.1:1"), (AWAY, "queue", "approve", good, "--server", "127.0.0.1:1"),
            (REJECTED, "queue", "approve", ABSENT), (REJECTED, "queue", "spam", "nonsense"),
            (REJECTED, "queue", "undo", ABSENT), (REJECTED, "queue", "undo", "--comment", ABSENT),
            (REJECTED, "key", "revoke", ABSENT[:16]), (REJECTED, "key", "revoke", "nonsense"),
            (REJECTED, "site", "show", "absent"), (REJECTED, "site", "create", "demo"), (REJECTED, "rule", "remove", ABSENT),
            (REJECTED, "rule", "add", "cidr", "not a network", "--reason", "x"), (REJECTED, "comment", "get", ABSENT),
            (REJECTED, "model", "threshold", "--ham-loss-max", "0.001"),
            (REJECTED, "model", "threshold", "absent", "--ham-loss-max", "0.001"),
            (REJECTED, "submit", "--author-name", "", "--author-email", "x", "--body", "x"),
        ]
        for expected, *arguments in cases:
            with self.subTest(arguments=arguments):
                ran = self.run_cli(*arguments)
                self.assertEqual(ran.returncode, expected, ran.stdout + ran.stderr)
                self.assertNotIn("\nreplyguard: INTERNAL", "\n" + ran.stderr)

    def test_an_error_names_its_remedy(self):
        site = self.run_cli("site", "show", self.box.site, "--format", "json").stdout
        for whole, text in ((True, site), (False, json.dumps(json.loads(site)["policy"]))):
            file = self.box.folder / "policy.json"
            file.write_text(text)
            ran = self.run_cli("site", "update", self.box.site, "--policy", str(file), "--links-max", "7", "--format", "json")
            self.assertEqual(ran.returncode, OK, ran.stderr)
            policy = json.loads(ran.stdout)["policy"]
            self.assertEqual({**json.loads(site)["policy"], "linksMax": 7, "revision": policy["revision"]}, policy, whole)
        file.write_text(site.replace('"policy"', '"policy":{"linksMaximum":3},"x"'))
        self.assertIn("not a policy in JSON", self.run_cli("site", "update", self.box.site, "--policy", str(file)).stderr)
        good = self.name_of_new()
        self.run_cli("queue", "spam", good)
        ran = self.run_cli("queue", "undo", good)
        self.assertEqual((ran.returncode, "--comment" in ran.stderr), (USAGE, True), ran.stderr)
        self.run_cli("user", "invite", "iris", "--role", "moderator", "--site", self.box.site)
        ran = self.run_cli("user", "reset", "iris")
        self.assertEqual((ran.returncode, "invite them again" in ran.stderr), (REJECTED, True), ran.stderr)

    def test_why_there_is_no_database_is_named(self):
        url, database = self.box.admin_url, self.box.database
        cases = {"no such role": harness.database_url(url, database, "secret_role"),
                 "no such database": harness.database_url(url, "secret_database"),
                 "connection refused": "postgresql://secret_role@127.0.0.1:1/secret_database",
                 "host not found": "postgresql://secret_role@secret_host.invalid/secret_database"}
        for why, bad in cases.items():
            environment = {**self.box.environment(), "REPLYGUARD_DATABASE_URL": bad, "REPLYGUARD_OWNER_DATABASE_URL": bad}
            for command in (("doctor",), ("migrate", "status"), ("retention",), ("key", "create", "--bootstrap")):
                with self.subTest(why=why, command=command):
                    ran = subprocess.run([harness.BINARY, *command], env=environment, capture_output=True, text=True, check=False,
                                         timeout=60 * harness.PATIENCE, cwd=self.box.folder)
                    said = ran.stdout + ran.stderr
                    self.assertNotEqual(ran.returncode, OK, said)
                    self.assertIn(f"not available; try again ({why}", said)
                    if command != ("doctor",):  # which prints the settings
                        self.assertNotIn("secret_", said)
        self.assertNotIn("no such role", self.run_cli("rule", "list").stderr)

    def test_a_key_that_may_not_is_refused(self):
        box = self.box
        operator, box.operator_key = box.operator_key, box.moderator_key
        try:
            self.assertEqual(self.run_cli("site", "list").returncode, REFUSED)
            box.operator_key = "0" * 48
            self.assertEqual(self.run_cli("rule", "list").returncode, REFUSED)
        finally:
            box.operator_key = operator

    def test_no_proxy_gets_what_goes_to_the_server(self):
        kept = self.box.extra_environment
        self.addCleanup(setattr, self.box, "extra_environment", kept)
        with Proxy() as proxy:
            for name in ("http_proxy", "https_proxy", "grpc_proxy"):
                with self.subTest(name):
                    self.box.extra_environment = {**kept, "no_proxy": "", "no_grpc_proxy": "",
                                                  name: f"http://127.0.0.1:{proxy.port}"}
                    ran = self.run_cli("key", "list")
                    self.assertEqual(proxy.asked, [])
                    self.assertEqual(ran.returncode, OK, ran.stderr)

    def test_readme_and_help_list_the_same_codes(self):
        helped = dict(re.findall(r"^  ([0-9])  (.+)$", self.run_cli("--help").stdout, re.MULTILINE))
        readme = (harness.SOURCE_DIR / "README.md").read_text(encoding="utf-8")
        self.assertEqual(dict(re.findall(r"^\| ([0-9]) \| (.+) \|$", readme, re.MULTILINE)), helped)
        self.assertEqual(sorted(helped), list("0123456"))

    def test_the_first_line_of_an_id_wins(self):
        text = "".join(LINE % (f"twice-{n}", which) + "\n" for n in range(40) for which in ("the first", "a later one"))
        ran, rows, summary = self.submit(text)
        self.assertEqual(ran.returncode, OK, ran.stderr)
        self.assertEqual(summary["total"], 80)
        self.assertEqual(summary["outcomes"]["duplicate in the file"], 40)
        bodies = [row["response"]["comment"]["body"] for row in rows if "response" in row]
        self.assertEqual(bodies, ["the first"] * 40)
        self.assertEqual(sorted(row["duplicateOfLine"] for row in rows if "duplicateOfLine" in row), list(range(1, 81, 2)))
        self.assertEqual(self.submit(text)[2]["outcomes"]["answered before"], 40)

    def test_files_as_people_make_them(self):
        long = LINE % ("long", "x" * (1024 * 1024))
        text = "\ufeff" + LINE % ("bom", "one") + "\r\n\r\n\n" + long + "\n" + LINE % ("last", "two")
        ran, rows, summary = self.submit(text)
        self.assertEqual({row["id"] for row in rows}, {"bom", "last"})
        self.assertEqual(summary["failedByCode"], {"INVALID_LINE": 1})
        self.assertEqual(ran.returncode, SOME)
        self.assertIn('"line":4,', ran.stderr)
        self.assertIn("1,048,576 bytes", ran.stderr)

    def lines(self, name, count):
        return "".join(LINE % (f"{name}-{n}", f"line {n}") + "\n" for n in range(count))

    def test_a_server_that_stays_away_is_waited_for_once_for_all_lines(self):
        ran = self.run_cli("submit", "--from", "-", "--format", "json", "--server", "127.0.0.1:1", "--wait", "300ms",
                           "--in-flight", "8", stdin=self.lines("away", 500))
        self.assertEqual(ran.returncode, AWAY, ran.stderr)
        summary = json.loads(ran.stdout)
        self.assertEqual(summary["failedByCode"], {"UNAVAILABLE": 8})
        self.assertEqual(summary["total"], 8)
        self.assertIn("nothing after line 8 was sent", ran.stderr)
        self.assertEqual(ran.stderr.count("waiting for it"), 1)
        labelled = "".join(line.replace('"text"', '"label": "ham", "text"') + "\n"
                           for line in self.lines("away", 500).splitlines())
        ran = self.run_cli("learn", "--from", "-", "--server", "127.0.0.1:1", "--wait", "300ms", stdin=labelled)
        self.assertEqual(ran.returncode, AWAY, ran.stderr)
        self.assertIn("nothing after line 400 was sent", ran.stderr)

    def test_a_server_that_restarts_costs_no_line(self):
        self.box.kill()
        submitting = subprocess.Popen([harness.BINARY, "submit", "--from", "-", "--format", "json", "--retries", "0"],
                                      env=self.box.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True, cwd=self.box.folder)
        submitting.stdin.write(self.lines("restart", 100))
        submitting.stdin.close()
        self.assertIn("waiting for it", submitting.stderr.readline())
        self.box.start()
        summary = json.loads(submitting.stdout.read())
        self.assertEqual(submitting.wait(60), OK, submitting.stderr.read())
        submitting.stdout.close()
        submitting.stderr.close()
        self.assertEqual(summary["total"], 100)
        self.assertFalse(summary.get("failedByCode"), summary)

    def test_of_two_labels_of_one_id_the_first_is_learnt(self):
        line = LINE[:-1] + ', "label": "%s"}'
        text = "".join(line % (f"label-{n}", "which", label) + "\n" for n in range(3) for label in ("ham", "spam"))
        ran = self.run_cli("learn", "--from", "-", "--batch", "1", "--format", "json", stdin=text)
        self.assertEqual(ran.returncode, OK, ran.stderr)
        self.assertEqual(json.loads(ran.stdout)["outcomes"], {"duplicate in the file": 3, "learnt": 3})

    def test_a_bad_line_is_told_field_by_field_without_its_values(self):
        ran, _, _ = self.submit('{"text": 5, "labell": "secret-value@example.org", "author_verified": "yes"}\n')
        self.assertEqual(ran.returncode, REJECTED)
        message = json.loads(ran.stderr)
        self.assertEqual(message["line"], 1)
        for part in ("text: must be a string", "unknown field labell", "author_verified: must be true or false"):
            self.assertIn(part, message["message"])
        self.assertNotIn("secret-value", ran.stderr)

    def test_a_threshold_that_keeps_a_promise(self):
        box = self.enterContext(harness.Installation())  # its model is trained
        refused = box.run("model", "threshold", "--ham-loss-max", "0.001", check=False)
        self.assertIn("there are 0, it takes 2995", refused.stderr)
        labelled = "".join(json.dumps({"id": f"{label}-{n}", "text": f"{text}, number {n}", "label": label}) + "\n"
                           for n in range(20) for text, label in (("A fine walk", "ham"), ("Cheap pills", "spam")))
        self.assertEqual(box.run("learn", "--from", "-", stdin=labelled).returncode, OK)
        self.assertTrue(box.wait_for_model().trained)
        box.run("site", "update", "demo", "--blind-sample-rate", "1")  # so that what it decides alone counts
        stored = box.run("submit", "--author-name", "Ada", "--author-email", "ada@example.org", "--body", "A fine walk.",
                         "--format", "json").stdout
        box.run("queue", "approve", json.loads(stored)["comment"]["name"])
        flags = ("model", "threshold", "demo", "--ham-loss-max", "0.5", "--confidence", "0.5")
        found = json.loads(box.run(*flags, "--format", "json").stdout)
        self.assertEqual((found["hamCount"], found["hamLoss"], found["confidence"]), ("1", 0, 0.5))
        said = box.run(*flags).stdout
        self.assertIn("loses at most 50 % of the good comments, with 50 % confidence", said)
        apply = re.search(r"to apply it: replyguard (site update demo --spam-threshold [0-9.]+)$", said, re.MULTILINE)
        self.assertEqual(box.run(*apply.group(1).split()).returncode, OK)

    def test_rules(self):
        held = self.name_of_new("Come to the zzyzx casino")
        self.run_cli("queue", "approve", held)
        tried = json.loads(self.run_cli("rule", "test", "word", "zzyzx", "--action", "spam", "--format", "json").stdout)
        self.assertEqual((tried["changedCount"], tried["lostCount"]), (1, 1))
        self.assertEqual(tried["changes"][0]["comment"], held)
        self.assertIn(held, self.run_cli("rule", "test", "word", "zzyzx", "--action", "spam").stdout)
        self.assertNotIn("zzyzx", self.run_cli("rule", "list").stdout)  # a test changes nothing

        rule = json.loads(self.run_cli("rule", "add", "word", "zzyzx", "--action", "spam", "--reason", "adverts",
                                       "--expires-in", "1d", "--format", "json").stdout)
        self.assertEqual((rule["kind"], rule["action"], rule["reason"]), ("KIND_WORD", "ACTION_SPAM", "adverts"))
        self.assertRegex(self.run_cli("rule", "list").stdout, r"word +zzyzx +spam +in force until .* adverts")

        def judged():
            ran = self.run_cli("check", "--author-name", "A", "--author-email", "a@example.org", "--body", "zzyzx")
            return "would be spam" in ran.stdout
        harness.wait_for(judged, 10, "the rule to be in force")
        self.assertEqual(self.run_cli("rule", "remove", rule["name"].rsplit("/", 1)[1]).returncode, OK)
        self.assertEqual(self.run_cli("rule", "remove", rule["name"]).returncode, REJECTED)


if __name__ == "__main__":
    unittest.main()
