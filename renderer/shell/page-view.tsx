import { Button } from '@mantine/core';
import { IconFlask, IconServer } from '@tabler/icons-react';
import { lazy, Suspense, useEffect } from 'react';
import { type PageEntry, pageOf } from '../pages.tsx';
import { HostProvider } from '../stores/host-context.tsx';
import { labStateOf, showLab, useHostsLoaded, useHostsState, useShownHostId } from '../stores/hosts.ts';
import { setPage, useView } from '../stores/view.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Page } from '../ui/page.tsx';
import { TEXT } from './text.ts';

const HostsFirstRun = lazy(async () => ({ default: (await import('../features/hosts/hosts-first-run.tsx')).HostsFirstRun }));

/** The open page, about the selected host. */
export function PageView() {
  const page = pageOf(useView((view) => view.page));
  const hostId = useShownHostId();
  if (!useHostsLoaded()) return null;
  // A page remounts for another host: no value of one host may appear under the name of another.
  const key = page.needsHost ? `${page.id} ${hostId ?? ''}` : page.id;
  return (
    <Suspense fallback={null} key={key}>
      <HostProvider hostId={hostId}>
        <Shown page={page} hostId={hostId} />
        <ScrollToSection />
      </HostProvider>
    </Suspense>
  );
}

/** Scrolls to the card that the page was opened for; it may appear only once its data has arrived. */
function ScrollToSection() {
  const section = useView((view) => view.target?.section);
  const target = useView((view) => view.target);
  useEffect(() => {
    if (section === undefined || target === null) return;
    const show = (): boolean => {
      const card = document.getElementById(section);
      card?.scrollIntoView({ block: 'start' });
      return card !== null;
    };
    if (show()) return;
    const main = document.getElementById('main');
    const observer = new MutationObserver(() => {
      if (show()) observer.disconnect();
    });
    if (main !== null) observer.observe(main, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [section, target]);
  return null;
}

function Shown({ page, hostId }: { readonly page: PageEntry; readonly hostId: string | null }) {
  const state = useHostsState();
  const lab = labStateOf(state, hostId);
  const { load: View } = page;
  if (!page.needsHost || state.hosts.some(({ id }) => id === hostId)) return <View />;
  if (lab?.kind === 'starting') return <LabStarting page={page} />;
  if (lab?.kind === 'failed') {
    return (
      <Page title={page.label} state={TEXT.labNotStarted}>
        <ErrorNotice error={lab.error} action={<Button onClick={() => hostId !== null && showLab(hostId)}>{TEXT.retry}</Button>} />
      </Page>
    );
  }
  return page.id === 'overview' ? <HostsFirstRun /> : <NoHost page={page} />;
}

function LabStarting({ page }: { readonly page: PageEntry }) {
  return (
    <Page title={page.label} state={TEXT.starting}>
      <EmptyState icon={IconFlask} title={TEXT.startingLab}>
        {TEXT.startingLabHint}
      </EmptyState>
    </Page>
  );
}

function NoHost({ page }: { readonly page: PageEntry }) {
  return (
    <Page title={page.label} state={TEXT.noHost}>
      <EmptyState
        icon={IconServer}
        title={TEXT.noHost}
        action={
          <Button size="sm" variant="filled" onClick={() => setPage('overview')}>
            {TEXT.selectHost}
          </Button>
        }
      >
        {page.summary}.
      </EmptyState>
    </Page>
  );
}
