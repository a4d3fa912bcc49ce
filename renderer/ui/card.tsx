import { type ReactNode, useId } from 'react';

export interface CardProps {
  readonly title?: string;
  /** At the right of the title: a number, a link, a button. */
  readonly aside?: ReactNode;
  /** Less room inside, for small figures. */
  readonly compact?: boolean;
  /** A quiet title over a figure, in place of a heading's weight. */
  readonly quietTitle?: boolean;
  readonly className?: string;
  /** The id by which the card can be scrolled to. */
  readonly anchor?: string;
  /** The whole card leads there, by its title: `hint` says where to. Controls inside of it keep their own clicks. */
  readonly leadsTo?: { readonly hint: string; readonly open: () => void };
  readonly children: ReactNode;
}

/** A surface with a heading; a named region for screen readers when it has a title. */
export function Card({ title, aside, compact = false, quietTitle = false, className, anchor, leadsTo, children }: CardProps) {
  const id = useId();
  return (
    <section
      id={anchor}
      className={className === undefined ? 'ada-card' : `ada-card ${className}`}
      data-compact={compact || undefined}
      data-leads={leadsTo !== undefined || undefined}
      aria-labelledby={title === undefined ? undefined : id}
    >
      {title === undefined && aside === undefined ? null : (
        <div className="ada-card-head">
          {title === undefined ? (
            <span />
          ) : (
            <h2 className="ada-card-title" data-quiet={quietTitle || undefined} id={id}>
              {leadsTo === undefined ? (
                title
              ) : (
                <button type="button" className="ada-card-link" title={leadsTo.hint} onClick={leadsTo.open}>
                  {title}
                </button>
              )}
            </h2>
          )}
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
