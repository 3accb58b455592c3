// Which sites there are for this person, and which one the views are about.
import { Store } from "./lib/store";

export interface Place {
  id: string;
  displayName: string;
}

export const places = new Store<{ sites: Place[]; site: string }>({ sites: [], site: "" });

export function chooseSite(site: string): void {
  places.set({ site });
  try {
    sessionStorage.setItem("site", site);
  } catch {
    // It is then forgotten with the page.
  }
}

export function rememberSite(): void {
  let kept: string | null = null;
  try {
    kept = sessionStorage.getItem("site");
  } catch {
    return;
  }
  if (kept && places.value.sites.some(({ id }) => id === kept)) places.set({ site: kept });
}

// The site that the views are about, where there is but one.
export const theSite = (): string => places.value.site || (places.value.sites.length === 1 ? places.value.sites[0]!.id : "");

export const siteLabel = (id: string): string => places.value.sites.find((place) => place.id === id)?.displayName ?? id;

// Moderators of every site are not told which there are: they are known by their comments.
export function noticeSites(ids: Iterable<string>): void {
  const known = new Set(places.value.sites.map(({ id }) => id));
  const fresh = [...new Set(ids)].filter((id) => !known.has(id)).sort();
  if (fresh.length) places.set({ sites: [...places.value.sites, ...fresh.map((id) => ({ id, displayName: id }))] });
}
