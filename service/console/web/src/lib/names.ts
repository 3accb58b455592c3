// Resource names: "sites/{site}/comments/{comment}" and the like.

export function siteOf(name: string): string {
  return name.split("/")[1] ?? "";
}

// The last part, which is unique in its collection.
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

export function siteName(site: string): string {
  return `sites/${site || "-"}`;
}
