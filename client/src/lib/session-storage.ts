/** What this tab keeps under a name; undefined where there is nothing, or nothing that can be read. */
export function readSessionStorage<T>(key: string): T | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}
