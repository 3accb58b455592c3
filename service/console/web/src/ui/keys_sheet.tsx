// The sheet that lists what each key does, here and now.
import { keyboard } from "../lib/keys";
import { useStore } from "../lib/store";
import { Dialog } from "./dialog";

const names: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", " ": "Space", Escape: "Esc" };

export const keyLabel = (key: string) => names[key] ?? key;

export function KeysSheet({ onClose }: { onClose: () => void }) {
  const groups = useStore(keyboard, (value) => value.groups);
  return (
    <Dialog title="One key an act" onClose={onClose}>
      <div class="keys-sheet">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.filter(({ hidden }) => !hidden).map(({ key, does }) => (
                <div key={key}><dt><kbd>{keyLabel(key)}</kbd></dt><dd>{does}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="muted small">Keys rest while you type in a field. Esc leaves the field.</p>
    </Dialog>
  );
}
