// Light, dark, or as the system has it.
import { Store } from "./lib/store";

export type Theme = "system" | "light" | "dark";

const first = document.documentElement.dataset.theme;
export const theme = new Store<{ theme: Theme }>({ theme: first === "light" || first === "dark" ? first : "system" });

export function setTheme(next: Theme): void {
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch {
    // It holds as long as the page.
  }
  theme.set({ theme: next });
}
