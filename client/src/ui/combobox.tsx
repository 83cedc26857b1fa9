'use client';

import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { useTranslate } from '#use-translate';
import { useOptions, type Option, type ReadOptions } from './use-options.ts';

const LIST_ID = 'suggestions';

/** Where the keys lead from the active option: after the last comes the text itself (-1), then the first. */
export function nextActive(key: string, active: number, count: number): number | undefined {
  if (key === 'ArrowDown') return active + 1 < count ? active + 1 : -1;
  if (key === 'ArrowUp') return active === -1 ? count - 1 : active - 1;
  return undefined;
}

type Props<T> = {
  input: RefObject<HTMLInputElement | null>;
  readOptions: ReadOptions<T>;
  onChoose: (value: T) => void;
};

/**
 * Makes a text field an editable combobox with list autocomplete (WAI-ARIA Authoring Practices). The focus stays in the
 * field. The list is in the top layer, so it neither moves nor is cut off by what is around the field.
 */
export function Combobox<T>({ input, readOptions, onChoose }: Props<T>) {
  const { options, close } = useOptions(input, readOptions);
  const [marked, setMarked] = useState({ options, active: -1 });
  const active = marked.options === options ? marked.active : -1;

  function choose({ value }: Option<T>) {
    close();
    onChoose(value);
  }

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (options.length === 0 || event.isComposing) return;
    const next = nextActive(event.key, active, options.length);
    const option = options[active];
    if (next !== undefined) setMarked({ options, active: next });
    else if (event.key === 'Enter' && option) choose(option);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const field = input.current;
    field?.addEventListener('keydown', onKeyDown);
    return () => field?.removeEventListener('keydown', onKeyDown);
  }, [input]);

  const activeId = options[active]?.id;
  useEffect(() => {
    const field = input.current;
    if (!field) return;
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-expanded', String(options.length > 0));
    if (options.length > 0) field.setAttribute('aria-controls', LIST_ID);
    else field.removeAttribute('aria-controls');
    if (activeId) field.setAttribute('aria-activedescendant', activeId);
    else field.removeAttribute('aria-activedescendant');
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [input, options, activeId]);

  if (options.length === 0) return null;
  return <List input={input} options={options} activeId={activeId} choose={choose} />;
}

type ListProps<T> = {
  input: RefObject<HTMLInputElement | null>;
  options: Option<T>[];
  activeId: string | undefined;
  choose: (option: Option<T>) => void;
};

function List<T>({ input, options, activeId, choose }: ListProps<T>) {
  const t = useTranslate();
  const list = useRef<HTMLDivElement>(null);
  const groups = [...new Set(options.map(({ group }) => group))];
  useLayoutEffect(() => {
    const field = input.current?.closest('.field');
    if (!list.current || !field) return;
    const { left, bottom, width } = field.getBoundingClientRect();
    Object.assign(list.current.style, {
      left: `${left + window.scrollX}px`,
      top: `${bottom + window.scrollY}px`,
      width: `${width}px`,
    });
    list.current.showPopover();
  }, [input]);
  return (
    <div
      ref={list}
      className="suggest"
      popover="manual"
      id={LIST_ID}
      role="listbox"
      aria-label={t('Suggestions')}
      // Keeps the focus in the field.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {groups.map((group) => {
        const own = options.filter((option) => option.group === group);
        return (
          <div key={group} role="group" aria-label={group}>
            <p className="small" aria-hidden="true">
              {group}
            </p>
            {own.map((option) => (
              <div
                key={option.id}
                id={option.id}
                className="suggest__option"
                role="option"
                aria-selected={option.id === activeId}
                onClick={() => choose(option)}
              >
                <bdi>{option.text}</bdi>
                {option.detail && <span className="small">{option.detail}</span>}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}
