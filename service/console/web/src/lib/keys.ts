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

// A control of these types takes no text: only the keys that work it are its own.
const pressed = new Set(["checkbox", "radio", "button", "submit", "reset", "file", "color", "range"]);
const moves = /^(Arrow|Home$|End$|Page|Enter$| $)/;

// The select that was last clicked or touched. One that was reached by the keyboard keeps every key, as one types to choose.
let pointed: Element | null = null;

function takes(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLSelectElement) return target !== pointed || moves.test(key);
  if (target instanceof HTMLInputElement && pressed.has(target.type)) {
    return key === " " || (["radio", "range"].includes(target.type) && moves.test(key));
  }
  return target.isContentEditable || ["INPUT", "TEXTAREA"].includes(target.tagName);
}

// Whoever chose with the mouse goes on with keys: the select gives the focus back.
function listenToSelects(): void {
  document.addEventListener("pointerdown", (event) => {
    pointed = event.target instanceof Element ? event.target.closest("select") : null;
  }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Tab") pointed = null; }, true);
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement && target === pointed && !target.closest("dialog, form")) target.blur();
  });
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
  listenToSelects();
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || document.querySelector("[popover]:popover-open")) return;
    if (takes(event.target, event.key)) return;
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
