import { useEffect, useEffectEvent, useState, type RefObject } from 'react';
import { pageTranslate } from '../i18n/page.ts';
import { announce } from '../lib/announce.ts';

/** What a combobox offers; options of one group are together. */
export type Option<T> = { id: string; group: string; text: string; detail: string; value: T };

export type ReadOptions<T> = (text: string, signal: AbortSignal) => Promise<Option<T>[]>;

const PAUSE_MS = 150;
const MIN_LENGTH = 2;

/** The options for what is typed, read once the typing pauses. The request for an earlier text is aborted. */
export function useOptions<T>(input: RefObject<HTMLInputElement | null>, readOptions: ReadOptions<T>) {
  const [options, setOptions] = useState<Option<T>[]>([]);

  const show = useEffectEvent(async (text: string, signal: AbortSignal) => {
    const found = await readOptions(text, signal);
    if (signal.aborted) return;
    setOptions(found);
    if (found.length > 0)
      announce(
        pageTranslate()('{count, plural, one {# suggestion} other {# suggestions}}', { count: found.length }),
      );
  });

  useEffect(() => {
    const field = input.current;
    if (!field) return;
    let pause: ReturnType<typeof setTimeout> | undefined;
    let request: AbortController | undefined;
    const stop = () => {
      clearTimeout(pause);
      request?.abort();
    };
    const onInput = () => {
      stop();
      const text = field.value.trim();
      const { signal } = (request = new AbortController());
      if (text.length < MIN_LENGTH) setOptions([]);
      else pause = setTimeout(() => void show(text, signal), PAUSE_MS);
    };
    const onBlur = () => {
      stop();
      setOptions([]);
    };
    field.addEventListener('input', onInput);
    field.addEventListener('blur', onBlur);
    // The script may have loaded after the first letters.
    if (document.activeElement === field && field.value !== field.defaultValue) onInput();
    return () => {
      stop();
      field.removeEventListener('input', onInput);
      field.removeEventListener('blur', onBlur);
    };
  }, [input]);

  return { options, close: () => setOptions([]) };
}
