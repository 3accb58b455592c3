export function SearchPage(_: { site: string }) { return null; }
