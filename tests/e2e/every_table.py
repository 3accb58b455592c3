"""Rows in every table of the database, made by what users do; and a print of each column, to compare before and after."""

import akismet_wire
import harness
from harness import comment_pb, comment_pb2, model_pb, moderation_pb
from replyguard.v1 import bulk_pb2, review_pb2

LEARNT_EXAMPLES = 120  # a retrain takes a hundred labels
# What is there for a moment only, or comes of a person at a browser, is made by hand: any value of the column's type will do, but for these.
ANY_VALUE = {"bigint": "1", "integer": "1", "smallint": "1", "text": "'anna'", "boolean": "false", "timestamp with time zone": "now()",
             "uuid": "'0190a000-0000-7000-8000-000000000001'", "bytea": "sha256('')", "double precision": "0.5", "jsonb": "'{}'",
             "date": "current_date", "ARRAY": "'{}'"}
VALUES = {
    ("sessions", "session_id"): "'0123456789abcdef'",
    ("shadow_verdicts", "shadow_verdict"): "2",
    ("webhook_redeliveries", "site_id"): "(SELECT min(site_id) FROM replyguard.webhooks)",
    ("webhook_redeliveries", "webhook_id"): "(SELECT webhook_id FROM replyguard.webhooks ORDER BY site_id LIMIT 1)",
}


def fill(box):
    """What backends, readers, moderators, Akismet's clients and operators do, some of each."""
    names = _comments(box)
    _moderate(box, names)
    _akismet(box)
    _operate(box)
    _retrain(box)


def fill_the_rest(box):
    """One row in each table that has none yet; the server must have ended."""
    for table in sorted(empty(prints(box, columns(box))), key=len):  # pieces of an upload after the upload
        types = dict(line.split("|") for line in box.sql(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'replyguard' AND "
            f"table_name = '{table}'").splitlines())
        values = [VALUES.get((table, name), ANY_VALUE[of]) for name, of in types.items()]
        box.sql(f'INSERT INTO replyguard."{table}" ({", ".join(types)}) VALUES ({", ".join(values)})')


def _comments(box):
    backend = box.backend()
    names = [box.submit(backend, f"Words number {i} about the harbour.", email=f"author{i % 5}@filled.example", author_ip=f"198.51.100.{i}",
                        request_id=f"filled-{i}", user_agent="A browser").comment.name for i in range(40)]
    for i, name in enumerate(names[1:30:3]):
        backend.call(backend.comments.ReportComment, comment_pb.ReportCommentRequest(name=name, reporter=f"reader {i}", note="look"))
    backend.call(backend.comments.DeleteComment, comment_pb.DeleteCommentRequest(name=names.pop()))
    return names


def _moderate(box, names):
    moderator, operator = box.moderator(), box.client(box.operator_key)
    desk = moderator.moderation
    parent = f"sites/{box.site}"
    for i, name in enumerate(names[:24]):
        box.moderate(moderator, name, ("SPAM", "APPROVE", "TRASH")[i % 3], note="a note")
    for name in names[25:29:3]:  # which a reader reported
        moderator.call(desk.EscalateComment, review_pb2.EscalateCommentRequest(name=name, reason="for operators"))
        moderator.call(desk.AddNote, review_pb2.AddNoteRequest(parent=name, text="a note"))
    moderator.call(desk.BlockAuthor, review_pb2.BlockAuthorRequest(
        name=names[0], target=review_pb2.BlockAuthorRequest.TARGET_AUTHOR, reason="a test"))
    bulk = moderator.call(desk.PreviewBulk, bulk_pb2.PreviewBulkRequest(
        parent=parent, selection=bulk_pb2.BulkSelection(comments=names[30:33]))).bulk
    moderator.call(desk.ApplyBulk, bulk_pb2.ApplyBulkRequest(name=bulk.name, action=harness.moderation_pb2.DECISION_ACTION_SPAM))
    moderator.call(desk.LeaseNext, moderation_pb.LeaseNextRequest(parent=parent, count=1))
    operator.call(operator.moderation.SetReasonCodes, review_pb2.SetReasonCodesRequest(parent=parent, reason_codes=[
        review_pb2.ReasonCode(code="ASK", label="Ask", actions=[harness.moderation_pb2.DECISION_ACTION_SPAM])]))


def _akismet(box):
    site = akismet_wire.Site(box.http, box.site_key)
    for endpoint in ("comment-check", "submit-spam", "submit-ham"):
        site(endpoint, {**akismet_wire.COMMENT, "comment_content": f"A text for {endpoint}.", "callback": "https://blog.example/back"})


def _operate(box):
    box.run("webhook", "add", "https://hooks.example/x")
    box.run("user", "invite", "anna", "--role", "operator", "--every-site", "--console-url", "https://localhost/")
    box.run("user", "invite", "bea", "--role", "moderator", "--site", box.site, "--console-url", "https://localhost/")
    box.run("rule", "add", "word", "zeppelin", "--action", "spam", "--reason", "a test", "--teach")
    box.submit(box.backend(), "A zeppelin over the harbour.")
    box.run("retention", "--set", "spam=300d")
    box.run("retention", "--set", "networks=100d", "--of-site", box.site)
    box.run("author", "erase", stdin="author1@filled.example\n")


def _retrain(box):
    operator = box.client(box.operator_key)
    examples = [model_pb.LabelledExample(
        submission=comment_pb2.Submission(body=f"Learnt word{i} and number {i % 7}", author_email=f"learnt{i}@filled.example"),
        label=model_pb.Label.Value(("LABEL_HAM", "LABEL_SPAM")[i % 2]), external_id=f"learnt-{i}") for i in range(LEARNT_EXAMPLES)]
    operator.call(operator.models.LearnComments, model_pb.LearnCommentsRequest(parent=f"sites/{box.site}", examples=examples))
    box.wait_for_model()
    box.run("model", "retrain", "--note", "of the test")
    box.run("model", "activate", "2", "--force")
    box.run("model", "shadow", "1")
    box.run("site", "update", box.site, "--blind-sample-rate", "1")
    harness.wait_for(lambda: _is_compared(box), 60, "a shadow to be compared")


def _is_compared(box):
    box.submit(box.backend(), "While a shadow runs.")
    return box.sql("SELECT EXISTS (SELECT 1 FROM replyguard.shadow_counts)") == "t"


def columns(box):
    """Of each table, as the schema has them now."""
    out = {}
    for line in box.sql("SELECT table_name, column_name FROM information_schema.columns c JOIN pg_class t ON t.relname = table_name "
                        "AND t.relnamespace = 'replyguard'::regnamespace WHERE table_schema = 'replyguard' AND NOT t.relispartition "
                        "AND t.relkind IN ('r', 'p') AND table_name <> 'schema_migrations'").splitlines():
        table, column = line.split("|")
        out.setdefault(table, set()).add(column)
    return out


def prints(box, wanted):
    """By (table, column): what all rows hold there, whatever their order; by (table, ""): how many there are."""
    queries = []
    for table, names in sorted(wanted.items()):
        hashes = [f"md5(string_agg(coalesce(\"{name}\"::text, '~'), '|' ORDER BY \"{name}\"::text))" for name in sorted(names)]
        queries.append(f"SELECT concat_ws('|', '{table}', count(*), {', '.join(hashes)}) FROM replyguard.\"{table}\"")
    out = {}
    for line in box.sql(" UNION ALL ".join(queries)).splitlines():
        table, *values = line.split("|")
        out.update(zip([(table, name) for name in ["", *sorted(wanted[table])]], values))
    return out


def empty(printed):
    """The tables of prints that have no row."""
    return {table for (table, column), count in printed.items() if not column and count == "0"}
