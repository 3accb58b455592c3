"""The whole life of a comment, by a stock client against the built binary: submitted, held, leased, decided, learnt
from, undone, edited, reported, erased; and the same after a restart."""

import concurrent.futures
import unittest

import grpc

import examples
import harness
from harness import admin_pb, code_of, comment_pb, comment_pb2, model_pb, moderation_pb, moderation_pb2

Status = comment_pb2.CommentStatus
VERDICT_HOLD = 2


class LifeTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.backend = self.box.backend()
        self.moderator = self.box.moderator()
        self.operator = self.box.client(self.box.operator_key)

    def learn(self, count, seed=7):
        request = model_pb.LearnCommentsRequest(parent=f"sites/{self.box.site}")
        for number, (body, label) in enumerate(examples.labelled(count, seed)):
            request.examples.append(model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=body),
                label=model_pb.Label.Value("LABEL_" + label.upper()), external_id=f"x{seed}-{number}"))
        answer = self.operator.call(self.operator.models.LearnComments, request)
        self.assertTrue(all(r.error_code == 0 for r in answer.results), answer)
        return answer, self.box.wait_for_model()

    def explain(self, name):
        return self.operator.call(self.operator.models.ExplainComment,
                                  model_pb.ExplainCommentRequest(name=name)).assessment

    def events(self, cursor=0):
        return self.backend.call(self.backend.comments.ListEvents, comment_pb.ListEventsRequest(
            parent=f"sites/{self.box.site}", cursor=cursor, page_size=500))

    def test_untrained_site_holds_and_says_both_numbers(self):
        answer = self.box.submit(self.backend, "What a careful article.")
        self.assertEqual(answer.assessment.verdict, VERDICT_HOLD)
        self.assertEqual(answer.comment.status, Status.Value("COMMENT_STATUS_PENDING"))
        untrained = [r for r in answer.assessment.reasons if r.code == "UNTRAINED"]
        self.assertTrue(untrained, answer.assessment)
        self.assertRegex(untrained[0].text, r"0.*0|20")

    def test_learns_decides_and_survives_a_restart(self):
        spam = "Hurry up guys! get 500 followers instantly Click http://cash-77.example/now"
        ham = "This bridge reminded me of the winter of 1987. Could you say more about that?"
        _, model = self.learn(120)
        self.assertTrue(model.trained)
        first_spam, first_ham = self.box.submit(self.backend, spam), self.box.submit(self.backend, ham)
        self.assertGreater(first_spam.assessment.probability, 0.8, first_spam.assessment)
        self.assertLess(first_ham.assessment.probability, 0.2, first_ham.assessment)
        for answer in (first_spam, first_ham):
            features = [r for r in answer.assessment.reasons if r.HasField("log_odds")]
            self.assertTrue(features)
            self.assertEqual(sum(r.log_odds for r in features), answer.assessment.log_odds)  # exactly, not about
            for reason in features:
                for span in reason.spans:
                    body = answer.comment.body.encode()
                    self.assertTrue(0 <= span.begin_byte < span.end_byte <= len(body))
                    body[span.begin_byte:span.end_byte].decode()
        before = [(self.explain(a.comment.name).log_odds, self.explain(a.comment.name).probability)
                  for a in (first_spam, first_ham)]
        model_before = self.box.wait_for_model()
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        model_after = self.box.wait_for_model()
        self.assertEqual(model_before.model_id, model_after.model_id)
        after = [(self.explain(a.comment.name).log_odds, self.explain(a.comment.name).probability)
                 for a in (first_spam, first_ham)]
        self.assertEqual(before, after)

    def test_a_decision_teaches_and_undo_takes_it_back_exactly(self):
        self.learn(60)
        told = "Knitted lighthouse patterns by the tide pool society"
        probe = self.box.submit(self.backend, told + " every week", thread="probe").comment.name
        target = self.box.submit(self.backend, told, thread="a")
        score = self.explain(probe).log_odds
        result = self.box.moderate(self.moderator, target.comment.name, "SPAM")
        self.assertFalse(result.HasField("error"), result)
        self.assertTrue(result.decision.teaches)
        self.box.wait_for_model()
        taught = self.explain(probe).log_odds
        self.assertGreater(taught, score)
        undo = self.moderator.call(self.moderator.moderation.UndoDecision,
                                   moderation_pb.UndoDecisionRequest(name=result.decision.name))
        self.assertEqual(undo.comment.status, target.comment.status)
        self.box.wait_for_model()
        counts = self.box.model()
        self.assertEqual(counts.spam_count + counts.ham_count, 60)
        trash = self.box.moderate(self.moderator, target.comment.name, "TRASH")
        self.assertFalse(trash.decision.teaches)
        self.assertEqual(self.box.wait_for_model().spam_count, counts.spam_count)

    def test_same_request_id_is_the_same_comment(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: self.box.submit(self.backend, "Once only, please.", "r-1"), range(32)))
        self.assertEqual(len({a.comment.name for a in answers}), 1)
        self.assertEqual(sum(not a.replayed for a in answers), 1)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments"), "1")
        code, _ = code_of(lambda: self.box.submit(self.backend, "Another text.", "r-1"))
        self.assertEqual(code, grpc.StatusCode.ALREADY_EXISTS)
        self.box.moderate(self.moderator, answers[0].comment.name, "APPROVE")
        again = self.box.submit(self.backend, "Once only, please.", "r-1")
        self.assertTrue(again.replayed)
        self.assertEqual(again.assessment.verdict, VERDICT_HOLD)
        self.assertEqual(again.comment.status, Status.Value("COMMENT_STATUS_APPROVED"))

    def test_two_moderators_never_hold_the_same_item(self):
        names = {self.box.submit(self.backend, f"Comment number {n}, waiting.").comment.name for n in range(40)}
        others = [self.box.client(self.box.make_key("MODERATOR", self.box.site, f"mod {n}")) for n in range(4)]

        def drain(client):
            held = []
            while True:
                answer = client.call(client.moderation.LeaseNext, moderation_pb.LeaseNextRequest(
                    parent=f"sites/{self.box.site}", count=3))
                if not answer.items:
                    return held
                held += [(item.comment.name, item.lease.token) for item in answer.items]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            held = [pair for part in pool.map(drain, others) for pair in part]
        self.assertEqual(len(held), len(names))
        self.assertEqual({name for name, _ in held}, names)
        name, _ = held[0]
        blocked = self.box.moderate(self.moderator, name, "APPROVE")
        self.assertEqual(blocked.error.code, grpc.StatusCode.ABORTED.value[0])

    def test_events_are_numbered_without_gaps_and_resume(self):
        for number in range(5):
            self.box.submit(self.backend, f"Waiting comment {number}.")
        answer = self.events()
        self.assertEqual([e.sequence for e in answer.events], [1, 2, 3, 4, 5])
        stream = self.backend.comments.WatchEvents(
            comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}", cursor=3),
            metadata=self.backend.metadata, timeout=30)
        seen = []
        self.box.moderate(self.moderator, answer.events[0].comment, "APPROVE", reason_code="FINE")
        for response in stream:
            seen += response.events
            if len(seen) >= 3:
                break
        stream.cancel()
        self.assertEqual([e.sequence for e in seen], [4, 5, 6])
        self.assertEqual(seen[2].reason_code, "FINE")
        self.assertEqual(seen[2].status, Status.Value("COMMENT_STATUS_APPROVED"))

    def test_an_edit_is_judged_again_and_erasing_leaves_nothing(self):
        self.learn(120)
        ham = self.box.submit(self.backend, "The chart explains how bread rises at altitude. Thank you for writing it up.")
        edited = self.backend.call(self.backend.comments.UpdateComment, comment_pb.UpdateCommentRequest(
            name=ham.comment.name, etag=ham.comment.etag,
            submission=comment_pb2.Submission(body="win 500 free spins tonight Sign up at http://casino12.example/bonus")))
        self.assertGreater(edited.comment.assessment.probability, ham.assessment.probability)
        self.assertNotEqual(edited.comment.etag, ham.comment.etag)
        code, _ = code_of(lambda: self.backend.call(self.backend.comments.UpdateComment, comment_pb.UpdateCommentRequest(
            name=ham.comment.name, etag=ham.comment.etag, submission=comment_pb2.Submission(body="too late"))))
        self.assertEqual(code, grpc.StatusCode.ABORTED)
        labels = self.box.model().position
        self.box.moderate(self.moderator, ham.comment.name, "SPAM")
        self.assertEqual(self.box.wait_for_model().position, labels + 1)
        spam_count = self.box.model().spam_count
        self.backend.call(self.backend.comments.DeleteComment, comment_pb.DeleteCommentRequest(name=ham.comment.name))
        self.assertEqual(self.box.wait_for_model().spam_count, spam_count - 1)
        code, _ = code_of(lambda: self.backend.call(
            self.backend.comments.GetComment, comment_pb.GetCommentRequest(name=ham.comment.name)))
        self.assertEqual(code, grpc.StatusCode.NOT_FOUND)
        dump = self.box.sql("SELECT count(*) FROM replyguard.comments WHERE body LIKE '%free spins tonight Sign%'")
        self.assertEqual(dump, "0")
        self.assertEqual(self.events().events[-1].type, 4)  # ERASED

    def edit(self, name, body):
        return self.backend.call(self.backend.comments.UpdateComment, comment_pb.UpdateCommentRequest(
            name=name, submission=comment_pb2.Submission(body=body))).comment

    def test_no_number_of_edits_lifts_a_refusal(self):
        self.learn(120)
        good = "The chart explains how bread rises at altitude. Thank you for writing it up"
        first = self.box.submit(self.backend, good + ".")
        self.assertEqual(first.comment.status, Status.Value("COMMENT_STATUS_APPROVED"), first)
        same = self.edit(first.comment.name, good + ".")
        self.assertEqual(same.etag, first.comment.etag, "an edit without change changes nothing")
        self.assertEqual(len(self.events().events), 0)
        for action, stands in (("SPAM", "SPAM"), ("HOLD", "PENDING")):
            comment = self.box.submit(self.backend, f"{good}, says {action}.", author=action,
                                      email=f"{action.lower()}@example.org").comment
            self.box.moderate(self.moderator, comment.name, action)
            for number in range(4):
                edited = self.edit(comment.name, good + "!" * (number + 1))
                self.assertEqual(edited.status, Status.Value("COMMENT_STATUS_" + stands), edited)
        spam = self.box.submit(self.backend, "win 500 free spins tonight Sign up at http://casino12.example/bonus",
                               author="Joe", email="joe@example.org").comment
        self.assertEqual(spam.status, Status.Value("COMMENT_STATUS_SPAM"))
        for number in range(4):
            edited = self.edit(spam.name, good + "?" * (number + 1))
            self.assertEqual(edited.status, Status.Value("COMMENT_STATUS_PENDING"), edited)
        self.assertEqual(edited.assessment.reasons[0].code, "EARLIER_REFUSAL")
        self.box.moderate(self.moderator, spam.name, "APPROVE")
        self.assertEqual(self.edit(spam.name, good + " indeed.").status, Status.Value("COMMENT_STATUS_APPROVED"))

    def test_an_item_with_several_faults_names_them_all(self):
        comment = self.box.submit(self.backend, "One of many.").comment
        error = self.box.moderate(self.moderator, comment.name, "HOLD", reason_code="lower", note="x" * 2001).error
        self.assertIn("reason_code", error.message)
        self.assertIn("note", error.message)

    def test_a_moderators_note_goes_with_the_erased_text(self):
        comment = self.box.submit(self.backend, "A sentence nobody should keep.").comment
        self.box.moderate(self.moderator, comment.name, "HOLD", note="quotes a sentence nobody should keep")
        self.backend.call(self.backend.comments.DeleteComment, comment_pb.DeleteCommentRequest(name=comment.name))
        self.assertEqual(self.box.sql("SELECT string_agg(note, '') FROM replyguard.decisions"), "")

    def test_reports_threads_and_replies(self):
        first = self.box.submit(self.backend, "The first word.", thread="t1")
        self.box.moderate(self.moderator, first.comment.name, "APPROVE")
        report = comment_pb.ReportCommentRequest(name=first.comment.name, reporter="reader-1", reason_code="ABUSE")
        self.assertTrue(self.backend.call(self.backend.comments.ReportComment, report).counted)
        self.assertFalse(self.backend.call(self.backend.comments.ReportComment, report).counted)
        queue = self.moderator.call(self.moderator.moderation.ListQueue,
                                    moderation_pb.ListQueueRequest(parent=f"sites/{self.box.site}"))
        self.assertIn(first.comment.name, [i.comment.name for i in queue.items])
        code, _ = code_of(lambda: self.box.submit(self.backend, "Elsewhere.", thread="t2",
                                                  parent_comment=first.comment.name))
        self.assertEqual(code, grpc.StatusCode.FAILED_PRECONDITION)
        self.box.submit(self.backend, "A reply.", thread="t1", parent_comment=first.comment.name)
        moved = self.backend.call(self.backend.comments.MoveThread, comment_pb.MoveThreadRequest(
            name=f"sites/{self.box.site}/threads/t1", destination_name=f"sites/{self.box.site}/threads/t1-new"))
        self.assertTrue(moved.thread.name.endswith("/t1-new"))
        thread = comment_pb.replyguard_dot_v1_dot_thread__pb2.Thread
        self.backend.call(self.backend.comments.UpdateThread, comment_pb.UpdateThreadRequest(
            thread=thread(name=moved.thread.name, state=thread.State.Value("STATE_CLOSED"))))
        code, _ = code_of(lambda: self.box.submit(self.backend, "Too late.", thread="t1-new"))
        self.assertEqual(code, grpc.StatusCode.FAILED_PRECONDITION)

    def test_the_audit_trail_tells_everything(self):
        comment = self.box.submit(self.backend, "To be decided twice.").comment.name
        for action in ("APPROVE", "TRASH"):
            self.box.moderate(self.moderator, comment, action, note="by ada@example.org")
        trail = self.moderator.call(self.moderator.moderation.ListDecisions,
                                    moderation_pb.ListDecisionsRequest(parent=f"sites/{self.box.site}", page_size=1))
        self.assertEqual(trail.decisions[0].action, moderation_pb2.DecisionAction.Value("DECISION_ACTION_TRASH"))
        self.assertNotIn("ada@", trail.decisions[0].note)
        rest = self.moderator.call(self.moderator.moderation.ListDecisions, moderation_pb.ListDecisionsRequest(
            parent=f"sites/{self.box.site}", page_size=1, page_token=trail.next_page_token))
        self.assertEqual(rest.decisions[0].action, moderation_pb2.DecisionAction.Value("DECISION_ACTION_APPROVE"))

    def test_a_rule_is_tried_on_past_comments_first(self):
        for number in range(6):
            self.box.submit(self.backend, f"My thoughts on zeppelins, part {number}.")
        rule_type = admin_pb.replyguard_dot_v1_dot_rule__pb2.Rule
        rule = rule_type(kind=rule_type.Kind.Value("KIND_WORD"), pattern="zeppelins", reason="a test",
                         action=rule_type.Action.Value("ACTION_SPAM"))
        dry = self.operator.call(self.operator.admin.TestPolicy, admin_pb.TestPolicyRequest(
            parent=f"sites/{self.box.site}", rule=rule))
        self.assertEqual((dry.tested_count, dry.changed_count), (6, 6))
        self.operator.call(self.operator.admin.CreateRule, admin_pb.CreateRuleRequest(
            parent=f"sites/{self.box.site}", rule=rule))

        def judged():
            answer = self.backend.call(self.backend.comments.CheckComment, comment_pb.CheckCommentRequest(
                submission=self.box.submission("More on zeppelins.")))
            return answer.assessment.verdict == 3
        harness.wait_for(judged, 5, "the rule to hold")


if __name__ == "__main__":
    unittest.main()
