export function ImportsPage(_: { site: string }) { return null; }
