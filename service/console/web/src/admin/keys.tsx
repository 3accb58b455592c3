export function KeysPage(_: { site: string }) { return null; }
