// The one way to the server: Connect over the same origin, with the session's cookie and its CSRF token.
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { noteAnswer } from "../lib/line";
import { isAway, isCancelled } from "./errors";
import { session, signedInAgain } from "../session/state";

const kCallMsMax = 20_000;

// Methods that are answered without a session, or that end one: being refused there is an answer, not an expiry.
const outside = new Set(["SignIn", "SignOut", "GetSession", "AcceptInvitation", "ResetPassword"]);

const withSession: Interceptor = (next) => async (request) => {
  for (;;) {
    if (session.value.csrf) request.header.set("x-csrf-token", session.value.csrf);
    const sentWith = session.value.csrf;
    try {
      const answer = await next(request);
      noteAnswer(false);
      return answer;
    } catch (error) {
      if (!isCancelled(error)) noteAnswer(isAway(error));
      const refused = ConnectError.from(error).code === Code.Unauthenticated;
      if (!refused || outside.has(request.method.name) || session.value.phase !== "signed-in") throw error;
      // Signed in again meanwhile, in answer to another call's refusal? Then only try again.
      if (session.value.csrf === sentWith) await signedInAgain();
    }
  }
};

// A call that outlives the page, which is going away: sent at once, its answer unheard.
export function sendWhileLeaving(method: string, message: object): void {
  void fetch(`/replyguard.v1.${method}`, {
    method: "POST", keepalive: true, body: JSON.stringify(message),
    headers: { "content-type": "application/json", "x-csrf-token": session.value.csrf },
  }).catch(() => undefined);
}

export const transport = createConnectTransport({
  baseUrl: location.origin,
  useBinaryFormat: true,
  defaultTimeoutMs: kCallMsMax,
  interceptors: [withSession],
});
