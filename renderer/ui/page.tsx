import type { ReactNode } from 'react';

export interface PageProps {
  readonly title: string;
  /** One line: the current state. */
  readonly state?: ReactNode;
  /** The primary action, at the right. */
  readonly action?: ReactNode;
  /** The page fills the window's height and its content scrolls (logs). */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: title, one line of state, primary action, then cards on one grid. */
export function Page({ title, state, action, fill = false, children }: PageProps) {
  return (
    <div className="ada-page" data-fill={fill || undefined}>
      <header className="ada-page-head">
        <div className="ada-page-words">
          <h1 className="ada-page-title">{title}</h1>
          <div className="ada-page-state">{state ?? '\u00a0'}</div>
        </div>
        {action === undefined ? null : <div className="ada-page-action">{action}</div>}
      </header>
      <div className="ada-page-body">{children}</div>
    </div>
  );
}
