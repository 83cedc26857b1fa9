import { PosterImage } from './poster-image.tsx';

type Props = { id: string; category?: string | undefined; title: string; when: string };

/** A poster with title and date printed on it, so that no two events look alike. The page says both beside it. */
export function PrintedPoster({ id, category, title, when }: Props) {
  return (
    <div className="printed" aria-hidden="true">
      <PosterImage id={id} category={category} isFirst />
      <p className="printed__text">
        <b dir="auto">{title}</b>
        <span>{when}</span>
      </p>
    </div>
  );
}
