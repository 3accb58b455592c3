export function RulesPage(_: { site: string }) { return null; }
