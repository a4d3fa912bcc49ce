import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly icon: TablerIcon;
  readonly title: string;
  /** What will appear in this place. */
  readonly children?: ReactNode;
  /** The button that fills the place. */
  readonly action?: ReactNode;
}

/** An empty place: what will appear there, and the button that fills it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="ada-empty">
      <Icon size={28} stroke={1.4} aria-hidden />
      <p className="ada-empty-title">{title}</p>
      {children === undefined ? null : <div className="ada-empty-text">{children}</div>}
      {action}
    </div>
  );
}
