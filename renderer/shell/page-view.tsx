import { Button } from '@mantine/core';
import { IconServer } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { assertNever } from '../../shared/errors.ts';
import { OverviewPage } from '../features/overview/overview-page.tsx';
import { SoonPage } from '../features/soon/soon-page.tsx';
import { useHostsLoaded, useSelectedHost } from '../stores/hosts.ts';
import { type PageId, setPage, useView } from '../stores/view.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PLACES } from './places.ts';

// The window paints before the code of the other pages is read.
const HostsFirstRun = lazy(async () => ({ default: (await import('../features/hosts/hosts-first-run.tsx')).HostsFirstRun }));
const GpuPage = lazy(async () => ({ default: (await import('../features/gpu/gpu-page.tsx')).GpuPage }));
const ServicesPage = lazy(async () => ({ default: (await import('../features/services/services-page.tsx')).ServicesPage }));
const LogsPage = lazy(async () => ({ default: (await import('../features/journal/logs-page.tsx')).LogsPage }));
const GatewayPage = lazy(async () => ({ default: (await import('../features/gateway/gateway-page.tsx')).GatewayPage }));
const ModelsPage = lazy(async () => ({ default: (await import('../features/models/models-page.tsx')).ModelsPage }));
const PlaygroundPage = lazy(async () => ({ default: (await import('../features/images/playground-page.tsx')).PlaygroundPage }));
const SettingsPage = lazy(async () => ({ default: (await import('../features/settings/settings-page.tsx')).SettingsPage }));

/** The page that is open. */
export function PageView() {
  const page = useView((view) => view.page);
  const isLoaded = useHostsLoaded();
  const host = useSelectedHost();
  if (!isLoaded) return null;
  // A page begins anew for another host: nothing of one may be seen under the name of the other. Settings is of no host.
  const subject = page === 'settings' ? '' : (host?.id ?? '');
  return (
    <Suspense fallback={null} key={`${page} ${subject}`}>
      <Shown page={page} hasHost={host !== null} />
    </Suspense>
  );
}

function Shown({ page, hasHost }: { readonly page: PageId; readonly hasHost: boolean }) {
  switch (page) {
    case 'overview':
      return hasHost ? <OverviewPage /> : <HostsFirstRun />;
    case 'gpu':
      return hasHost ? <GpuPage /> : <NoHost page={page} what="its GPU" />;
    case 'services':
      return hasHost ? <ServicesPage /> : <NoHost page={page} what="its services" />;
    case 'logs':
      return hasHost ? <LogsPage /> : <NoHost page={page} what="its logs" />;
    case 'gateway':
      return hasHost ? <GatewayPage /> : <NoHost page={page} what="its gateway" />;
    case 'playground':
      return hasHost ? <PlaygroundPage /> : <NoHost page={page} what="what it makes" />;
    case 'models':
      return hasHost ? <ModelsPage /> : <NoHost page={page} what="its models" />;
    case 'setup':
    case 'checks': {
      const { label, icon } = placeOf(page);
      return <SoonPage id={page} title={label} icon={icon} />;
    }
    case 'settings':
      return <SettingsPage />;
    default:
      return assertNever(page);
  }
}

function placeOf(page: PageId) {
  return PLACES.find((place) => place.id === page) ?? { label: page, icon: IconServer };
}

function NoHost({ page, what }: { readonly page: PageId; readonly what: string }) {
  return (
    <Page title={placeOf(page).label} state="No host is picked">
      <EmptyState
        icon={IconServer}
        title="No host is picked"
        action={
          <Button size="sm" variant="filled" onClick={() => setPage('overview')}>
            Pick a host
          </Button>
        }
      >
        Pick the machine to look after, and {what} will be shown here.
      </EmptyState>
    </Page>
  );
}
