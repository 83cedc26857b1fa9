import type { ReactNode } from 'react';

/** The tag <ref> of messages: a number that people pass on. */
export const reference = (content: ReactNode[]) => <span className="ref">{content}</span>;
