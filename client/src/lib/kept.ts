/** What this tab keeps under a name; undefined where there is nothing, or nothing that can be read. */
export function readKept<T>(slot: string): T | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(slot) ?? 'null') as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}
