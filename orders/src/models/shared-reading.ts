/**
 * Lets all who ask for the same thing at once share one reading. Nobody gets one that began before they asked, so it
 * shows everything that was done by then; who comes during a reading gets the next.
 */
export function sharedReading<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const readings = new Map<string, { running: Promise<T>; next?: Promise<T> }>();

  function begin(key: string): Promise<T> {
    const reading: { running: Promise<T>; next?: Promise<T> } = { running: read(key) };
    readings.set(key, reading);
    const end = () => {
      if (!reading.next) readings.delete(key);
    };
    reading.running.then(end, end);
    return reading.running;
  }

  return (key) => {
    const reading = readings.get(key);
    if (!reading) return begin(key);
    const again = () => begin(key);
    return (reading.next ??= reading.running.then(again, again));
  };
}
