/** The stored value of a key; undefined when it is missing or not valid JSON. */
export function readSessionStorage<T>(key: string): T | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}
