"""What a console needs of a server: search, the spam folder, histories, campaigns, bulk decisions, notes, escalation, reason
codes, blocking, audit; through a stock client and through the command line."""

import json
import unittest

import grpc

import harness
from harness import admin_pb, code_of, comment_pb, comment_pb2, moderation_pb, moderation_pb2, wait_for

OFFER = ("Good day dear friends, our shop sells the best watches for a quarter of the price, visit us today and take two for "
         "one, shipping is free for all who order before ")
SPAM, TRASHED = comment_pb2.COMMENT_STATUS_SPAM, comment_pb2.COMMENT_STATUS_TRASHED
ACTION_SPAM = moderation_pb2.DECISION_ACTION_SPAM


class ReviewTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.backend, self.moderator = self.box.backend(), self.box.moderator()
        self.operator = self.box.client(self.box.operator_key)
        self.at = f"sites/{self.box.site}"

    def call(self, method, client=None, **fields):
        client = client or self.moderator
        described = moderation_pb.DESCRIPTOR.services_by_name["ModerationService"].methods_by_name[method]
        return client.call(getattr(client.moderation, method), described.input_type._concrete_class(**fields))

    def add(self, body, **fields):
        return self.box.submit(self.backend, body, **fields).comment.name

    def indexed(self):
        wait_for(lambda: self.box.sql("SELECT count(*) FROM replyguard.comments_to_index") == "0", 30,
                 "the search index to catch up")

    def command(self, *arguments):
        return [json.loads(line) for line in self.box.run(*arguments, "--format", "json").stdout.splitlines()]

    def found(self, **fields):
        return [comment.name for comment in self.call("SearchComments", parent=self.at, **fields).comments]

    def test_search_and_the_spam_folder(self):
        bees, pills = self.add("Bees are wonderful"), self.add("Cheap pills", author="Max", email="max@example.org")
        self.indexed()
        self.assertEqual(self.found(filter={"text": "WONDERFUL bees"}), [bees])
        self.assertEqual(self.found(filter={"text": "max"}), [pills])
        self.assertEqual(self.found(), [pills, bees])
        self.box.moderate(self.moderator, bees, "SPAM")
        self.box.moderate(self.moderator, pills, "TRASH")
        self.assertEqual(self.found(statuses=[SPAM, TRASHED]), [pills, bees])
        self.assertEqual(self.found(statuses=[TRASHED]), [pills])
        page = self.call("SearchComments", parent=self.at, statuses=[SPAM, TRASHED], page_size=1)
        self.assertTrue(page.next_page_token)
        rest = self.call("SearchComments", parent=self.at, statuses=[SPAM, TRASHED], page_size=1,
                         page_token=page.next_page_token)
        self.assertEqual([c.name for c in (*page.comments, *rest.comments)], [pills, bees])
        listed = self.command("comment", "search", "--status", "spam", "--text", "bees")
        self.assertEqual([comment["name"] for comment in listed], [bees])

    def test_no_site_sees_another(self):
        name = self.add("Bees are wonderful")
        self.indexed()
        self.operator.call(self.operator.admin.CreateSite, admin_pb.CreateSiteRequest(
            site_id="second", site=admin_pb.replyguard_dot_v1_dot_site__pb2.Site(display_name="Second")))
        other = self.box.client(self.box.make_key("MODERATOR", "second"))
        self.assertFalse(self.call("SearchComments", other, parent="sites/-").comments)
        self.assertFalse(self.call("ListDecisions", other, parent="sites/-").decisions)
        there = name.replace(self.box.site, "second")
        for method, fields in (("GetReview", {"name": there}), ("GetAuthorHistory", {"name": there}),
                               ("AddNote", {"parent": there, "text": "x"}),
                               ("GetCampaign", {"name": there.replace("comments", "campaigns")})):
            with self.assertRaises(grpc.RpcError) as refused:
                self.call(method, other, **fields)
            self.assertEqual(refused.exception.code(), grpc.StatusCode.NOT_FOUND, method)
        preview = self.call("PreviewBulk", other, parent="sites/second", selection={"comments": [there]})
        self.assertEqual(preview.bulk.total_count, 0)

    def test_a_campaign_is_decided_and_taken_back_as_one(self):
        names = [self.add(f"{OFFER}{day}", email=f"a{n}@example.org") for n, day in enumerate(("Sunday", "Monday", "Friday"))]
        other = self.add("Something else altogether, about bees and their keepers in the mountains.")
        self.indexed()
        items = {item.comment.name: item for item in self.call("ListQueue", parent=self.at).items}
        self.assertEqual([items[name].alike_count for name in names], [3, 3, 3])
        self.assertEqual(items[other].alike_count, 1)
        campaign = items[names[2]].campaign
        self.assertEqual(campaign, names[0].replace("comments", "campaigns"))
        seen = self.call("GetCampaign", name=campaign).campaign
        self.assertEqual((seen.comment_count, seen.author_count), (3, 3))
        listed = self.call("ListCampaigns", parent=self.at).campaigns
        self.assertEqual([(one.name, one.waiting_count) for one in listed], [(campaign, 3)])

        preview = self.call("PreviewBulk", parent=self.at, selection={"filter": {"campaign": campaign}})
        self.assertEqual((preview.bulk.total_count, preview.author_count), (3, 3))
        self.assertFalse(preview.more)
        # Somebody is faster with one of them, and a fourth comes too late to be meant.
        self.box.moderate(self.operator, names[1], "APPROVE")
        late = self.add(f"{OFFER}Tuesday")
        applied = self.call("ApplyBulk", name=preview.bulk.name, action=ACTION_SPAM, reason_code="ADVERTISING")
        self.assertEqual((applied.bulk.decided_count, applied.bulk.skipped_count, applied.bulk.remaining_count), (2, 1, 0))
        self.assertEqual([(skip.comment, skip.reason) for skip in applied.skips], [(names[1], "STALE_ETAG")])
        self.assertEqual(applied.skips[0].other_decision.action, moderation_pb2.DECISION_ACTION_APPROVE)
        self.assertCountEqual(self.found(statuses=[SPAM]), [names[0], names[2]])
        decisions = self.call("ListDecisions", parent="sites/-", bulk=preview.bulk.name).decisions
        self.assertEqual([d.bulk for d in decisions], [preview.bulk.name] * 2)
        self.assertEqual(self.call("ApplyBulk", name=preview.bulk.name, action=ACTION_SPAM,
                                   reason_code="ADVERTISING").bulk.decided_count, 2, "a retry decides nothing")

        undone = self.call("UndoBulk", name=preview.bulk.name)
        self.assertEqual((undone.bulk.undone_count, undone.bulk.remaining_count), (2, 0))
        waiting = [item.comment.name for item in self.call("ListQueue", parent=self.at).items]
        self.assertEqual(sorted(waiting), sorted([names[0], names[2], other, late]))
        labels = self.box.sql("SELECT count(*) FROM (SELECT DISTINCT ON (sample_id) label FROM replyguard.labels "
                              "ORDER BY sample_id, position DESC) l WHERE label = 2")
        self.assertEqual(labels, "0", "no lesson is left")
        kinds = [event["act"] for event in self.command("audit", "--kind", "bulk")]
        self.assertEqual(kinds, ["UNDONE", "APPLIED"])

    def test_bulk_on_the_command_line(self):
        for n in range(3):
            self.add(f"cheap pills {n}")
        self.add("bees")
        self.indexed()
        looked = self.box.run("queue", "bulk", "spam", "--text", "pills").stdout
        self.assertIn("3 comments of 1 authors", looked)
        self.assertIn("--yes", looked)
        self.assertFalse(self.found(statuses=[SPAM]))
        self.assertIn("3 decided", self.box.run("queue", "bulk", "spam", "--text", "pills", "--yes").stdout)
        self.assertEqual(len(self.found(statuses=[SPAM])), 3)
        bulk = self.command("queue", "bulks")[0]["bulks"][0]["name"]
        self.assertIn("3 taken back", self.box.run("queue", "bulk-undo", bulk).stdout)
        self.assertFalse(self.found(statuses=[SPAM]))

    def test_notes_escalation_and_the_review_of_a_comment(self):
        parent = self.add("A question?")
        name = self.add("An answer", parent_comment=parent)
        note = self.call("AddNote", parent=name, text="ask ada@example.org", request_id="n1").note
        self.assertNotIn("ada@example.org", note.text)
        self.assertEqual(self.call("AddNote", parent=name, text=note.text, request_id="n1").note.name, note.name)
        self.box.run("comment", "note", name, "second look")
        self.call("EscalateComment", name=name, reason="unsure")
        review = self.call("GetReview", name=name)
        self.assertEqual(review.item.escalation.reason, "unsure")
        self.assertEqual([above.name for above in review.ancestors], [parent])
        self.assertEqual([one.text for one in review.notes][1], "second look")
        self.assertEqual(review.item.note_count, 2)
        taken = self.call("LeaseNext", parent=self.at, count=5).items
        self.assertEqual([item.comment.name for item in taken], [parent])
        escalated = self.command("queue", "list", "--escalated")
        self.assertEqual([item["comment"]["name"] for item in escalated], [name])
        self.call("DeescalateComment", name=name)
        self.assertEqual([item.comment.name for item in self.call("LeaseNext", parent=self.at).items], [name])
        acts = [(event["kind"], event["act"]) for event in self.command("audit", "--kind", "escalation")]
        self.assertEqual(acts, [("KIND_ESCALATION", "DEESCALATED"), ("KIND_ESCALATION", "ESCALATED")])

    def test_the_audit_trail_names_what_changed_of_a_site(self):
        def changes():
            return [event["summary"] for event in self.command("audit", "--kind", "site") if event["act"] == "CHANGED"]

        def revision():
            return self.box.sql(f"SELECT policy_revision FROM replyguard.sites WHERE slug = '{self.box.site}'")
        (site,) = self.command("site", "show", self.box.site)
        before, at_first = changes(), revision()
        self.box.run("site", "update", self.box.site)
        self.box.run("site", "update", self.box.site, "--display-name", site["displayName"])
        self.assertEqual((changes(), revision()), (before, at_first))
        self.box.run("site", "update", self.box.site, "--display-name", "Another")
        self.assertEqual((changes()[0], revision()), ("display_name", at_first))
        self.box.run("site", "update", self.box.site, "--spam-threshold", "0.8")
        self.assertEqual(changes()[0], "policy.spam_threshold: 0.9 -> 0.8")
        self.box.run("site", "update", self.box.site, "--mode", "moderate-all")
        self.assertEqual((changes()[0], int(revision())), ("policy.mode: CLASSIFIER -> MODERATE_ALL", int(at_first) + 2))
        self.assertEqual(len(changes()), len(before) + 3)

    def test_author_block_and_reason_codes(self):
        name = self.add("Buy this")
        self.add("Buy that")
        self.box.moderate(self.moderator, name, "SPAM")
        history = self.call("GetAuthorHistory", name=name).history
        self.assertEqual({count.status: count.count for count in history.counts},
                         {SPAM: 1, comment_pb2.COMMENT_STATUS_PENDING: 1})
        self.assertIn("***", history.author.masked_email)
        self.assertIn("1 spam", self.box.run("comment", "author", name).stdout)
        self.box.run("comment", "block", name, "--reason", "sells")
        later = self.add("A harmless text by the same author")
        self.assertEqual(self.call("GetReview", name=later).comment.status, SPAM)
        rules = self.command("audit", "--kind", "rule")
        self.assertEqual([event["act"] for event in rules], ["CREATED"])
        self.assertEqual(rules[0]["actor"], "e2e moderator")

        self.assertFalse(self.call("ListReasonCodes", parent=self.at).own)
        self.box.run("reason", "set", "RUDE=Rude words", "--shown")
        self.assertEqual([code.code for code in self.call("ListReasonCodes", parent=self.at).reason_codes], ["RUDE"])
        refused = self.box.moderate(self.moderator, later, "TRASH", reason_code="OFF_TOPIC")
        self.assertEqual(refused.error.code, 3)
        self.assertTrue(self.box.moderate(self.moderator, later, "TRASH", reason_code="RUDE").HasField("decision"))


if __name__ == "__main__":
    unittest.main()
