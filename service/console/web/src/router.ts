// The views and their addresses. The server answers the same page at each of them, and only there.
import { Store, useStore } from "./lib/store";

export const kBase = "/console";

export const routes = [
  "queue", "spam", "search", "audit", "comment", "sites", "rules", "models", "keys", "people", "imports", "account", "invite", "reset", "history",
] as const;

// What the view of the audit is called on the screen leads there, too.
export type Route = Exclude<(typeof routes)[number], "history">;

const here = new Store<{ path: string }>({ path: location.pathname });

export function pathOf(route: Route, query = ""): string {
  return `${kBase}/${route === "queue" ? "" : route}${query}`;
}

export function routeOf(path: string): Route | undefined {
  const part = path.slice(kBase.length).replace(/^\/+|\/+$/g, "");
  if (part === "") return "queue";
  const found = routes.find((route) => route === part);
  return found === "history" ? "audit" : found;
}

export function go(path: string, replace = false): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  here.set({ path: location.pathname });
  document.getElementById("main")?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

window.addEventListener("popstate", () => here.set({ path: location.pathname }));

export function useRoute(): Route | undefined {
  return routeOf(useStore(here, (value) => value.path));
}

export const commentPath = (name: string) => `${pathOf("comment")}#${name}`;

// Links of ours are followed without loading the page anew.
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.origin !== location.origin || link.target || !link.pathname.startsWith(kBase)) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
