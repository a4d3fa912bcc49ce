import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly icon: TablerIcon;
  readonly title: string;
  /** What would be here. */
  readonly children?: ReactNode;
  /** The button that makes it so. */
  readonly action?: ReactNode;
}

/** An empty place that teaches: what would be here, and the button that makes it so. */
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
