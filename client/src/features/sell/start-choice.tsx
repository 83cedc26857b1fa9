import { useTranslate } from '#use-translate';
import type { LocalInstant } from '../../lib/wall-clock.ts';

/** Asks which of two instants is meant when the clocks go back over the local time. */
export function StartChoice({ choices }: { choices: LocalInstant[] }) {
  const t = useTranslate();
  return (
    <fieldset>
      <legend className="label">{t('Which of the two?')}</legend>
      <div className="choices choices--two">
        {choices.map(({ iso, offset }, i) => (
          <label className="choice" key={iso}>
            <input type="radio" name="startsAtInstant" value={iso} />
            <span>
              <b>{i === 0 ? t('The first') : t('The second')}</b>
              <span className="meta">
                {i === 0
                  ? t('Before the clocks go back, UTC{offset}', { offset })
                  : t('After the clocks go back, UTC{offset}', { offset })}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
