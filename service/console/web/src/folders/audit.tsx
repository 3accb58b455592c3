export function AuditPage(_: { site: string }) { return null; }
