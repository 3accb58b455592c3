export function SpamPage(_: { site: string }) { return null; }
