"""Every method of the contract succeeds once against the real server and fails as it says. The methods come from the
descriptors: one without a case here fails the test."""

import contextlib
import functools
import unittest
import uuid

import grpc

import harness
from harness import (admin_pb, code_of, comment_pb, comment_pb2, model_pb, moderation_pb, moderation_pb2, operation_pb)

OK = grpc.StatusCode.OK
INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
Rule = admin_pb.replyguard_dot_v1_dot_rule__pb2.Rule
Site = admin_pb.replyguard_dot_v1_dot_site__pb2.Site
ApiKey = admin_pb.replyguard_dot_v1_dot_api__key__pb2.ApiKey
Thread = comment_pb.replyguard_dot_v1_dot_thread__pb2.Thread
NOBODY = "0" * 32


def methods_of_the_contract():
    return {f"{service.name}.{method.name}"
            for module in (comment_pb, moderation_pb, model_pb, admin_pb, operation_pb)
            for service in module.DESCRIPTOR.services_by_name.values() for method in service.methods}


class ContractTest(unittest.TestCase):
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
            "ModelService.ExplainComment": lambda c: c(name=self.comment().name).assessment.verdict,
            "ModelService.GetModelDrift": lambda c: self.comment() and c(
                name=self.at + "/model", day_count=1).comparison.recent.comment_count,
            "ModelService.LearnComments": lambda c: c(parent=self.at, examples=[self.example()]).results[0].learnt,
            "AdminService.CreateSite": lambda c: c(site_id="second", site=Site(display_name="Second")).site.name,
            "AdminService.GetSite": lambda c: c(name=self.at).site.name == self.at,
            "AdminService.ListSites": lambda c: c().sites,
            "AdminService.UpdateSite": lambda c: c(site=Site(
                name=self.at, display_name="Renamed")).site.display_name == "Renamed",
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
            "ModelService.RollbackModel": lambda c: c().activation.generation == "modelGenerations/1",
            "OperationService.GetOperation": lambda c: c(name="operations/1").operation.done,
            "OperationService.ListOperations": lambda c: len(c(done=True).operations) == 2 and not c(done=False).operations,
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
        operation = self.call("OperationService.WaitOperation", name=answer.operation.name,
                              timeout={"seconds": 15}).operation
        self.assertTrue(operation.done and operation.HasField("response"), operation)
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

    def failures(self):
        """By method: (expected code, fields), beside those that every method shares (keys: the C++ matrix)."""
        comment, thread, rule = f"{self.at}/comments/{NOBODY}", self.at + "/threads/none", f"{self.at}/rules/{NOBODY}"
        webhook = f"{self.at}/webhooks/{NOBODY}"
        act = moderation_pb.ModerationAction
        return {
            "CommentService.SubmitComment": [(INVALID, {})],
            "CommentService.CheckComment": [(INVALID, {})],
            "CommentService.GetComment": [(NOT_FOUND, {"name": comment}), (INVALID, {"name": "x"})],
            "CommentService.ListComments": [(INVALID, {"parent": thread, "page_size": -1}), (INVALID, {
                "parent": thread, "statuses": [77]}), (INVALID, {"parent": thread, "page_token": "forged"})],
            "CommentService.UpdateComment": [(NOT_FOUND, {"name": comment, "submission": {"body": "b"}}),
                                             (INVALID, {"name": comment, "submission": {"body": "b"}, "etag": "r" * 65})],
            "CommentService.TrashComment": [(NOT_FOUND, {"name": comment}), (INVALID, {"name": comment, "etag": "r" * 65}),
                                            (NOT_FOUND, {"name": comment, "etag": "r" * 64})],
            "CommentService.DeleteComment": [(NOT_FOUND, {"name": comment}), (INVALID, {"name": ""})],
            "CommentService.ReportComment": [(NOT_FOUND, {"name": comment, "reporter": "r"}), (INVALID, {"name": comment})],
            "CommentService.WatchEvents": [(INVALID, {"parent": self.at, "cursor": -1}),
                                           (grpc.StatusCode.OUT_OF_RANGE, {"parent": self.at, "cursor": 10**9})],
            "CommentService.ListEvents": [(INVALID, {"parent": self.at, "page_size": -1}),
                                          (grpc.StatusCode.OUT_OF_RANGE, {"parent": self.at, "cursor": 10**9})],
            "CommentService.GetThread": [(NOT_FOUND, {"name": thread}), (INVALID, {"name": self.at})],
            "CommentService.UpdateThread": [(NOT_FOUND, {"thread": {"name": thread, "title": "t"}}),
                                            (INVALID, {"thread": {"name": thread, "etag": "r" * 65, "title": "t"}})],
            "CommentService.MoveThread": [(NOT_FOUND, {"name": thread, "destination_name": thread + "-2"}),
                                          (INVALID, {"name": thread, "destination_name": "sites/another/threads/x"})],
            "ModerationService.ListQueue": [(INVALID, {"parent": self.at, "order": 99}), (INVALID, {
                "parent": self.at, "filter": {"probability_min": 1.5}}), (INVALID, {
                    "parent": self.at, "filter": {"thread": "sites/another/threads/x"}})],
            "ModerationService.LeaseNext": [(INVALID, {"parent": self.at, "count": -1}), (INVALID, {
                "parent": self.at, "count": 1, "lease_duration": {"seconds": 3601}})],
            "ModerationService.UpdateLease": [(INVALID, {}), (INVALID, {"changes": [{"comment": "x"}]})],
            "ModerationService.ModerateComments": [(INVALID, {}), (INVALID, {"actions": [act(comment=comment)] * 501})],
            "ModerationService.UndoDecision": [(NOT_FOUND, {"name": f"{self.at}/decisions/{NOBODY}"}), (INVALID, {})],
            "ModerationService.ListDecisions": [(INVALID, {"parent": self.at, "action": 99}), (INVALID, {
                "parent": self.at, "page_token": "forged"})],
            "ModerationService.WatchQueue": [(INVALID, {"parent": "x"})],
            "ModerationService.GetQueueStats": [(INVALID, {"parent": "x"}), (grpc.StatusCode.PERMISSION_DENIED, {
                "parent": "sites/nowhere"})],
            "ModerationService.GetReview": [(NOT_FOUND, {"name": comment}), (INVALID, {"name": "x"})],
            "ModerationService.SearchComments": [
                (INVALID, {"parent": "x"}), (INVALID, {"parent": self.at, "page_size": -1}),
                (INVALID, {"parent": self.at, "statuses": [5]}), (INVALID, {"parent": self.at, "filter": {"text": "..."}}),
                (INVALID, {"parent": self.at, "filter": {"text": "x" * 201}}),
                (INVALID, {"parent": self.at, "filter": {"network": "x"}}),
                (INVALID, {"parent": self.at, "filter": {"language": "!"}}),
                (INVALID, {"parent": self.at, "filter": {"reason": "sites/another/rules/" + NOBODY}}),
                (INVALID, {"parent": self.at, "filter": {"campaign": "x"}}),
                (INVALID, {"parent": self.at, "page_token": "forged"})],
            "ModerationService.GetAuthorHistory": [(NOT_FOUND, {"name": comment}), (INVALID, {
                "name": comment, "comment_count": -1})],
            "ModerationService.GetCampaign": [(NOT_FOUND, {"name": f"{self.at}/campaigns/{NOBODY}"}), (INVALID, {
                "name": comment})],
            "ModerationService.ListCampaigns": [(INVALID, {"parent": self.at, "waiting_count_min": 1})],
            "ModerationService.PreviewBulk": [
                (INVALID, {"parent": self.at}), (INVALID, {"parent": self.at, "selection": {"comments": [comment] * 2}}),
                (INVALID, {"parent": self.at, "selection": {"comments": ["sites/another/comments/" + NOBODY]}}),
                (INVALID, {"parent": self.at, "selection": {"filter": {"probability_min": 0.5}}})],
            "ModerationService.ApplyBulk": [
                (NOT_FOUND, {"name": f"{self.at}/bulks/{NOBODY}", "action": 2}),
                (INVALID, {"name": f"{self.at}/bulks/{NOBODY}", "action": 5})],
            "ModerationService.UndoBulk": [(NOT_FOUND, {"name": f"{self.at}/bulks/{NOBODY}"}), (INVALID, {})],
            "ModerationService.ListBulks": [(INVALID, {"parent": self.at, "page_token": "forged"})],
            "ModerationService.AddNote": [(NOT_FOUND, {"parent": comment, "text": "x"}), (INVALID, {"parent": comment}),
                                          (INVALID, {"parent": comment, "text": "x" * 2001})],
            "ModerationService.ListNotes": [(NOT_FOUND, {"parent": comment}), (INVALID, {})],
            "ModerationService.EscalateComment": [(grpc.StatusCode.FAILED_PRECONDITION, {"name": comment}), (INVALID, {
                "name": comment, "reason": "x" * 501})],
            "ModerationService.DeescalateComment": [(grpc.StatusCode.FAILED_PRECONDITION, {"name": comment})],
            "ModerationService.ListReasonCodes": [(INVALID, {"parent": "x"})],
            "ModerationService.SetReasonCodes": [
                (INVALID, {"parent": self.at, "reason_codes": [{"code": "x", "label": "y"}]}),
                (INVALID, {"parent": self.at, "reason_codes": [{"code": "A", "label": "y"}] * 2}),
                (INVALID, {"parent": self.at, "reason_codes": [{"code": "A"}]})],
            "ModerationService.BlockAuthor": [(NOT_FOUND, {"name": comment, "target": 1, "reason": "r"}), (INVALID, {
                "name": comment, "reason": "r"})],
            "ModerationService.ListAuditEvents": [(INVALID, {"parent": self.at, "kind": 99}), (INVALID, {
                "parent": self.at, "page_token": "forged"})],
            "ModelService.GetModel": [(NOT_FOUND, {"name": "sites/nowhere/model"}), (INVALID, {"name": "x"})],
            "ModelService.ExplainComment": [(NOT_FOUND, {"name": comment}), (INVALID, {
                "name": comment, "feature_count_max": -1})],
            "ModelService.GetModelDrift": [(NOT_FOUND, {"name": "sites/nowhere/model"}), (INVALID, {"name": "x"}), (INVALID, {
                "name": self.at + "/model", "day_count": 91}), (INVALID, {"name": self.at + "/model", "day_count": -1})],
            "ModelService.SuggestThreshold": [
                (INVALID, {"name": "x", "ham_loss_max": 0.001}), (INVALID, {"name": self.at + "/model"}),
                (INVALID, {"name": self.at + "/model", "ham_loss_max": 0.001, "confidence": 1}),
                (NOT_FOUND, {"name": "sites/nowhere/model", "ham_loss_max": 0.001}),
                (grpc.StatusCode.FAILED_PRECONDITION, {"name": self.at + "/model", "ham_loss_max": 0.001})],
            "ModelService.GetModelCalibration": [
                (INVALID, {"name": "x"}), (NOT_FOUND, {"name": "sites/nowhere/model"}),
                (grpc.StatusCode.FAILED_PRECONDITION, {"name": self.at + "/model"})],
            "ModelService.RetrainModel": [(INVALID, {"excluded_api_keys": ["x"]}), (INVALID, {"note": "n" * 2001}),
                                          (INVALID, {"excluded_api_keys": ["apiKeys/0123456789abcdef"]})],
            "ModelService.ListModelGenerations": [(INVALID, {"page_size": -1}), (INVALID, {"page_token": "forged"})],
            "ModelService.GetModelGeneration": [(NOT_FOUND, {"name": "modelGenerations/99"}), (INVALID, {"name": "x"})],
            "ModelService.CompareModelGenerations": [
                (NOT_FOUND, {"base": "modelGenerations/1", "candidate": "modelGenerations/99"}),
                (INVALID, {"base": "modelGenerations/0", "candidate": "modelGenerations/1"})],
            "ModelService.ActivateModelGeneration": [(NOT_FOUND, {"name": "modelGenerations/99"}), (INVALID, {"name": "x"})],
            "ModelService.RollbackModel": [(grpc.StatusCode.FAILED_PRECONDITION, {})],
            "OperationService.GetOperation": [(NOT_FOUND, {"name": "operations/99"}), (INVALID, {"name": "operations/0"})],
            "OperationService.ListOperations": [(INVALID, {"kind": 99}), (INVALID, {"page_size": -1}), (INVALID, {
                "page_token": "forged"})],
            "OperationService.CancelOperation": [(NOT_FOUND, {"name": "operations/99"}), (INVALID, {"name": "x"})],
            "OperationService.WaitOperation": [
                (NOT_FOUND, {"name": "operations/99"}), (INVALID, {"name": "x"}),
                (INVALID, {"name": "operations/1", "timeout": {"seconds": 51}}),
                (INVALID, {"name": "operations/1", "timeout": {"seconds": -1}}),
                (INVALID, {"name": "operations/1", "seen_revision": -1})],
            "ModelService.ReviewLabels": [
                (INVALID, {"parent": "x"}), (INVALID, {"parent": self.at, "label_count_max": -1}),
                (INVALID, {"parent": self.at, "problem_count_max": -1}), (NOT_FOUND, {"parent": "sites/nowhere"}),
                (INVALID, {"parent": self.at, "excluded_api_keys": ["x"]})],
            "ModelService.SetShadowGeneration": [(NOT_FOUND, {"generation": "modelGenerations/99"}), (INVALID, {
                "generation": "x"})],
            "ModelService.GetShadowReport": [(INVALID, {"parent": self.at, "days": -1}), (NOT_FOUND, {
                "parent": "sites/nowhere"})],
            "ModelService.ListShadowDisagreements": [(INVALID, {"parent": self.at, "page_size": -1}), (INVALID, {
                "parent": self.at, "page_token": "forged"}), (NOT_FOUND, {"parent": "sites/nowhere"})],
            "ModelService.Backtest": [(INVALID, {"parent": self.at, "days": -1}), (NOT_FOUND, {
                "parent": "sites/nowhere", "days": 1}), (INVALID, {"parent": self.at, "generation": "x"})],
            "ModelService.EvaluateModelGeneration": [(NOT_FOUND, {"name": "modelGenerations/99"}), (INVALID, {"name": "x"})],
            "ModelService.ImportModel": [
                (INVALID, {"piece": b"x", "size_bytes": 1, "checksum": "0" * 64}),
                (INVALID, {"request_id": "r", "piece": b"x", "size_bytes": 1, "checksum": "x"}),
                (INVALID, {"request_id": "r", "size_bytes": 1, "checksum": "0" * 64}),
                (grpc.StatusCode.OUT_OF_RANGE, {"request_id": "r", "offset": 1, "piece": b"x", "size_bytes": 2, "checksum": "0" * 64})],
            "ModelService.ExportModel": [(NOT_FOUND, {"name": "modelGenerations/99"}), (INVALID, {"name": "x"}), (INVALID, {
                "name": "modelGenerations/1", "page_token": "forged"})],
            "AdminService.ExportComments": [(INVALID, {"parent": self.at, "page_size": -1}), (NOT_FOUND, {
                "parent": "sites/nowhere"}), (INVALID, {"parent": self.at, "page_token": "forged"})],
            "AdminService.ExportLabels": [(INVALID, {"parent": self.at, "page_size": -1}), (NOT_FOUND, {
                "parent": "sites/nowhere"}), (INVALID, {"parent": self.at, "page_token": "forged"})],
            "AdminService.ExportAuthor": [(INVALID, {"parent": self.at}), (INVALID, {"parent": self.at, "email": "x"}), (
                NOT_FOUND, {"parent": "sites/nowhere", "email": "a@example.org"}), (INVALID, {
                    "parent": self.at, "email": "a@example.org", "page_token": "forged"})],
            "AdminService.EraseAuthor": [(INVALID, {"parent": self.at}), (INVALID, {"parent": self.at, "author_id": "x"}), (
                INVALID, {"parent": self.at, "author_id": "0" * 32, "email": "a@example.org"}), (
                    NOT_FOUND, {"parent": "sites/nowhere", "email": "a@example.org"})],
            "AdminService.ListImports": [(NOT_FOUND, {"parent": "sites/nowhere"}), (INVALID, {"parent": "x"})],
            "ModelService.LearnComments": [(INVALID, {"parent": self.at}), (NOT_FOUND, {
                "parent": "sites/nowhere", "examples": [self.example()]})],
            "AdminService.CreateSite": [(grpc.StatusCode.ALREADY_EXISTS, {"site_id": self.box.site, "site": {
                "display_name": "d"}}), (INVALID, {"site_id": "Not A Slug", "site": {"display_name": "d"}})],
            "AdminService.GetSite": [(NOT_FOUND, {"name": "sites/nowhere"}), (INVALID, {"name": "nowhere"})],
            "AdminService.ListSites": [(INVALID, {"page_size": -1}), (INVALID, {"page_token": "forged"})],
            "AdminService.UpdateSite": [(NOT_FOUND, {"site": {"name": "sites/nowhere", "display_name": "d"}}), (INVALID, {
                "site": {"name": self.at, "etag": "r" * 65}}), (grpc.StatusCode.ABORTED, {
                    "site": {"name": self.at, "display_name": "d", "etag": "r999"}})],
            "AdminService.CreateRule": [(INVALID, {"parent": self.at, "rule": self.rule(kind=99)}), (INVALID, {
                "parent": self.at}), (INVALID, {"parent": self.at, "rule": self.rule(pattern="ada@example.org")})],
            "AdminService.ListRules": [(INVALID, {"parent": self.at, "page_size": -1}), (NOT_FOUND, {
                "parent": "sites/nowhere"})],
            "AdminService.DeleteRule": [(NOT_FOUND, {"name": rule}), (INVALID, {"name": "x"})],
            "AdminService.TestPolicy": [(INVALID, {"parent": self.at}), (INVALID, {
                "parent": self.at, "rule": self.rule(), "comment_count": -1})],
            "AdminService.CreateApiKey": [(INVALID, {"api_key": {"display_name": "d", "role": 99}}), (INVALID, {
                "api_key": {"display_name": "d", "role": ApiKey.ROLE_BACKEND}})],
            "AdminService.ListApiKeys": [(INVALID, {"page_size": -1}), (INVALID, {"site": "x"})],
            "AdminService.CreateWebhook": [
                (INVALID, {"parent": self.at}), (INVALID, {"parent": self.at, "webhook": {"url": "http://blog.invalid/"}}),
                (INVALID, {"parent": self.at, "webhook": {"url": "https://blog.invalid/?a=ada@example.org"}}),
                (INVALID, {"parent": self.at, "webhook": {"url": "https://blog.invalid/", "event_types": [99]}}),
                (NOT_FOUND, {"parent": "sites/nowhere", "webhook": {"url": "https://blog.invalid/"}})],
            "AdminService.ListWebhooks": [(INVALID, {"parent": "x"}), (NOT_FOUND, {"parent": "sites/nowhere"})],
            "AdminService.UpdateWebhook": [
                (NOT_FOUND, {"webhook": {"name": webhook, "state": "STATE_ACTIVE"}}), (INVALID, {"webhook": {"name": "x"}}),
                (INVALID, {"webhook": {"name": webhook, "state": 99}}),
                (INVALID, {"webhook": {"name": webhook}, "update_mask": {"paths": ["name"]}})],
            "AdminService.RotateWebhookSecret": [
                (NOT_FOUND, {"name": webhook}), (INVALID, {"name": "x"}),
                (grpc.StatusCode.FAILED_PRECONDITION, {"name": self.rotated_webhook()})],
            "AdminService.DropWebhookSecret": [
                (NOT_FOUND, {"name": webhook}), (INVALID, {"name": "x"})],
            "AdminService.DeleteWebhook": [(NOT_FOUND, {"name": webhook}), (INVALID, {"name": "x"})],
            "AdminService.ListWebhookDeliveries": [(NOT_FOUND, {"parent": webhook}), (INVALID, {"parent": "x"}), (INVALID, {
                "parent": webhook, "page_size": -1})],
            "AdminService.RedeliverWebhookEvent": [
                (NOT_FOUND, {"name": webhook, "sequence": 1}), (INVALID, {"name": webhook}), (INVALID, {
                    "name": webhook, "cursor": -1}), (INVALID, {"name": "x", "sequence": 1})],
            "AdminService.RevokeApiKey": [(NOT_FOUND, {"name": "apiKeys/0123456789abcdef"}), (INVALID, {"name": "x"})],
        }

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
