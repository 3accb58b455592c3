"""What every method of the contract refuses, and with which code, for contract_test.py."""

import grpc

from harness import admin_pb, moderation_pb

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
ApiKey = admin_pb.replyguard_dot_v1_dot_api__key__pb2.ApiKey
NOBODY = "0" * 32


class Failures:
    """The cases. Needs the rest of ContractTest, which makes what they refer to."""

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
            "ModelService.RollbackModel": [
                (grpc.StatusCode.FAILED_PRECONDITION, {}), (INVALID, {"generation": "x"}),
                (grpc.StatusCode.ABORTED, {"generation": "modelGenerations/99"})],
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
                "site": {"name": self.at, "etag": "r" * 65}}), (INVALID, {
                    "site": {"name": self.at}, "update_mask": {"paths": ["policy.nothing"]}}), (grpc.StatusCode.ABORTED, {
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
