// Reading what a view shows: the answer, the error, and reading it again.
import { useCallback, useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  loading: boolean;
  reload: () => void;
  set: (change: (data: T) => T) => void;
}

// Reads when a part of `of` changes; what was read stays until the next answer, unless `of` is another.
export function useLoad<T>(read: () => Promise<T>, of: readonly unknown[]): Loaded<T> {
  const key = JSON.stringify(of);
  const [state, setState] = useState<{ key: string; data?: T; error?: unknown }>({ key: "" });
  const [version, setVersion] = useState(0);
  const [loading, setLoading] = useState(true);
  useEffect(() => {
    let current = true;
    setLoading(true);
    read().then(
      (data) => { if (current) setState({ key, data }); },
      (error: unknown) => { if (current) setState({ key, error }); },
    ).finally(() => { if (current) setLoading(false); });
    return () => { current = false; };
  }, [key, version]);
  const reload = useCallback(() => setVersion((before) => before + 1), []);
  const set = useCallback((change: (data: T) => T) => {
    setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) }));
  }, []);
  const fits = state.key === key;
  return { data: fits ? state.data : undefined, error: fits ? state.error : undefined, loading, reload, set };
}

// Reading page by page: what was read before stays.
export function usePages<T>(read: (token: string) => Promise<{ items: T[]; next: string }>, of: readonly unknown[]) {
  const first = useLoad(() => read(""), of);
  const [reading, setReading] = useState(false);
  const more = async () => {
    const { data } = first;
    if (!data?.next || reading) return;
    setReading(true);
    try {
      const page = await read(data.next);
      first.set((before) => ({ items: [...before.items, ...page.items], next: page.next }));
    } finally {
      setReading(false);
    }
  };
  return { ...first, items: first.data?.items, more: first.data?.next ? more : undefined };
}
