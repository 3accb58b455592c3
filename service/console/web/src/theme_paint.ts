// Which colours are shown: the chosen ones, or those of the system.
export type Theme = "system" | "light" | "dark";

export const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

export function storedTheme(): Theme {
  try {
    const chosen = localStorage.getItem("theme");
    return chosen === "light" || chosen === "dark" ? chosen : "system";
  } catch {
    return "system"; // no storage allowed
  }
}

export function paint(theme: Theme): void {
  const system = systemIsDark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme === "system" ? system : theme;
}
