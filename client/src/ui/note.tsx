import type { ReactNode, Ref } from 'react';
import { Icon, type IconName } from './icon.tsx';

type Props = {
  kind?: 'plain' | 'stop' | 'hold' | 'free' | 'mine';
  icon: IconName;
  title: ReactNode;
  role?: 'alert' | 'status';
  level?: 2 | 3;
  children?: ReactNode;
  id?: string;
  ref?: Ref<HTMLDivElement>;
};

/** An inline message. With a ref it can be focused, which error summaries need. */
export function Note({ kind = 'plain', icon, title, role, level = 2, children, id, ref }: Props) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div
      className={kind === 'plain' ? 'note' : `note note--${kind}`}
      role={role}
      id={id}
      ref={ref}
      tabIndex={ref ? -1 : undefined}
    >
      <Icon name={icon} />
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}
