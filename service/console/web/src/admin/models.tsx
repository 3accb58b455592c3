export function ModelsPage(_: { site: string }) { return null; }
