"""Every method of the contract succeeds once against the real server and fails as it says. The methods come from the
descriptors: one without a case here fails the test."""

import contextlib
import functools
import unittest
import uuid

import grpc

import contract_failures
import harness
from harness import (admin_pb, code_of, comment_pb, comment_pb2, model_pb, moderation_pb, moderation_pb2, operation_pb)

Rule = admin_pb.replyguard_dot_v1_dot_rule__pb2.Rule
Site = admin_pb.replyguard_dot_v1_dot_site__pb2.Site
ApiKey = admin_pb.replyguard_dot_v1_dot_api__key__pb2.ApiKey
Thread = comment_pb.replyguard_dot_v1_dot_thread__pb2.Thread


def methods_of_the_contract():
    return {f"{service.name}.{method.name}"
            for module in (comment_pb, moderation_pb, model_pb, admin_pb, operation_pb)
            for service in module.DESCRIPTOR.services_by_name.values() for method in service.methods}


class ContractTest(contract_failures.Failures, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())
        cls.backend, cls.moderator = cls.box.backend(), cls.box.moderator()
        cls.operator = cls.box.client(cls.box.operator_key)
        cls.at = f"sites/{cls.box.site}"

    def call(self, called, /, **fields):
        """Calls by name with the key of the service's role; a stream gives its first message."""
        service, method = called.split(".")
        client = {"CommentService": self.backend, "ModerationService": self.moderator}.get(service, self.operator)
        if method in ("SetReasonCodes", "ListAuditEvents"):
            client = self.operator
        stub = {"CommentService": client.comments, "ModerationService": client.moderation, "ModelService": client.models,
                "AdminService": client.admin, "OperationService": client.operations}[service]
        module = {"CommentService": comment_pb, "ModerationService": moderation_pb, "ModelService": model_pb,
                  "AdminService": admin_pb, "OperationService": operation_pb}[service]
        described = module.DESCRIPTOR.services_by_name[service].methods_by_name[method]
        # The message may be of another file than the service.
        answer = client.call(getattr(stub, method), described.input_type._concrete_class(**fields))
        if not described.server_streaming:
            return answer
        first = next(answer)
        answer.cancel()
        return first

    def comment(self, body="A comment for this case.", **fields):
        return self.box.submit(self.backend, f"{body} {uuid.uuid4().hex}", **fields).comment

    def decided(self):
        comment = self.comment()
        return self.box.moderate(self.moderator, comment.name, "APPROVE").decision

    def example(self, label="SPAM"):
        return model_pb.LabelledExample(submission=comment_pb2.Submission(body="Cheap pills"),
                                        label=model_pb.Label.Value("LABEL_" + label), external_id=uuid.uuid4().hex)

    def rule(self, **fields):
        return Rule(**{**dict(kind=Rule.KIND_WORD, pattern="zeppelin", action=Rule.ACTION_HOLD, reason="a case"), **fields})

    def made_rule(self):
        return self.call("AdminService.CreateRule", parent=self.at, rule=self.rule()).rule.name

    def made_webhook(self, **fields):
        """A new one in place of all before: a site has five at most."""
        for webhook in self.call("AdminService.ListWebhooks", parent=self.at).webhooks:
            self.call("AdminService.DeleteWebhook", name=webhook.name)
        return self.call("AdminService.CreateWebhook", parent=self.at, webhook={
            "url": "https://blog.invalid/hook", **fields}).webhook.name

    def rotated_webhook(self):
        return self.call("AdminService.RotateWebhookSecret", name=self.made_webhook()).webhook.name

    def made_key(self):
        return self.call("AdminService.CreateApiKey", api_key=ApiKey(
            display_name="short-lived", role=ApiKey.ROLE_BACKEND, site=self.at)).api_key

    def successes(self):
        """By method: the fields of a good request, and what must hold of its answer."""
        thread = self.at + "/threads/article-1"
        lease = lambda: self.leased()
        return {
            "CommentService.SubmitComment": lambda c: c(submission=self.box.submission("Hello.")).comment.name,
            "CommentService.CheckComment": lambda c: c(submission=self.box.submission("Hello.")).assessment.verdict,
            "CommentService.GetComment": lambda c: c(name=self.comment().name).comment.name,
            "CommentService.ListComments": lambda c: self.comment() and c(
                parent=thread, statuses=[comment_pb2.COMMENT_STATUS_PENDING]).comments,
            "CommentService.UpdateComment": lambda c: c(
                name=self.comment().name, submission=comment_pb2.Submission(body="Changed.")).comment.body == "Changed.",
            "CommentService.TrashComment": lambda c: c(name=self.comment().name).comment.status,
            "CommentService.DeleteComment": lambda c: c(name=self.comment().name) is not None,
            "CommentService.ReportComment": lambda c: c(name=self.comment().name, reporter="reader").counted,
            "CommentService.WatchEvents": lambda c: self.comment() and c(parent=self.at).cursor,
            "CommentService.ListEvents": lambda c: self.comment() and c(parent=self.at).events,
            "CommentService.GetThread": lambda c: self.comment() and c(name=thread).thread.name == thread,
            "CommentService.UpdateThread": lambda c: self.comment() and c(
                thread=Thread(name=thread, title="A title")).thread.title == "A title",
            "CommentService.MoveThread": lambda c: self.comment(thread="old") and c(
                name=self.at + "/threads/old", destination_name=self.at + "/threads/new").thread.name.endswith("/new"),
            "ModerationService.ListQueue": lambda c: self.comment() and c(parent=self.at).items,
            "ModerationService.LeaseNext": lambda c: self.comment() and c(parent=self.at, count=1).items,
            "ModerationService.UpdateLease": lambda c: c(changes=[lease()]).held[0],
            "ModerationService.ModerateComments": lambda c: c(actions=[moderation_pb.ModerationAction(
                comment=self.comment().name, action=moderation_pb2.DECISION_ACTION_SPAM)]).results[0].decision.name,
            "ModerationService.UndoDecision": lambda c: c(name=self.decided().name).decision.name,
            "ModerationService.ListDecisions": lambda c: self.decided() and c(parent=self.at).decisions,
            "ModerationService.WatchQueue": lambda c: c(parent=self.at) is not None,
            "ModerationService.GetQueueStats": lambda c: self.comment() and c(parent=self.at).stats.pending_count,
            "ModerationService.GetReview": lambda c: c(name=self.comment().name).item.cause,
            "ModerationService.SearchComments": lambda c: self.comment() and c(parent=self.at).comments,
            "ModerationService.GetAuthorHistory": lambda c: c(name=self.comment().name).history.counts,
            "ModerationService.GetCampaign": lambda c: c(
                name=self.comment().name.replace("/comments/", "/campaigns/")).campaign.comment_count,
            "ModerationService.ListCampaigns": lambda c: c(parent=self.at) is not None,
            "ModerationService.PreviewBulk": lambda c: self.preview(c).bulk.total_count == 1,
            "ModerationService.ApplyBulk": lambda c: c(
                name=self.preview().bulk.name, action=moderation_pb2.DECISION_ACTION_SPAM).bulk.decided_count == 1,
            "ModerationService.UndoBulk": lambda c: c(name=self.applied().name).bulk.undone_count == 1,
            "ModerationService.ListBulks": lambda c: self.applied() and c(parent=self.at).bulks,
            "ModerationService.AddNote": lambda c: c(parent=self.comment().name, text="A note.").note.name,
            "ModerationService.ListNotes": lambda c: c(parent=self.noted()).notes,
            "ModerationService.EscalateComment": lambda c: c(name=self.comment().name).escalation.actor,
            "ModerationService.DeescalateComment": lambda c: c(name=self.comment().name) is not None,
            "ModerationService.ListReasonCodes": lambda c: c(parent=self.at).reason_codes,
            "ModerationService.SetReasonCodes": lambda c: not c(parent=self.at).own,
            "ModerationService.BlockAuthor": lambda c: c(
                name=self.comment(email="blocked@example.org").name, reason="a case", target=1).rule.name,
            "ModerationService.ListAuditEvents": lambda c: c(parent="sites/-").events,
            "ModelService.GetModel": lambda c: c(name=self.at + "/model").model.name,
            "ModelService.ExplainComment": lambda c: c(name=self.decided().comment).assessment.verdict,
            "ModelService.GetModelDrift": lambda c: self.comment() and c(
                name=self.at + "/model", day_count=1).comparison.recent.comment_count,
            "ModelService.LearnComments": lambda c: c(parent=self.at, examples=[self.example()]).results[0].learnt,
            "AdminService.CreateSite": lambda c: c(site_id="second", site=Site(display_name="Second")).site.name,
            "AdminService.GetSite": lambda c: c(name=self.at).site.name == self.at,
            "AdminService.ListSites": lambda c: c().sites,
            "AdminService.UpdateSite": lambda c: c(site=Site(
                name=self.at, display_name="Renamed")).site.display_name == "Renamed" and c(site=Site(name=self.at, policy={
                    "links_max": 3}), update_mask={"paths": ["policy.links_max"]}).site.policy.honeypot,
            "AdminService.CreateRule": lambda c: c(parent=self.at, rule=self.rule()).rule.name,
            "AdminService.ListRules": lambda c: self.made_rule() and c(parent=self.at).rules,
            "AdminService.DeleteRule": lambda c: c(name=self.made_rule()) is not None,
            "AdminService.TestPolicy": lambda c: self.comment() and c(parent=self.at, rule=self.rule()).tested_count,
            "AdminService.CreateApiKey": lambda c: c(api_key=ApiKey(
                display_name="one", role=ApiKey.ROLE_BACKEND, site=self.at)).secret,
            "AdminService.ListApiKeys": lambda c: c(site=self.at).api_keys,
            "AdminService.RevokeApiKey": lambda c: c(name=self.made_key().name).api_key.HasField("revoke_time"),
            "AdminService.CreateWebhook": lambda c: self.made_webhook() and c(parent=self.at, webhook={
                "url": "https://blog.invalid/other", "event_types": ["TYPE_DECIDED"]}).secret.startswith("whsec_"),
            "AdminService.ListWebhooks": lambda c: self.made_webhook() == c(parent=self.at).webhooks[0].name,
            "AdminService.UpdateWebhook": lambda c: c(webhook={
                "name": self.made_webhook(), "state": "STATE_PAUSED"}).webhook.pause_reason,
            "AdminService.RotateWebhookSecret": lambda c: c(name=self.made_webhook()).secret.startswith("whsec_"),
            "AdminService.DropWebhookSecret": lambda c: not c(
                name=self.rotated_webhook()).webhook.HasField("old_secret_create_time"),
            "AdminService.DeleteWebhook": lambda c: c(name=self.made_webhook()) is not None,
            "AdminService.ListWebhookDeliveries": lambda c: not c(parent=self.made_webhook()).deliveries,
            "AdminService.RedeliverWebhookEvent": lambda c: self.comment() and not c(
                name=self.made_webhook(), cursor=0).webhook.cursor,
            "AdminService.ExportAuthor": lambda c: self.comment() and c(parent=self.at, email="ada@example.org").comments,
            "AdminService.EraseAuthor": lambda c: c(parent=self.at, email="nobody@example.org").complete,
            # Last, as it trains the model: comments after it may be approved at once.
            "ModelService.SuggestThreshold": lambda c: self.judged() and c(
                name=self.at + "/model", ham_loss_max=0.5, confidence=0.5).ham_count == 1,
            # Held ones count from the first that it decided alone.
            "ModelService.GetModelCalibration": lambda c: self.enough(
                lambda: c(name=self.at + "/model").judged_count >= 50),
            "ModelService.RetrainModel": lambda c: self.many_labels() and self.result(
                c(note="why"), model_pb.RetrainModelResult).comparison.held_out_count,
            "ModelService.ListModelGenerations": lambda c: c().generations[0].name == "modelGenerations/2",
            "ModelService.GetModelGeneration": lambda c: c(name="modelGenerations/2").comparison.label_count,
            "ModelService.CompareModelGenerations": lambda c: self.result(
                c(base="modelGenerations/1", candidate="modelGenerations/2"), model_pb.ModelComparison).held_out_count,
            "ModelService.ActivateModelGeneration": lambda c: c(
                name="modelGenerations/2").activation.generation == "modelGenerations/2",
            "ModelService.RollbackModel": lambda c: {
                c(generation="modelGenerations/2").activation.generation for _ in range(2)} == {"modelGenerations/1"},
            "OperationService.GetOperation": lambda c: c(name="operations/1").operation.done,
            "OperationService.ListOperations": lambda c: (
                len(c(done=True).operations) == 2 and not c(done=False).operations
                and not c(kind="KIND_IMPORT").operations and not c(kind="KIND_EVALUATE").operations),
            "OperationService.CancelOperation": lambda c: c(name="operations/1").operation.HasField("response"),
            "OperationService.WaitOperation": lambda c: c(name="operations/2").operation.done,
            "ModelService.ReviewLabels": lambda c: c(parent=self.at).label_count,
            "ModelService.SetShadowGeneration": lambda c: c(
                generation="modelGenerations/2").setting.generation == "modelGenerations/2",
            "ModelService.GetShadowReport": lambda c: c(parent=self.at).report.generation == "modelGenerations/2",
            "ModelService.ListShadowDisagreements": lambda c: not c(parent=self.at).next_page_token,
            "ModelService.Backtest": lambda c: c(parent=self.at, days=7).comment_count,
            "AdminService.ExportComments": lambda c: c(parent=self.at).comments,
            "AdminService.ExportLabels": lambda c: c(parent=self.at).labels,
            "AdminService.ListImports": lambda c: self.imported() and c(parent=self.at).imports[0].label_count == 1,
            "ModelService.ExportModel": lambda c: self.restarted() and c(name="modelGenerations/1").piece,
            "ModelService.EvaluateModelGeneration": lambda c: self.result(
                c(name="modelGenerations/1"), model_pb.ModelEvaluation).held_out_count,
            "ModelService.ImportModel": lambda c: self.result(
                c(**self.exported()), model_pb.RetrainModelResult).generation.base.checksum,
        }

    def exported(self):
        """An export of one piece, as the request that brings it in again."""
        whole = self.call("ModelService.ExportModel", name="modelGenerations/1")
        assert not whole.next_page_token
        return dict(request_id="one-piece", piece=whole.piece, size_bytes=whole.size_bytes, checksum=whole.checksum,
                    learnt_position=whole.position)

    def preview(self, call=None):
        call = call or functools.partial(self.call, "ModerationService.PreviewBulk")
        return call(parent=self.at, selection={"comments": [self.comment().name]})

    def applied(self):
        return self.call("ModerationService.ApplyBulk", name=self.preview().bulk.name,
                         action=moderation_pb2.DECISION_ACTION_SPAM).bulk

    def noted(self):
        name = self.comment().name
        self.call("ModerationService.AddNote", parent=name, text="A note.")
        return name

    def imported(self):
        return self.call("ModelService.LearnComments", parent=self.at, import_id="archive",
                         examples=[self.example()]).results

    def restarted(self):
        """It stores its model on the way out."""
        self.box.stop()
        self.box.start()
        return self.box.wait_for_model()

    def result(self, answer, message):
        """What came of the operation that was answered."""
        def ended():
            operation = self.call("OperationService.WaitOperation", name=answer.operation.name,
                                  timeout={"seconds": 15}).operation
            return operation if operation.done else None
        operation = harness.wait_for(ended, 30, answer.operation.name)
        self.assertTrue(operation.HasField("response"), operation)
        found = message()
        self.assertTrue(operation.response.Unpack(found))
        return found

    def many_labels(self):
        examples = [self.example(label) for label in ("HAM", "SPAM") * 60]
        return self.call("ModelService.LearnComments", parent=self.at, examples=examples).results

    def enough(self, condition):
        """After as many decisions as it takes; of the first ones, none counts."""
        for _ in range(9):
            for _ in range(60):
                self.decided()
            with contextlib.suppress(Exception):  # of gRPC or of Connect
                return condition()
        return condition()

    def judged(self):
        """A comment that a trained model and then a person judged."""
        examples = [self.example(label) for label in ("HAM", "SPAM") * 20]
        self.call("ModelService.LearnComments", parent=self.at, examples=examples)
        self.assertTrue(self.box.wait_for_model().trained)
        # All, so that what the machine decides alone counts as well.
        self.box.run("site", "update", self.box.site, "--blind-sample-rate", "1")
        return self.decided()

    def leased(self):
        self.comment()
        item = self.call("ModerationService.LeaseNext", parent=self.at, count=1).items[0]
        return moderation_pb.LeaseChange(comment=item.comment.name, lease_token=item.lease.token)

    def test_every_method_has_cases(self):
        self.assertEqual(set(self.successes()), methods_of_the_contract())
        self.assertEqual(set(self.failures()), methods_of_the_contract())
        self.assertTrue(all(self.failures().values()))

    def test_every_method_succeeds(self):
        for name, good in self.successes().items():
            with self.subTest(name):
                self.assertTrue(good(functools.partial(self.call, name)))

    def test_every_method_fails_as_it_says(self):
        for name, cases in self.failures().items():
            for expected, fields in cases:
                with self.subTest(name, fields=str(fields)[:100]):
                    code, error = code_of(lambda: self.call(name, **fields))
                    self.assertEqual(code, expected, error and error.details())
                    harness.check_details(error)


if __name__ == "__main__":
    unittest.main()
