"""No plain address anywhere: sentinel addresses go in through every door, valid and not, then a pg_dump, the data
directory with its WAL, every log, every command's output and every answer are searched for them."""

import http.client
import pathlib
import subprocess
import unittest

import grpc

import connect
import akismet_wire
import harness
import metrics_test
from harness import admin_pb, comment_pb, comment_pb2, database_url, model_pb, moderation_pb

DOMAIN = "sentinel-domain.example"
DOTTED = DOMAIN.replace(".", "\u2024")
# What must never appear: the local part is the secret, in any spelling that masking has to see through.
LOCALS = [f"secretlocal{n:02d}" for n in range(80)]
IP = "198.51.100.177"


def spellings(local):
    """Ways to write one address inside a text."""
    return [f"{local}@{DOMAIN}", f"mailto:{local}@{DOMAIN}", f"{local}%40{DOMAIN}", f"{local}&#64;{DOMAIN}",
            f"{local}&#x40;{DOMAIN}", f"{local}\uff20{DOMAIN}", f"{local}\u200b@{DOMAIN}", f"<{local}@{DOMAIN}>,",
            f"{local.upper()}@{DOMAIN.upper()}", f"{local}+tag@{DOMAIN}", f"{local}&commat;{DOMAIN}",
            f"{local}@{DOTTED}", f"{local}\\@{DOMAIN}", f"*{local}*@*{DOMAIN}*", f"{local}<b>@</b>{DOMAIN}",
            f"{local}&lt;@&gt;{DOMAIN}", f"{local}=40{DOMAIN}", f"{local}%u0040{DOMAIN}", f"{local}@@{DOMAIN}",
            f"{local}@{DOMAIN.replace('.', '..')}", f"{local} @ {DOMAIN}", f"{local}@ {DOMAIN}",
            f"{local}%26%2364%3B{DOMAIN}", f"{local}&amp;#64;{DOMAIN}", f"{local}\\u0040{DOMAIN}",
            f"{local}@{DOMAIN.replace('.', '&period;')}", f"{local}%2540{DOMAIN}", f'"{local} x"@{DOMAIN}',
            f"{local}@[192.0.2.1]", f"{local}@xn--exmple-cua.org", f"{local[:6]}\u00ad{local[6:]}@{DOMAIN}",
            f"{local}@\u0308{DOMAIN}", f"{local}\u202a@\u202c{DOMAIN}", f"{local}@{DOMAIN[:5]}<i>{DOMAIN[5:]}</i>",
            f"{local} (at) {DOMAIN.replace('.', ' (dot) ')}", f"{local} [at] {DOMAIN.replace('.', ' [dot] ')}",
            f"{local}@{DOMAIN.replace('.', '[.]')}", f"({local})@{DOMAIN}", f"{local}<!-- x -->@{DOMAIN}",
            f"{local}[b]@[/b]{DOMAIN}", f"@{local}@{DOMAIN}", f"scp {local}@{DOMAIN}:/x", f"{local} @gmail.com"]


class PrivacyTest(unittest.TestCase):
    def setUp(self):
        self.box = harness.Installation()
        self.box.extra_environment["REPLYGUARD_METRICS_LISTEN"] = "127.0.0.1:0"
        self.enterContext(self.box)
        self.answers = []
        self.locals = iter(LOCALS)

    def keep(self, method, request, client):
        """Calls and keeps whatever came back: answer, status text, metadata."""
        try:
            answer = client.call(method, request)
            self.answers.append(answer.SerializeToString())
            return answer
        except grpc.RpcError as error:
            self.answers += [str(error.details()).encode(), repr(error.trailing_metadata()).encode()]
            self.answers += [v if isinstance(v, bytes) else str(v).encode() for _, v in error.trailing_metadata() or ()]
            return None

    def submit(self, client, **fields):
        good = dict(thread=f"sites/{self.box.site}/threads/t", author_name="Ada", author_email=f"ada@{DOMAIN}",
                    body="A fine comment.")
        return self.keep(client.comments.SubmitComment, comment_pb.SubmitCommentRequest(
            submission=comment_pb2.Submission(**{**good, **fields})), client)

    def through_every_door(self):
        box, backend, moderator = self.box, self.box.backend(), self.box.moderator()
        operator = box.client(box.operator_key)
        first = self.submit(backend, author_email=f"{next(self.locals)}@{DOMAIN}").comment
        for field in ("body", "author_name", "user_agent", "referrer"):
            local = next(self.locals)
            for text in spellings(local):
                self.submit(backend, **{field: f"write to {text} today"})
        local = next(self.locals)
        self.submit(backend, author_url=f"https://host.example/?mail={local}@{DOMAIN}")
        self.submit(backend, author_url=f"https://{local}@{DOMAIN}/")
        self.submit(backend, thread_title=f"{local}@{DOMAIN}", thread="sites/%s/threads/titled" % box.site)
        self.submit(backend, thread=f"sites/{box.site}/threads/{local}@{DOMAIN}")
        self.over_http(first)
        # Invalid requests must not be echoed or logged either.
        for fields in (dict(author_email=f"{next(self.locals)} x@{DOMAIN}"), dict(author_email=f"{next(self.locals)}@{DOMAIN}@", body=""),
                       dict(body=f"{next(self.locals)}@{DOMAIN}\x00"), dict(author_name=f"{next(self.locals)}@{DOMAIN}" * 20)):
            self.assertIsNone(self.submit(backend, **fields))
        self.keep(backend.comments.CheckComment, comment_pb.CheckCommentRequest(submission=box.submission(
            f"see {next(self.locals)}@{DOMAIN}", email=f"{next(self.locals)}@{DOMAIN}"), with_history=True), backend)
        self.keep(backend.comments.UpdateComment, comment_pb.UpdateCommentRequest(
            name=first.name, submission=comment_pb2.Submission(body=f"edited {next(self.locals)}@{DOMAIN}")), backend)
        self.keep(backend.comments.ReportComment, comment_pb.ReportCommentRequest(
            name=first.name, reporter=f"{next(self.locals)}@{DOMAIN}", note=f"{next(self.locals)}@{DOMAIN}"), backend)
        self.keep(moderator.moderation.ModerateComments, moderation_pb.ModerateCommentsRequest(actions=[
            moderation_pb.ModerationAction(comment=first.name, action=2, note=f"ask {next(self.locals)}@{DOMAIN}")]), moderator)
        self.keep(moderator.moderation.ModerateComments, moderation_pb.ModerateCommentsRequest(actions=[
            moderation_pb.ModerationAction(comment=f"sites/x/comments/{next(self.locals)}@{DOMAIN}", action=2)]), moderator)
        self.beside(moderator, operator, first.name, f"{next(self.locals)}@{DOMAIN}")
        learn = model_pb.LearnCommentsRequest(parent=f"sites/{box.site}", examples=[model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=f"buy at {next(self.locals)}@{DOMAIN}", author_email=f"{next(self.locals)}@{DOMAIN}"),
            label=2, external_id="e-1")])
        self.keep(operator.models.LearnComments, learn, operator)
        for method, request, client in (
                (backend.comments.ListComments, comment_pb.ListCommentsRequest(parent=f"sites/{box.site}/threads/t", page_size=500,
                                                                               statuses=[1, 2, 3, 4]), backend),
                (moderator.moderation.ListQueue, moderation_pb.ListQueueRequest(parent=f"sites/{box.site}", page_size=200), moderator),
                (moderator.moderation.ListDecisions, moderation_pb.ListDecisionsRequest(parent=f"sites/{box.site}"), moderator),
                (operator.models.ExplainComment, model_pb.ExplainCommentRequest(name=first.name), operator)):
            self.assertIsNotNone(self.keep(method, request, client))
        rule_type = admin_pb.replyguard_dot_v1_dot_rule__pb2.Rule
        self.keep(operator.admin.CreateRule, admin_pb.CreateRuleRequest(parent=f"sites/{box.site}", rule=rule_type(
            kind=1, action=2, pattern="zeppelin", reason=f"asked by {next(self.locals)}@{DOMAIN}")), operator)
        self.keep(operator.admin.CreateRule, admin_pb.CreateRuleRequest(parent=f"sites/{box.site}", rule=rule_type(
            kind=1, action=2, pattern=f"{next(self.locals)}@{DOMAIN}", reason="a rule about an address")), operator)
        self.keep(backend.comments.SubmitComment, comment_pb.SubmitCommentRequest(
            submission=box.submission("With a telling request id."), request_id=f"{next(self.locals)}@{DOMAIN}"), backend)
        learn.examples[0].external_id = f"{next(self.locals)}@{DOMAIN}"
        self.keep(operator.models.LearnComments, learn, operator)
        box.run("key", "create", "--display-name", f"{next(self.locals)}@{DOMAIN}", check=False)
        box.run("submit", "--author-name", "Bob", "--author-email", f"{next(self.locals)}@{DOMAIN}", "--body",
                f"by hand {next(self.locals)}@{DOMAIN}", "--thread", "t", check=False)

    def over_http(self, first):
        """The same over Connect: good and bad, in bodies, in addresses of pages, and where no address belongs."""
        for options in ({"codec": "json"}, {"codec": "proto", "get": True}):
            client = connect.ConnectClient(self.box, self.box.site_key, **options)
            local = next(self.locals)
            self.submit(client, author_email=f"{local}@{DOMAIN}", body=f"over HTTP, {local}@{DOMAIN}")
            for fields in (dict(author_email=f"{local} x@{DOMAIN}"), dict(body=f"{local}@{DOMAIN}\x00")):
                self.assertIsNone(self.submit(client, **fields))
            self.keep(client.comments.CheckComment, comment_pb.CheckCommentRequest(
                submission=self.box.submission(f"see {local}@{DOMAIN}", email=f"{local}@{DOMAIN}")), client)
            self.keep(client.comments.GetComment, comment_pb.GetCommentRequest(name=f"{first.name}{local}@{DOMAIN}"), client)
        local, path = next(self.locals), "/replyguard.v1.CommentService/SubmitComment"
        for method, target, body in (
                ("POST", path, f'{{"submission": "{local}@{DOMAIN}"}}'), ("POST", path, f'{{"{local}@{DOMAIN}": '),
                ("POST", f"{path}?mail={local}@{DOMAIN}", "{}"), ("GET", f"/{local}@{DOMAIN}?x={local}@{DOMAIN}", None),
                (f"{local}@{DOMAIN}", path, None)):
            connection = http.client.HTTPConnection(self.box.http, timeout=60)
            connection.request(method, target, body, {"authorization": f"Bearer {self.box.site_key}", "from": f"{local}@{DOMAIN}",
                                                      "content-type": "application/json", f"x-{local}": "y"})
            answer = connection.getresponse()
            self.assertGreaterEqual(answer.status, 400)
            self.answers += [str(answer.headers).encode(), answer.read()]
            connection.close()

    def through_akismet(self):
        """Every parameter that the protocol knows, and such as it does not."""
        site = akismet_wire.Site(self.box.http, self.box.site_key)
        address = lambda: f"{next(self.locals)}@{DOMAIN}"  # noqa: E731
        calls = [{"comment_author_email": address(), "user_ip": IP, "comment_content": f"write to {address()}"},
                 {"HTTP_COOKIE": next(self.locals), "HTTP_AUTHORIZATION": next(self.locals), "POST_email": address(),
                  "REMOTE_ADDR": IP, "anything": address(), address(): "1"},
                 {"permalink": f"https://blog.example/?mail={address()}", "callback": f"https://blog.example/?mail={address()}"},
                 {"blog": f"https://{address()}/", "callback": f"https://{address()}/"},
                 {"comment_author_email": f"{next(self.locals)} x@{DOMAIN}", "comment_author_url": f"https://{address()}/"},
                 {"recheck_reason": address(), "guid": address(), "user_role": address(), "honeypot_field_name": address()},
                 {"comment_type": address(), "reporter": address(), "referrer": f"https://x.example/?{address()}", "user_agent": address()}]
        for endpoint in ("comment-check", "submit-spam", "submit-ham"):
            for fields in calls:
                answer = site(endpoint, {**akismet_wire.COMMENT, "comment_content": f"Unlike the others {endpoint}.", **fields})
                self.assertEqual(answer.status, 200)
                self.answers.append(repr((answer.headers, answer.text)).encode())
        for endpoint in ("key-sites", "get-stats", "verify-key"):
            answer = site(endpoint, {"blog": "x", "filter": address(), "from": address(), "key": self.box.site_key})
            self.answers.append(repr((answer.headers, answer.text)).encode())

    def beside(self, moderator, operator, name, address):
        """What moderators write beside a comment, and look for."""
        site = f"sites/{self.box.site}"
        waiting = moderator.call(moderator.moderation.ListQueue, moderation_pb.ListQueueRequest(parent=site)).items[0].comment.name
        for client, method, fields in (
                (moderator, "AddNote", dict(parent=name, text=f"ask {address}")),
                (moderator, "AddNote", dict(parent=name, text="x", request_id=address)),
                (moderator, "EscalateComment", dict(name=waiting, reason=f"ask {address}")),
                (moderator, "BlockAuthor", dict(name=name, target=1, reason=f"asked by {address}")),
                (moderator, "SearchComments", dict(parent=site, filter={"text": address})),
                (moderator, "SearchComments", dict(parent=site, filter={"network": address})),
                (moderator, "GetReview", dict(name=name)), (moderator, "GetAuthorHistory", dict(name=name)),
                (operator, "SetReasonCodes", dict(parent=site, reason_codes=[{"code": "ASK", "label": f"ask {address}"}])),
                (operator, "SetReasonCodes", dict(parent=site)), (operator, "ListAuditEvents", dict(parent=site))):
            described = moderation_pb.DESCRIPTOR.services_by_name["ModerationService"].methods_by_name[method]
            self.keep(getattr(client.moderation, method), described.input_type._concrete_class(**fields), client)

    def test_no_door_leaks(self):
        self.through_every_door()
        self.through_akismet()
        used = LOCALS[:LOCALS.index(next(self.locals))]
        self.assertGreater(len(used), 20)
        box = self.box
        self.assertGreater(int(box.sql("SELECT count(*) FROM replyguard.comments")), 40)
        box.sql("CHECKPOINT")
        dump = subprocess.run(["pg_dump", "-d", database_url(box.admin_url, box.database)], capture_output=True, check=True).stdout
        self.assertIn(b"replyguard", dump)
        self.assertIn(DOMAIN.encode(), dump, "the domain is kept: the search below would find an address")
        haystacks = {"pg_dump": dump, "answers": b"\n".join(self.answers),
                     "log": box.log_path.read_bytes(), "metrics": metrics_test.scrape(box)[0].encode(), "command line": "\n".join(box.answers).encode()}
        self.assertGreater(len(haystacks["log"]), 0)
        self.assertIn(b"replyguard_submissions_total", haystacks["metrics"])
        data = pathlib.Path(box.sql("SHOW data_directory"))
        oid = box.sql(f"SELECT oid FROM pg_database WHERE datname = '{box.database}'")
        for folder in (data / "base" / oid, data / "pg_wal", data / "log"):
            for path in folder.glob("**/*") if folder.exists() else ():
                if path.is_file():
                    haystacks[str(path)] = path.read_bytes()
        self.assertTrue(any("pg_wal" in name for name in haystacks))
        for name, hay in haystacks.items():
            lower = hay.lower()
            for local in (*used, IP):
                at = lower.find(local.encode())
                self.assertEqual(at, -1, f"{local} is in {name}: {hay[max(0, at - 60):at + 60]!r}")

    def test_what_cannot_be_found_is_not_looked_for(self):
        """PostgreSQL may log what it is asked: an address that somebody types where none can stand does not get there."""
        box = self.box
        name = box.submit(box.backend(), "Words that wait.").comment.name
        data = pathlib.Path(box.sql("SHOW data_directory"))
        box.sql(f'ALTER DATABASE "{box.database}" SET log_statement = \'all\'')
        box.stop()
        box.start()
        moderator, operator = box.moderator(), box.client(box.operator_key)
        address, site = f"{LOCALS[0]}@{DOMAIN}", f"sites/{box.site}"
        for client, method in ((moderator, "ListDecisions"), (operator, "ListAuditEvents")):
            described = moderation_pb.DESCRIPTOR.services_by_name["ModerationService"].methods_by_name[method].input_type._concrete_class
            for field in ("actor", "actor_key_id"):
                for value in (address, f"people/{address}") if field == "actor_key_id" else (address,):
                    code, error = harness.code_of(lambda: client.call(getattr(client.moderation, method),
                                                                      described(parent=site, **{field: value})))
                    self.assertEqual(code, grpc.StatusCode.INVALID_ARGUMENT, (method, field))
                    self.assertNotIn(LOCALS[0], str(error))
            for fields in (dict(actor="Anna & Bert, of the paper"), dict(actor_key_id="people/anna.b"), dict(actor_key_id="0123456789abcdef")):
                client.call(getattr(client.moderation, method), described(parent=site, **fields))
        leased = moderator.call(moderator.moderation.LeaseNext, moderation_pb.LeaseNextRequest(parent=site, count=1)).items[0]
        self.assertEqual(leased.comment.name, name)
        change = lambda token: moderation_pb.LeaseChange(comment=name, lease_token=token)
        tokens = (address, leased.lease.token + "." + address, "", leased.lease.token[:-1], leased.lease.token)
        self.assertEqual(list(moderator.call(moderator.moderation.UpdateLease, moderation_pb.UpdateLeaseRequest(
            changes=[change(token) for token in tokens])).held), [False] * 4 + [True])
        log = data / "server.log"
        if log.exists():
            self.assertIn("Anna & Bert", log.read_text(errors="replace"), "the search below would find an address")
            self.assertNotIn(LOCALS[0], log.read_text(errors="replace"))

    def test_the_search_would_find_one(self):
        """The test above can fail: the same address put into the database by hand is found by the same search."""
        self.box.sql("CREATE TABLE public.planted AS SELECT 'secretlocal00@x.example'::text AS t")
        dump = subprocess.run(["pg_dump", "-d", database_url(self.box.admin_url, self.box.database)],
                              capture_output=True, check=True).stdout
        self.assertIn(LOCALS[0].encode(), dump)


if __name__ == "__main__":
    unittest.main()
