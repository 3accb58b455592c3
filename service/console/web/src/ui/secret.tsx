// Something that is shown once, to be copied.
import { say } from "./toast";

export function Secret({ text, label }: { text: string; label: string }) {
  return (
    <div class="secret-box">
      <input readOnly aria-label={label} value={text} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="button" onClick={() => void navigator.clipboard?.writeText(text).then(() => say("Copied."))}>Copy</button>
    </div>
  );
}
