// Light, dark, or as the system has it.
import { Store } from "./lib/store";
import { paint, storedTheme, systemIsDark, type Theme } from "./theme_paint";

export type { Theme };

export const theme = new Store<{ theme: Theme }>({ theme: storedTheme() });

systemIsDark.addEventListener("change", () => paint(theme.value.theme));

export function setTheme(next: Theme): void {
  paint(next);
  try {
    localStorage.setItem("theme", next);
  } catch {
    // It holds as long as the page.
  }
  theme.set({ theme: next });
}
