// One key an act. A view tells its keys while it is there; the sheet of keys lists them.
import { useEffect, useRef } from "preact/hooks";
import { Store } from "./store";

export interface Key {
  key: string; // as KeyboardEvent.key tells it
  does: string;
  run: () => void;
  hidden?: boolean; // another key for what is listed already
}

export const keyboard = new Store<{ groups: { title: string; keys: readonly Key[] }[] }>({ groups: [] });

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

export function useKeys(title: string, keys: readonly Key[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  const shape = keys.map(({ key }) => key).join("");
  useEffect(() => {
    const group = { title, get keys() { return latest.current; } };
    keyboard.set({ groups: [...keyboard.value.groups, group] });
    return () => keyboard.set({ groups: keyboard.value.groups.filter((other) => other !== group) });
  }, [title, shape]);
}

// As if somebody had pressed it: for those who have no keyboard.
export function press(key: string): void {
  keyboard.value.groups.flatMap(({ keys }) => keys).find((one) => one.key === key)?.run();
}

export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || document.querySelector("[popover]:popover-open")) return;
    if (takesText(event.target)) return;
    // Enter and the space bar press the button that has the focus.
    if ((event.key === "Enter" || event.key === " ") && event.target instanceof HTMLElement &&
        event.target.closest("button, a, summary")) return;
    for (const group of [...keyboard.value.groups].reverse()) {
      const found = group.keys.find(({ key }) => key === event.key);
      if (found) {
        event.preventDefault();
        if (!event.repeat || "jk".includes(event.key) || event.key.startsWith("Arrow")) found.run();
        return;
      }
    }
  });
}
