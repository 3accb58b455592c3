// Who is signed in, as far as the browser knows.
import { Store } from "../lib/store";

export interface Person {
  name: string; // resource name
  displayName: string;
  operator: boolean;
  operatorOfAll: boolean;
}

export interface SessionState {
  phase: "unknown" | "signed-out" | "signed-in";
  person?: Person;
  csrf: string;
  // A call was refused because the session ended: the views stay, and a dialog asks to sign in again.
  expired: boolean;
  handle?: string; // of whoever has just set a password
  away?: boolean; // the server has not answered yet
}

export const session = new Store<SessionState>({ phase: "unknown", csrf: "", expired: false });

let waiting: (() => void)[] = [];

// Resolves when somebody has signed in again.
export function signedInAgain(): Promise<void> {
  session.set({ expired: true });
  return new Promise((resolve) => waiting.push(resolve));
}

export function enter(person: Person, csrf: string): void {
  session.set({ phase: "signed-in", person, csrf, expired: false });
  const resolvers = waiting;
  waiting = [];
  for (const resolve of resolvers) resolve();
}

export function leave(): void {
  waiting = [];
  session.set({ phase: "signed-out", person: undefined, csrf: "", expired: false });
}

// For whoever signs in next: nothing of what was seen is to stay in memory.
export function startAfresh(): void {
  location.reload();
}
