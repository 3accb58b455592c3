// Signing in and out, and what one may see then.
import { createClient, Code, ConnectError } from "@connectrpc/connect";
import { AccountService } from "@gen/account_service_pb";
import { Membership_Role, type Person } from "@gen/account_pb";
import { transport } from "../api/transport";
import { isAway } from "../api/errors";
import { idOf } from "../lib/names";
import { places, rememberSite } from "../places";
import { dismissAll } from "../ui/toast";
import { enter, leave, session, startAfresh } from "./state";
import { plainName } from "../lib/text";

export const accounts = createClient(AccountService, transport);

const kAwayRetryMs = 1_500;

// What a person may see: the sites of the memberships; operators learn of all the others, and of their names, from the server.
async function findPlaces(person: Person): Promise<void> {
  const named = person.memberships.map(({ site }) => idOf(site)).filter((site) => site !== "-");
  places.set({ sites: named.map((id) => ({ id, displayName: id })) });
  rememberSite();
  if (!person.memberships.some(({ role }) => role === Membership_Role.OPERATOR)) return;
  const { listSites } = await import("../admin/client");
  const sites = await listSites().catch(() => undefined);
  if (!sites) return;
  const seen = new Set(sites.map(({ name }) => idOf(name)));
  places.set({
    sites: [
      ...sites.map(({ name, displayName }) => ({ id: idOf(name), displayName: plainName(displayName) || idOf(name) })),
      ...named.filter((id) => !seen.has(id)).map((id) => ({ id, displayName: id })),
    ],
  });
  rememberSite();
}

function entered(person: Person | undefined, csrf: string): void {
  if (!person) return;
  dismissAll(); // what was said on the way in
  const operates = person.memberships.filter(({ role }) => role === Membership_Role.OPERATOR);
  enter({
    name: person.name, displayName: person.displayName || idOf(person.name), operator: operates.length > 0,
    operatorOfAll: operates.some(({ site }) => site === "sites/-"),
  }, csrf);
  void findPlaces(person);
}

export async function resume(): Promise<void> {
  for (;;) {
    try {
      const { person, csrfToken } = await accounts.getSession({});
      entered(person, csrfToken);
      return;
    } catch (error) {
      if (!isAway(error)) {
        leave();
        return;
      }
      session.set({ away: true });
      await new Promise((resolve) => setTimeout(resolve, kAwayRetryMs));
    }
  }
}

export async function signIn(handle: string, password: string, code: string): Promise<void> {
  const before = session.value.person?.name;
  const { person, csrfToken } = await accounts.signIn({ handle, password, code });
  // Somebody else than before: what is on the screen is not theirs.
  if (before && before !== person?.name) {
    startAfresh();
    return;
  }
  entered(person, csrfToken);
}

export async function signOut(): Promise<void> {
  try {
    await accounts.signOut({});
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
  }
  startAfresh();
}
