"""People, their sessions and what protects them, by HTTP as a browser speaks it and by the command line."""

import base64
import hashlib
import hmac
import http.client
import http.cookies
import json
import struct
import threading
import time
import unittest

from harness import Installation, comment_pb, moderation_pb, wait_for
from metrics_test import scrape

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "staple staple battery"


class Browser:
    """Keeps the session's cookie and sends the token of its page, unless told otherwise."""

    def __init__(self, address):
        self.address = address
        self.cookie = None
        self.csrf = None
        self.set_cookie = None

    def call(self, method, body=None, service="AccountService", headers=None, csrf=True, host=None):
        """The HTTP status and the answer's JSON."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        sent = {"Content-Type": "application/json", "User-Agent": "e2e browser", "Host": host or self.address}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if csrf and self.csrf:
            sent["X-CSRF-Token"] = self.csrf
        sent.update(headers or {})
        connection.request("POST", f"/replyguard.v1.{service}/{method}", json.dumps(body or {}), sent)
        response = connection.getresponse()
        text = response.read()
        cookie = response.getheader("Set-Cookie")
        if cookie:
            self.set_cookie = cookie
            pair = cookie.split(";")[0]
            self.cookie = pair if pair.split("=", 1)[1] else None
        connection.close()
        answer = json.loads(text) if text else {}
        if "csrfToken" in answer:
            self.csrf = answer["csrfToken"]
        return response.status, answer

    def sign_in(self, handle, password=PASSWORD, code="", **more):
        return self.call("SignIn", {"handle": handle, "password": password, "code": code}, **more)


def reason_of(answer):
    """google.rpc.ErrorInfo.reason in a Connect error's details."""
    for detail in answer.get("details", []):
        if detail["type"] == "google.rpc.ErrorInfo":
            return detail.get("debug", {}).get("reason") or first_string(detail["value"])
    return None


def first_string(encoded):
    raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    assert raw[0] == 0x0A, raw
    return raw[2:2 + raw[1]].decode()


def refused(result, code, reason):
    status, answer = result
    assert status != 200 and answer["code"] == code and reason_of(answer) == reason, (status, answer)


def good(result):
    status, answer = result
    assert status == 200, (status, answer)
    return answer


def totp(secret, offset=0):
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + offset), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


def ended(browser):
    """Within a second, they say; a busy machine is given longer, and no duration is asserted."""
    wait_for(lambda: browser.call("GetSession")[0] == 401, 30, "the session to end")
    refused(browser.call("GetSession"), "unauthenticated", "SESSION_ENDED")


def add(server, handle, *flags, password=PASSWORD):
    server.run("user", "add", handle, "--password-file", "-", *flags, stdin=password + "\n")


class AccountsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(Installation())

    def tearDown(self):
        log = self.box.log_path.read_text(errors="replace")
        self.assertNotIn(PASSWORD, log)
        self.assertNotIn(OTHER_PASSWORD, log)
        self.box.assert_log_is_whole()

    def test_a_session_is_the_browsers_and_only_its_own_page_acts(self):
        server = self.box
        add(server, "anna", "--role", "operator", "--every-site")
        browser = Browser(server.http)
        answer = good(browser.sign_in("anna"))
        assert answer["person"]["name"] == "people/anna"
        assert answer["person"]["memberships"] == [{"site": "sites/-", "role": "ROLE_OPERATOR"}], answer
        cookie = http.cookies.SimpleCookie(browser.set_cookie)["rg_session"]
        assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/", browser.set_cookie
        assert not cookie["domain"]
        assert good(browser.call("GetSession"))["csrfToken"] == answer["csrfToken"]

        # Reading takes the cookie only; acting takes the page's token, and a page of ours.
        assert good(browser.call("ListSites", service="AdminService", headers={"Sec-Fetch-Site": "same-origin"}))["sites"]
        for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
            for method, service in (("ListSites", "AdminService"), ("SignOut", "AccountService")):
                refused(browser.call(method, service=service, headers=foreign), "permission_denied", "FOREIGN_ORIGIN")
            # Whoever brings a key is no browser that was led astray.
            key = {"Authorization": f"Bearer {server.operator_key}"}
            assert good(Browser(server.http).call("ListSites", service="AdminService", headers={**foreign, **key}))["sites"]
        for wrong in ({}, {"X-CSRF-Token": "0" * 32}, {"X-CSRF-Token": ""}):
            refused(browser.call("SignOut", csrf=False, headers=wrong), "permission_denied", "CSRF_TOKEN")
        refused(browser.call("SignOut", headers={"Origin": "https://evil.example"}), "permission_denied", "FOREIGN_ORIGIN")
        refused(browser.call("SignOut", headers={"Origin": "null"}), "permission_denied", "FOREIGN_ORIGIN")
        foreign = Browser(server.http)
        refused(foreign.sign_in("anna", headers={"Origin": "https://evil.example"}), "permission_denied", "FOREIGN_ORIGIN")
        assert foreign.cookie is None
        refused(foreign.sign_in("anna", host="comments.example.org"), "failed_precondition", "TLS_NEEDED")

        # Another's token is none of this session's, and a cookie that is no session is none.
        other = Browser(server.http)
        good(other.sign_in("anna"))
        refused(browser.call("SignOut", csrf=False, headers={"X-CSRF-Token": other.csrf}), "permission_denied", "CSRF_TOKEN")
        forged = Browser(server.http)
        forged.cookie = "rg_session=" + "0" * 48
        refused(forged.call("GetSession"), "unauthenticated", "SESSION_ENDED")
        assert len(good(browser.call("ListSessions"))["sessions"]) == 2

        own = {"Origin": "http://" + server.http}
        good(browser.call("SignOut", headers=own))
        assert browser.cookie is None and "Max-Age=0" in browser.set_cookie
        assert good(other.call("SignOutEverywhere")) == {"sessionCount": 1}
        ended(other)

    def test_a_person_acts_by_name_within_his_roles_and_is_kept_out_at_once(self):
        server = self.box
        add(server, "bert", "--role", "moderator", "--site", server.site)
        bert = Browser(server.http)
        good(bert.sign_in("bert"))
        held = server.submit(server.backend(), "a comment that waits")
        answer = good(bert.call("ModerateComments", {"actions": [
            {"comment": held.comment.name, "action": "DECISION_ACTION_APPROVE"}]}, service="ModerationService"))
        decision = answer["results"][0]["decision"]
        assert decision["actorKeyId"] == "people/bert" and decision["actor"] == "bert", decision
        moderator = server.moderator()
        listed = moderator.call(moderator.moderation.ListDecisions, moderation_pb.ListDecisionsRequest(
            parent=f"sites/{server.site}", actor_key_id="people/bert"))
        assert len(listed.decisions) == 1
        refused(bert.call("ListSites", service="AdminService"), "permission_denied", "PERMISSION_DENIED")
        refused(bert.call("ListPeople"), "permission_denied", "PERMISSION_DENIED")
        refused(bert.call("InvitePerson", {"person": {"name": "people/mallory", "memberships": [
            {"site": f"sites/{server.site}", "role": "ROLE_OPERATOR"}]}}), "permission_denied", "PERMISSION_DENIED")

        # A role on a site that changes ends no session, which has it within a second; one on every site does.
        server.run("user", "role", "bert", "--role", "operator", "--site", server.site)
        wait_for(lambda: bert.call("ListSites", service="AdminService")[0] == 200, 30, "the role to hold")
        assert [site["name"] for site in good(bert.call("ListSites", service="AdminService"))["sites"]] == [
            f"sites/{server.site}"]
        server.run("user", "role", "bert", "--role", "moderator", "--every-site")
        ended(bert)
        server.run("user", "role", "bert", "--role", "none", "--every-site")
        good(bert.sign_in("bert"))
        refused(bert.call("ListAccountAudit"), "permission_denied", "PERMISSION_DENIED")
        refused(bert.call("DeactivatePerson", {"name": "people/anna"}), "permission_denied", "PERMISSION_DENIED")

        # Deactivated in the middle of it.
        server.run("user", "deactivate", "bert")
        ended(bert)
        refused(bert.sign_in("bert"), "unauthenticated", "SIGN_IN_REFUSED")
        server.run("user", "reactivate", "bert")
        good(bert.sign_in("bert"))
        events = [json.loads(line) for line in server.run("user", "audit", "bert", "--format", "json").stdout.splitlines()]
        assert [event["action"].removeprefix("ACTION_") for event in events] == [
            "SIGNED_IN", "REACTIVATED", "SIGN_IN_REFUSED", "DEACTIVATED", "SIGNED_IN", "ROLE_CHANGED", "ROLE_CHANGED",
            "ROLE_CHANGED", "SIGNED_IN",
            "INVITATION_ACCEPTED", "INVITED"], events
        assert events[1]["actor"].startswith("apiKeys/") and events[0]["actor"] == "people/bert"

    def test_a_link_works_once_and_a_new_password_ends_sessions(self):
        server = self.box
        invited = json.loads(server.run("user", "invite", "carl", "--role", "moderator", "--site", server.site,
                                        "--format", "json").stdout)
        carl = Browser(server.http)
        refused(carl.sign_in("carl", ""), "unauthenticated", "SIGN_IN_REFUSED")
        refused(carl.call("AcceptInvitation", {"token": invited["token"][:-1] + "x", "password": PASSWORD}), "not_found",
                "LINK_GONE")
        refused(carl.call("ResetPassword", {"token": invited["token"], "password": PASSWORD}), "not_found", "LINK_GONE")
        refused(carl.call("AcceptInvitation", {"token": invited["token"], "password": "short"}), "invalid_argument",
                "INVALID_FIELDS")
        good(carl.call("AcceptInvitation", {"token": invited["token"], "password": PASSWORD}))
        refused(carl.call("AcceptInvitation", {"token": invited["token"], "password": PASSWORD}), "not_found", "LINK_GONE")
        good(carl.sign_in("carl"))

        link = server.run("user", "reset", "carl", "--console-url", "https://c.example").stdout.strip()
        assert link.startswith("https://c.example/console/reset#"), link
        token, _, handle = link.partition("#")[2].partition("/")
        assert handle == "carl", link
        good(carl.call("ResetPassword", {"token": token, "password": OTHER_PASSWORD}))
        ended(carl)
        refused(carl.sign_in("carl"), "unauthenticated", "SIGN_IN_REFUSED")
        good(carl.sign_in("carl", OTHER_PASSWORD))

        expired = json.loads(server.run("user", "reset", "carl", "--format", "json").stdout)["token"]
        server.sql("UPDATE replyguard.account_links SET expires_at = now() WHERE handle = 'carl'")
        refused(carl.call("ResetPassword", {"token": expired, "password": PASSWORD}), "not_found", "LINK_GONE")

        # A new password of one's own: this session stays, the other ends.
        second = Browser(server.http)
        good(second.sign_in("carl", OTHER_PASSWORD))
        refused(carl.call("ChangePassword", {"presentPassword": "wrong", "newPassword": PASSWORD}), "invalid_argument",
                "INVALID_FIELDS")
        good(carl.call("ChangePassword", {"presentPassword": OTHER_PASSWORD, "newPassword": PASSWORD}))
        ended(second)
        good(carl.call("GetSession"))

    def test_a_code_works_once_and_nothing_of_it_is_readable(self):
        server = self.box
        add(server, "dora", "--role", "moderator", "--site", server.site)
        dora = Browser(server.http)
        good(dora.sign_in("dora"))
        secret = good(dora.call("StartTotp", {"password": PASSWORD}))
        assert secret["uri"] == (f"otpauth://totp/replyguard:dora?secret={secret['secret']}"
                                 "&issuer=replyguard&algorithm=SHA1&digits=6&period=30")
        good(Browser(server.http).sign_in("dora"))  # not asked for before it is confirmed
        first = totp(secret["secret"])
        codes = good(dora.call("ConfirmTotp", {"code": first}))["recoveryCodes"]
        assert len(set(codes)) == 10

        refused(dora.sign_in("dora"), "unauthenticated", "CODE_REQUIRED")
        refused(dora.sign_in("dora", "wrong", "123456"), "unauthenticated", "SIGN_IN_REFUSED")
        refused(dora.sign_in("dora", code=first), "unauthenticated", "CODE_WRONG")  # it confirmed: used
        later = totp(secret["secret"], 1)
        good(dora.sign_in("dora", code=later))
        refused(dora.sign_in("dora", code=later), "unauthenticated", "CODE_WRONG")
        good(dora.sign_in("dora", code=codes[0].upper().replace("-", " ")))
        refused(dora.sign_in("dora", code=codes[0]), "unauthenticated", "CODE_WRONG")
        fresh = good(dora.call("RegenerateRecoveryCodes", {"password": PASSWORD}))["recoveryCodes"]
        refused(dora.sign_in("dora", code=codes[1]), "unauthenticated", "CODE_WRONG")
        good(dora.sign_in("dora", code=fresh[1]))
        assert good(dora.call("GetSession"))["person"]["recoveryCodeCount"] == 9

        # Nothing of it is readable in the database.
        stored = server.sql("SELECT encode(totp_secret, 'hex') FROM replyguard.people WHERE handle = 'dora'")
        assert base64.b32decode(secret["secret"]).hex() not in stored
        dump = server.sql("SELECT (SELECT string_agg(p::text, '') FROM replyguard.people p) || "
                          "(SELECT string_agg(s::text, '') FROM replyguard.sessions s) || "
                          "(SELECT string_agg(c::text, '') FROM replyguard.recovery_codes c)")
        for hidden in [PASSWORD, dora.cookie.partition("=")[2], dora.csrf, *codes, *fresh]:
            assert hidden not in dump and hidden.replace("-", "") not in dump

        token = json.loads(server.run("user", "reset", "dora", "--clear-totp", "--format", "json").stdout)["token"]
        good(dora.call("ResetPassword", {"token": token, "password": OTHER_PASSWORD}))
        good(dora.sign_in("dora", OTHER_PASSWORD))

    def test_wrong_tries_are_bounded_and_tell_nothing(self):
        """The same answers for a handle that is there and one that is not: in order, and to the same count."""
        server = self.box
        server.stop()
        server.start()  # counts from nothing
        add(server, "emil", "--role", "moderator", "--site", server.site)
        answers = {}
        for handle in ("emil", "nobody"):
            browser = Browser(server.http)
            answers[handle] = []
            for _ in range(12):
                _, answer = browser.sign_in(handle, "wrong")
                answers[handle].append((answer["code"], reason_of(answer), answer["message"]))
        assert answers["emil"] == answers["nobody"]
        assert answers["emil"][0][1] == "SIGN_IN_REFUSED" and answers["emil"][-1][1] == "TOO_MANY_TRIES", answers
        # The right password does not help who has tried too often, and comes to nothing for him to learn.
        refused(Browser(server.http).sign_in("emil"), "resource_exhausted", "TOO_MANY_TRIES")
        # Nor does a right key or a session that is there suffer, also where all tries of its network are used up.
        server.run("user", "list")
        for number in range(40):
            _, answer = Browser(server.http).sign_in(f"nobody{number}", "wrong")
        assert reason_of(answer) == "TOO_MANY_TRIES", answer
        token = json.loads(server.run("user", "invite", "gina", "--role", "moderator", "--site", server.site,
                                      "--format", "json").stdout)["token"]
        accept = {"token": token, "password": PASSWORD}
        refused(Browser(server.http).call("AcceptInvitation", accept), "resource_exhausted", "TOO_MANY_TRIES")
        add(server, "hugo", "--role", "moderator", "--site", server.site)
        # Another's key is no operator's, and a wrong one none.
        for key in (server.site_key, "0" * 48):
            refused(Browser(server.http).call("AcceptInvitation", accept, headers={"Authorization": f"Bearer {key}"}),
                    "resource_exhausted", "TOO_MANY_TRIES")

    def test_behind_a_proxy_that_speaks_tls_the_cookie_is_of_this_host_alone(self):
        server = self.box
        add(server, "fred", "--role", "moderator", "--site", server.site)
        server.extra_environment["REPLYGUARD_HTTP_TRUSTED_PROXIES"] = "127.0.0.1/32"
        server.stop()
        server.start()
        way = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        host = "comments.example.org"
        fred = Browser(server.http)
        good(fred.sign_in("fred", headers=way, host=host))
        assert fred.set_cookie.startswith("__Host-rg_session="), fred.set_cookie
        assert "; Secure" in fred.set_cookie and "; Path=/;" in fred.set_cookie and "Domain" not in fred.set_cookie
        good(fred.call("GetSession", headers=way, host=host))
        refused(fred.call("SignOut", headers={**way, "Origin": "http://" + host}, host=host), "permission_denied",
                "FOREIGN_ORIGIN")
        # Without TLS that cookie is none, whoever set it.
        assert fred.call("GetSession")[0] == 401
        good(fred.call("SignOut", headers={**way, "Origin": "https://" + host}, host=host))


class StrangersTest(unittest.TestCase):
    """Those who sign in wait for each other, wherever they come from, and a site's own calls do not wait for them."""

    def setUp(self):
        self.box = Installation()
        self.box.extra_environment = {"REPLYGUARD_HTTP_TRUSTED_PROXIES": "127.0.0.1/32",
                                      "REPLYGUARD_METRICS_LISTEN": "127.0.0.1:0"}
        self.enterContext(self.box)
        add(self.box, "anna", "--role", "moderator", "--site", self.box.site)

    def test_sign_ins_leave_the_readers_to_those_who_are_known(self):
        backend = self.box.backend()
        comment = self.box.submit(backend, "So that the key is known.").comment
        request = comment_pb.GetCommentRequest(name=comment.name)
        answers = []

        def sign_in(number):
            answers.append(Browser(self.box.http).sign_in("anna", headers={"X-Forwarded-For": f"2001:db8:0:{number}::1"}))
        strangers = [threading.Thread(target=sign_in, args=[number]) for number in range(8)]
        with self.box.locked("people", "ACCESS EXCLUSIVE"):
            for stranger in strangers:
                stranger.start()
            self.box.wait_for_blocked("people")
            wait_for(lambda: scrape(self.box)[1]["replyguard_calls_in_flight"] == len(strangers), 20, "all to wait")
            self.assertEqual(backend.call(backend.comments.GetComment, request).comment.name, comment.name)
            self.assertEqual(answers, [], "nobody could sign in yet")
        for stranger in strangers:
            stranger.join()
        self.assertEqual([status for status, _ in answers], [200] * len(strangers), answers)

    def test_a_place_is_left_to_those_who_have_signed_in_from_there_before(self):
        answers = {}

        def sign_in(number, network=1):
            answers[number] = Browser(self.box.http).sign_in(
                "anna", headers={"X-Forwarded-For": f"2001:db8:{network}:{number}::1"})[0]
        sign_in(0, network=0)
        # As many as may wait, the two that work, and some to spare.
        strangers = [threading.Thread(target=sign_in, args=[number]) for number in range(1, 25)]
        hers = threading.Thread(target=sign_in, args=[0], kwargs={"network": 0})
        with self.box.locked("people", "ACCESS EXCLUSIVE"):
            del answers[0]
            for stranger in strangers:
                stranger.start()
            wait_for(lambda: len(answers) >= 6, 20, "some to be refused")
            self.assertEqual(set(answers.values()), {429})
            hers.start()
            # In vain, without a place for her.
            hers.join(1)
        for thread in [*strangers, hers]:
            thread.join()
        self.assertEqual(answers[0], 200)


if __name__ == "__main__":
    unittest.main()
