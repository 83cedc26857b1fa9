import { posterPath } from '../lib/paths.ts';

type Props = {
  id: string;
  category?: string | undefined;
  /** The first one of its page, the largest thing on a phone: it comes before the scripts. */
  isFirst?: boolean;
  size?: 'whole' | 'thumb';
};

/** Always decorative, so the alternative text is empty. */
export function PosterImage({ id, category, isFirst = false, size = 'whole' }: Props) {
  const [width, height] = size === 'whole' ? [400, 500] : [44, 44];
  return (
    <img
      src={posterPath(id, category)}
      alt=""
      width={width}
      height={height}
      loading={isFirst ? 'eager' : 'lazy'}
      fetchPriority={isFirst ? 'high' : undefined}
      decoding="async"
    />
  );
}
