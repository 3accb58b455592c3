export function SitesPage(_: { site: string }) { return null; }
