import { lazy, type ReactNode, Suspense } from 'react';
import { Card } from '../../ui/card.tsx';
import { useIsPainted } from '../../ui/use-is-painted.ts';
import { NOW_TEXT, SINCE_TEXT } from './text.ts';

// Both know the words of half the window: they are read once the page is painted. Their cards hold the room from the start.
const NowList = lazy(async () => ({ default: (await import('./now-card.tsx')).NowList }));
const SinceList = lazy(async () => ({ default: (await import('./since-card.tsx')).SinceList }));
const SinceWhen = lazy(async () => ({ default: (await import('./since-card.tsx')).SinceWhen }));

function Late({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
  const isPainted = useIsPainted();
  const room = className === undefined ? null : <div className={className} />;
  return isPainted ? <Suspense fallback={room}>{children}</Suspense> : room;
}

/** What runs or waits now. */
export function NowCard() {
  return (
    <Card title={NOW_TEXT.title} className="ada-now">
      <Late className="ada-now-room">
        <NowList />
      </Late>
    </Card>
  );
}

/** What happened since the window was last looked at. */
export function SinceCard() {
  return (
    <Card
      title={SINCE_TEXT.title}
      aside={
        <Late>
          <SinceWhen />
        </Late>
      }
    >
      <Late className="ada-since-list">
        <SinceList />
      </Late>
    </Card>
  );
}
