// Whether the server answers: what the newest call met. For the word in the header.
import { Store } from "./store";

export const line = new Store<{ away: boolean }>({ away: false });

export function noteAnswer(away: boolean): void {
  if (line.value.away !== away) line.set({ away });
}

window.addEventListener("offline", () => noteAnswer(true));
