"""replyguard export against a real server: what it writes comes back by import with the same labels, byte for byte of the text;
nothing in a table is a formula; an interrupted export goes on; an import is a unit that retraining can leave out."""

import contextlib
import csv
import json
import os
import pty
import stat
import subprocess
import unittest

import harness
from harness import comment_pb2, model_pb

# What a table, a spreadsheet or a line could spoil.
TEXTS = ["=HYPERLINK(\"http://x.example\",\"a\")", "+1 for this", "-1", "@you", "\ttabbed", "  =1+1", "\u3000\uff1dSUM(A1)",
         "\uff0b1", "'quoted'", "''", "'=1", "a,=1+1", "say \"=x\", and", "two\nlines\n-end", "NULL", "\\N", "true", "007", "1e5",
         "\u200b=1", "plain", "ends with a quote\"", ",", ";@x", "\U0001f600 =b", "tab\t+x"]
FORMULA = tuple("=+-@\t\r") + ("\uff1d", "\uff0b", "\uff0d", "\uff20")


def learn(box, site, examples, import_id=""):
    client = box.client(box.operator_key)
    answer = client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
        parent=f"sites/{site}", examples=examples, import_id=import_id))
    assert all(result.learnt for result in answer.results), answer


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = box = cls.enterClassContext(harness.Installation())
        backend, moderator = box.backend(), box.moderator()
        cls.names = []
        for n, text in enumerate(TEXTS):
            form = comment_pb2.FormEvidence(honeypot="x" if n % 5 == 0 else "")
            form.fill_time.FromMilliseconds(1000 + n)
            stored = box.submit(backend, text, author=f"=Author {n}", email=f"secretlocal{n}@mail.example", user_agent=f"+Agent {n}",
                                author_url="https://site.example/?a=b", language="en" if n % 2 else "", form=form).comment
            cls.names.append(stored.name)
            if n % 3 < 2:
                box.moderate(moderator, stored.name, "SPAM" if n % 3 else "APPROVE", reason_code="BECAUSE")
        learn(box, box.site, [model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=f"lesson {n} {TEXTS[n % len(TEXTS)]}", author_name="@ann"),
            external_id=f"lesson-{n}", label=model_pb.LABEL_SPAM if n % 2 else model_pb.LABEL_HAM) for n in range(40)], "first.batch")
        box.wait_for_model()

    def export(self, what, name, *arguments, site=None):
        file = self.box.folder / name
        self.box.run("export", what, "--output", str(file), *(("--site", site) if site else ()), *arguments)
        return file

    def lines(self, file):
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def make_site(self, name):
        self.box.run("site", "create", name, "--display-name", name)
        return name

    def test_labels_come_back_the_same_by_both_formats(self):
        before = self.lines(self.export("labels", "labels.jsonl"))
        self.assertEqual(len(before), 40 + sum(n % 3 < 2 for n in range(len(TEXTS))))

        def lessons(rows):
            notes = ("label_source", "labelled_by", "labelled_at", "import", "label_weight")
            return [{name: value for name, value in row.items() if name not in notes} for row in rows]
        for form in ("jsonl", "csv"):
            file, site = self.export("labels", f"back.{form}"), self.make_site(f"back-{form}")
            self.box.run("import", str(file), "--from", form, "--site", site)
            after = self.lines(self.export("labels", f"again-{form}.jsonl", site=site))
            self.assertEqual(lessons(after), lessons(before), form)
            self.assertEqual({row["label_source"] for row in after}, {"import"})
            second = json.loads(self.box.run("import", str(file), "--from", form, "--site", site, "--format", "json").stdout)
            self.assertEqual((second["learnt"], second["known"]), (0, len(before)), "nothing twice")
            own = json.loads(self.box.run("import", str(file), "--from", form, "--format", "json").stdout)
            self.assertEqual((own["learnt"], own["known"]), (0, len(before)), "its own site knows them, as comments too")

    def test_a_terminal_obeys_no_text_of_a_table(self):
        hostile = "bell\u009b31m and \u202eback"  # C1 is let in, C0 is not
        site = self.make_site("terminal")
        learn(self.box, site, [model_pb.LabelledExample(submission=comment_pb2.Submission(body=hostile, author_name="Eve"),
                                                        external_id="e1", label=model_pb.LABEL_SPAM)])
        arguments = [harness.BINARY, "export", "labels", "--to", "csv", "--site", site]
        master, slave = pty.openpty()
        shown = b""
        with subprocess.Popen(arguments, env=self.box.environment(), cwd=self.box.folder, stdout=slave,
                              stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as program:
            os.close(slave)
            with contextlib.suppress(OSError), open(master, "rb", buffering=0) as terminal:  # EIO at its end
                while part := terminal.read(1 << 16):
                    shown += part
        self.assertEqual(program.returncode, 0)
        self.assertIn("bell\\u{9B}31m and \\u{202E}back", shown.decode())
        raw = self.box.run("export", "labels", "--to", "csv", "--site", site).stdout
        self.assertIn(hostile, raw, "a pipe has it as it is")

    def test_exports_train_the_same_model(self):
        jsonl, table = self.export("labels", "train.jsonl"), self.export("labels", "train.csv")
        through = self.box.folder / "through.jsonl"
        self.box.run("import", str(table), "--from", "csv", "--dry-run", "--output", str(through))
        models = []
        for file in (jsonl, through):
            model = self.box.folder / (file.name + ".model")
            self.box.run("train", "--input", str(file), "--output", str(model))
            models.append(model.read_bytes())
        self.assertEqual(models[0], models[1])
        self.assertIn("1-ROCA", self.box.run("evaluate", "--input", str(jsonl)).stdout)

    def test_comments_carry_what_was_decided(self):
        rows = self.lines(self.export("comments", "comments.jsonl"))
        self.assertEqual([row["text"] for row in rows], TEXTS)
        self.assertEqual([row["id"] for row in rows], ["c:" + name.rpartition("/")[2] for name in self.names])
        for n, row in enumerate(rows):
            self.assertEqual(row["author_email"], "s***@mail.example")
            self.assertEqual(row["label"], ["ham", "spam", "none"][n % 3])
            self.assertEqual(row["status"], ["approved", "spam", "pending" if n % 5 else "spam"][n % 3], "the honeypot's are spam")
            self.assertEqual(row.get("decision"), ["approve", "spam", None][n % 3])
            self.assertEqual(row.get("reason_code"), ["BECAUSE", "BECAUSE", None][n % 3])
            self.assertNotIn("author_ip", row)
        dry = json.loads(self.box.run("import", str(self.export("comments", "c.csv")), "--from", "csv", "--dry-run", "--format",
                                      "json").stdout)
        self.assertEqual((dry["rows"], dry["taken"], dry["skipped"], dry["repaired"]), (len(TEXTS), len(TEXTS), {}, {}))
        self.assertEqual([dry["ham"], dry["spam"], dry["unlabelled"]],
                         [sum(n % 3 == kind for n in range(len(TEXTS))) for kind in range(3)])

    def test_a_table_is_no_formula_and_reads_by_any_reader(self):
        for what in ("comments", "labels"):
            file = self.export(what, f"{what}.csv")
            self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o600)
            raw = file.read_bytes()
            self.assertTrue(raw.endswith(b"\r\n"))
            rows = list(csv.reader(raw.decode().splitlines(keepends=True), strict=True))
            self.assertEqual({len(row) for row in rows}, {len(rows[0])})
            for row in rows[1:]:
                for cell in row:
                    for separator in ",;\t\n\"":
                        for part in cell.split(separator):
                            self.assertFalse(part.lstrip(" \u3000\u200b").startswith(FORMULA) and part.strip() != "", cell)
            self.assertNotIn(b"secretlocal", raw)

    def test_an_interrupted_export_goes_on(self):
        whole = self.export("labels", "whole.jsonl").read_text()
        client = self.box.client(self.box.operator_key)
        # The first page by hand; its token is what an interrupted export leaves behind.
        page = client.call(client.admin.ExportLabels, harness.admin_pb.replyguard_dot_v1_dot_export__pb2.ExportLabelsRequest(
            parent=f"sites/{self.box.site}", page_size=7))
        self.assertEqual(len(page.labels), 7)
        rest = self.box.run("export", "labels", "--after", page.next_page_token).stdout
        head = "".join(whole.splitlines(keepends=True)[:7])
        self.assertEqual(head + rest, whole)
        file = self.box.folder / "resumed.jsonl"
        partial = self.box.folder / "resumed.jsonl.partial"
        partial.write_text(head + "half a li")
        (self.box.folder / "resumed.jsonl.partial.next").write_text(f"{len(head.encode())} {page.next_page_token}\n")
        self.box.run("export", "labels", "--output", str(file), "--resume")
        self.assertEqual(file.read_text(), whole)
        self.assertFalse(partial.exists() or (self.box.folder / "resumed.jsonl.partial.next").exists())
        self.assertEqual(self.box.run("export", "labels", "--output", str(file), "--resume", check=False).returncode, 2)
        self.assertEqual(file.read_text(), whole, "what is there stays")

    def test_labels_are_those_of_one_moment(self):
        box, site = self.box, self.make_site("moment")

        def say(label):
            learn(box, site, [model_pb.LabelledExample(submission=comment_pb2.Submission(body=f"text {n}"), external_id=f"m-{n}",
                                                       label=label) for n in range(4)])
        say(model_pb.LABEL_HAM)
        client = box.client(box.operator_key)
        pb = harness.admin_pb.replyguard_dot_v1_dot_export__pb2
        request = pb.ExportLabelsRequest(parent=f"sites/{site}", page_size=2)
        first = client.call(client.admin.ExportLabels, request)
        say(model_pb.LABEL_SPAM)
        request.page_token = first.next_page_token
        second = client.call(client.admin.ExportLabels, request)
        labels = [*first.labels, *second.labels]
        self.assertEqual([one.sample_id for one in labels], [f"m-{n}" for n in range(4)])
        self.assertEqual({one.label.label for one in labels}, {model_pb.LABEL_HAM}, "what held when it began")
        history = self.lines(self.export("labels", "history.jsonl", "--history", site=site))
        self.assertEqual([row["label"] for row in history], ["ham"] * 4 + ["spam"] * 4)

    def test_keys_of_others_export_nothing(self):
        box = self.box
        for key in (box.site_key, box.moderator_key, box.make_key("OPERATOR", self.make_site("other"))):
            box_key, box.operator_key = box.operator_key, key
            try:
                for what in ("comments", "labels"):
                    ran = box.run("export", what, "--site", "demo", check=False)
                    self.assertNotEqual(ran.returncode, 0)
                    self.assertEqual(ran.stdout, "")
                    self.assertIn("PERMISSION_DENIED", ran.stderr)
            finally:
                box.operator_key = box_key

    def test_a_model_leaves_in_one_piece_and_evaluates(self):
        box = self.box
        box.stop()  # it stores its model on the way out
        box.start()
        file = box.folder / "exported.model"
        told = json.loads(box.run("model", "export", str(file), "--format", "json").stdout)
        self.assertEqual(told["generation"], "modelGenerations/1")
        self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o600)
        box.run("evaluate", "--input", str(self.export("labels", "eval.jsonl")), "--model", str(file))
        ran = box.run("model", "export", str(file), "--generation", "77", check=False)
        self.assertIn("there is no such generation", ran.stderr)


class ImportAsAUnitTest(unittest.TestCase):
    def test_a_poisoned_import_is_listed_and_left_out_as_a_whole(self):
        box = self.enterContext(harness.Installation())
        spam, ham = "cheap pills casino bonus click here", "thank you, the chapter about bees helped my garden"

        def write(name, count, label_of):
            file = box.folder / name
            file.write_text("".join(json.dumps({"id": f"{name}-{n}", "text": f"{spam if n % 2 else ham} {n}", "label": label_of(n)})
                                    + "\n" for n in range(count)))
            return str(file)

        def true(n):
            return "spam" if n % 2 else "ham"
        box.run("import", write("good.jsonl", 60, true), "--from", "jsonl", "--name", "good")
        box.run("import", write("poison.jsonl", 60, lambda n: "ham"), "--from", "jsonl", "--name", "poison")
        late = json.loads(box.run("import", write("late one.jsonl", 60, true), "--from", "jsonl", "--format", "json").stdout)
        self.assertRegex(late["name"], r"^late_one\.jsonl-\d{8}T\d{6}Z$")
        box.wait_for_model()
        listed = json.loads(box.run("import", "list", "--format", "json").stdout)["imports"]
        self.assertEqual([one["name"] for one in listed], [f"sites/demo/imports/{name}" for name in (late["name"], "poison", "good")])
        self.assertEqual([(int(one["labelCount"]), int(one["spamCount"]), int(one["hamCount"])) for one in listed],
                         [(60, 30, 30), (60, 0, 60), (60, 30, 30)])
        made = json.loads(box.run("model", "retrain", "--exclude-import", "poison", "--format", "json").stdout)
        self.assertEqual(made["generation"]["excludedImports"], ["sites/demo/imports/poison"])
        self.assertEqual((int(made["comparison"]["excludedCount"]), int(made["comparison"]["labelCount"])), (60, 120))
        box.run("model", "activate", "2", "--force")
        harness.wait_for(lambda: box.model().generation == 2, 60, "generation 2")
        model = box.wait_for_model()
        self.assertEqual((model.spam_count, model.ham_count), (60, 60), "as if the poison had never come")
        self.assertIn("sites/demo/imports/poison", box.run("model", "list").stdout)
        for wrong in ("no good", "a/b"):
            self.assertEqual(box.run("import", "-", "--from", "jsonl", "--name", wrong, check=False, stdin="").returncode, 2)


class ResumedImportTest(unittest.TestCase):
    def test_a_rerun_sends_only_what_was_not_acknowledged(self):
        box = self.enterContext(harness.Installation())
        box.extra_environment["XDG_STATE_HOME"] = str(box.folder / "state")
        file = box.folder / "long.jsonl"
        file.write_text("".join(json.dumps({"id": f"r-{n}", "text": f"number {n} of the harbour", "label": "ham" if n % 2 else "spam"})
                                + "\n" for n in range(4000)))
        states = box.folder / "state/replyguard/imports"
        running = subprocess.Popen([harness.BINARY, "import", str(file), "--from", "jsonl", "--batch", "20"], env=box.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        harness.wait_for(lambda: states.exists() and [s for s in states.iterdir() if "." not in s.name], 60, "the first batches")
        running.kill()
        running.wait()
        state, = [s for s in states.iterdir() if "." not in s.name]
        name, taught = state.read_text().split()
        self.assertTrue(0 < int(taught) < 4000, taught)
        # Taken back meanwhile: were the first one sent again, it would be learnt again.
        client = box.client(box.operator_key)
        client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(parent=f"sites/{box.site}", examples=[
            model_pb.LabelledExample(external_id="r-0", label=model_pb.LABEL_NONE)]))
        rest = json.loads(box.run("import", str(file), "--from", "jsonl", "--format", "json").stdout)
        self.assertEqual(rest["name"], name, "one import, one name")
        # A batch that was in flight when the client was killed may have been learnt without its knowledge.
        self.assertEqual(rest["learnt"] + rest["known"], 4000)
        self.assertGreaterEqual(rest["known"], int(taught))
        imported, = json.loads(box.run("import", "list", "--format", "json").stdout)["imports"]
        self.assertEqual((int(imported["labelCount"]), int(imported["hamCount"]), int(imported["spamCount"])), (4000, 2000, 1999))
        self.assertFalse(state.exists(), "it ends with the import")
        # What is remembered about a server that has lost it all is not believed.
        state.write_text("never-was 4000\n")
        again = json.loads(box.run("import", str(file), "--from", "jsonl", "--site", box.site, "--format", "json").stdout)
        self.assertNotEqual(again["name"], "never-was")


if __name__ == "__main__":
    unittest.main()
