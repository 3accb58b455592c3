// A table that scrolls by itself where it is too wide, and is a list of cards on a narrow screen: each cell then says which
// column it is of.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function TableWrap({ label, children }: { label: string; children: ComponentChildren }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const heads = [...(ref.current?.querySelectorAll("thead th") ?? [])].map((head) => head.textContent ?? "");
    for (const row of ref.current?.querySelectorAll("tbody tr") ?? []) {
      [...row.children].forEach((cell, at) => { (cell as HTMLElement).dataset.label = heads[at] ?? ""; });
    }
  });
  return <div ref={ref} class="table-wrap" tabIndex={0} role="region" aria-label={label}>{children}</div>;
}
