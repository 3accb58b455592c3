"""A key of one site asks every method about what another site has and about what nobody has, by its own name and by the other's: the two
answers are the same, so that nothing tells what exists."""

import re
import unittest
import uuid

import grpc
from google.protobuf import message_factory

import harness
from harness import admin_pb, code_of, comment_pb, comment_pb2, model_service_pb2, moderation_pb, operation_pb

OTHER = "other"
SERVICES = [module.DESCRIPTOR.services_by_name[name] for module, name in (
    (comment_pb, "CommentService"), (moderation_pb, "ModerationService"), (model_service_pb2, "ModelService"),
    (admin_pb, "AdminService"), (operation_pb, "OperationService"))]
# Whose answer is of the key's own making, whatever is asked for.
NEW_EACH_TIME = {"CreateApiKey", "CreateSite"}
STREAM_SECONDS = 1


def get_class(descriptor):
    return message_factory.MessageFactory().GetPrototype(descriptor)


def fill(message, names):
    """Sets every name that the message can hold, in its own messages too."""
    for field in message.DESCRIPTOR.fields:
        if field.label == field.LABEL_REPEATED:
            if field.name in ("actions", "changes") and field.message_type:
                fill(getattr(message, field.name).add(), names)
            elif field.name in ("comments", "names") and field.type == field.TYPE_STRING:
                getattr(message, field.name).append(names["comment"])
        elif field.type == field.TYPE_MESSAGE and field.message_type.file.package == "replyguard.v1":
            if field.name in ("submission", "thread", "webhook"):
                fill(getattr(message, field.name), names)
        elif field.type == field.TYPE_STRING:
            value = name_for(message.DESCRIPTOR.name, field.name, names)
            if value:
                setattr(message, field.name, value)
        elif field.name == "action":
            setattr(message, field.name, 1)
        elif field.name == "with_history":
            setattr(message, field.name, True)


def name_for(message, field, names):
    if field == "parent":
        return names["thread"] if message == "ListCommentsRequest" else \
            names["comment"] if message in ("AddNoteRequest", "ListNotesRequest") else names["site"]
    if field == "name":
        kinds = ("Thread", "Rule", "Bulk", "Webhook", "Campaign", "ApiKey", "Operation", "Model", "Site")
        if message == "UndoDecisionRequest":
            return names["decision"]
        kind = next((kind for kind in kinds if kind in message), "Comment").lower()
        return names.get(kind, names["comment"])
    return {"site": names["site"], "comment": names["comment"], "thread": names["thread"], "body": "Hello.",
            "destination_name": names["thread"], "parent_comment": names["comment"], "text": "Hello.",
            "reporter": "somebody", "author_name": "Ada", "author_email": "ada@example.org", "reason_code": "FINE"}.get(field)


class OracleTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        operator = self.box.client(self.box.operator_key)
        site = admin_pb.replyguard_dot_v1_dot_site__pb2.Site(display_name="Another")
        operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(site_id=OTHER, site=site))
        comment = self.box.submit(self.box.backend(), "A comment of the first site.", request_id="taken").comment
        decided = self.box.submit(self.box.backend(), "Another one.").comment
        decision = self.box.moderate(self.box.moderator(), decided.name, "APPROVE").decision
        self.real = {kind: name.rpartition("/")[2] for kind, name in (
            ("comment", comment.name), ("decision", decision.name), ("thread", comment.thread))}
        self.none = {"comment": uuid.uuid4().hex, "decision": uuid.uuid4().hex, "thread": "none-of-this-name"}

    def names(self, site, ids):
        at = f"sites/{site}"
        some = ids["comment"]
        return {"site": at, "comment": f"{at}/comments/{ids['comment']}", "decision": f"{at}/decisions/{ids['decision']}",
                "thread": f"{at}/threads/{ids['thread']}", "rule": f"{at}/rules/{some}", "bulk": f"{at}/bulks/{some}",
                "webhook": f"{at}/webhooks/{some}", "campaign": f"{at}/campaigns/{some}", "model": f"{at}/model",
                "apikey": "apiKeys/0123456789abcdef", "operation": "operations/1"}

    def ask(self, key, method, names):
        """What the caller learns, without what is his own."""
        request = get_class(method.input_type)()
        fill(request, names)
        with harness.open_channel(self.box.address) as channel:
            path = f"/{method.containing_service.full_name}/{method.name}"
            metadata = [("authorization", f"Bearer {key}")]
            answers = get_class(method.output_type)
            try:
                if method.server_streaming:
                    call = channel.unary_stream(path)(request.SerializeToString(), metadata=metadata, timeout=STREAM_SECONDS)
                    answer = [answers.FromString(one) for one in call]
                else:
                    answer = answers.FromString(channel.unary_unary(path)(request.SerializeToString(), metadata=metadata, timeout=20))
            except grpc.RpcError as error:
                return error.code(), error.details()
        text = str(answer)
        for own in names.values():
            text = text.replace(own, "NAME")
        for one in (*self.real.values(), *self.none.values()):
            text = text.replace(one, "ID")
        return "OK", text

    def methods(self):
        for service in SERVICES:
            for method in service.methods:
                if method.name not in NEW_EACH_TIME:
                    yield method

    def test_nothing_tells_what_another_site_has(self):
        keys = [self.box.make_key(role, OTHER) for role in ("BACKEND", "MODERATOR", "OPERATOR")]
        asked = 0
        for method in self.methods():
            for key in keys:
                for site in (OTHER, self.box.site):
                    with self.subTest(method=method.full_name, site=site):
                        said = [self.ask(key, method, self.names(site, ids)) for ids in (self.real, self.none)]
                        self.assertEqual(strip(said[0]), strip(said[1]))
                        if site == self.box.site and method.name not in ("ListSites", "ListApiKeys", "ModerateComments"):
                            self.assertNotEqual(said[0][0], "OK", said[0])
                        asked += 1
        self.assertGreater(asked, 400)

    def test_a_request_id_of_another_site_is_free(self):
        client = self.box.client(self.box.make_key("BACKEND", OTHER))
        for request_id in ("taken", "free"):
            answer = client.call(client.comments.SubmitComment, comment_pb.SubmitCommentRequest(
                request_id=request_id, submission=comment_pb2.Submission(
                    thread=f"sites/{OTHER}/threads/a", author_name="Ada", author_email="ada@example.org",
                    body=f"By the other site, {request_id}.")))
            self.assertFalse(answer.replayed)

    def test_page_tokens_are_worth_nothing_elsewhere(self):
        for number in range(3):
            self.box.submit(self.box.backend(), f"Comment {number}.")
        backend = self.box.backend()
        request = comment_pb.ListCommentsRequest(parent=f"sites/{self.box.site}/threads/{self.real['thread']}", page_size=1)
        token = backend.call(backend.comments.ListComments, request).next_page_token
        self.assertTrue(token)
        other = self.box.client(self.box.make_key("BACKEND", OTHER))
        forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), token[::-1], token + "A", token[: len(token) // 2], "AAAA"]
        for client, parent, tokens in ((other, f"sites/{OTHER}/threads/{self.real['thread']}", [token]),
                                       (backend, f"sites/{self.box.site}/threads/another", [token]),
                                       (backend, request.parent, forged)):
            for one in tokens:
                code, _ = code_of(lambda: client.call(client.comments.ListComments, comment_pb.ListCommentsRequest(
                    parent=parent, page_size=1, page_token=one)))
                self.assertEqual(code, grpc.StatusCode.INVALID_ARGUMENT, one)


def strip(said):
    """Without times and what is drawn anew for each call."""
    return said[0], re.sub(r"[0-9]+|[0-9a-f]{16,}", "N", said[1] or "")


if __name__ == "__main__":
    unittest.main()
