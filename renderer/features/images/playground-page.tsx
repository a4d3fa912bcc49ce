import './playground.css';
import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters, RouteId, RouteState } from '../../../shared/capabilities/images/contract.ts';
import { bridgeOf } from '../../bridge.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { clearRefusal, draftFrom, noteRefusal, parametersOf, receiveRun, useDeleted, useDraft, useRunHead } from '../../stores/images.ts';
import { usePageIntent, useView } from '../../stores/view.ts';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ActionButton } from '../overview/action-button.tsx';
import { defaultRoute } from './default-route.ts';
import { GalleryCard } from './gallery-card.tsx';
import { ImageDialog } from './image-dialog.tsx';
import { PromptForm } from './prompt-form.tsx';
import { RunCard } from './run-card.tsx';
import { describeGeneratingVia, describeSendingVia, describeUnavailable, ROUTE_TEXT, TEXT } from './text.ts';
import { UnsavedCard } from './unsaved-card.tsx';
import { useImageImport } from './use-image-import.ts';

const RECHECK_INTERVAL_MS = 8_000;
const NO_ROUTES: readonly RouteState[] = [];

function start(hostId: string | null, by: RouteId, parameters: ImageParameters): void {
  if (hostId === null) return;
  clearRefusal(hostId);
  bridgeOf(hostId)
    .images.start({ route: by, parameters })
    .then(
      (run) => receiveRun(hostId, run),
      (thrown: unknown) => noteRefusal(hostId, thrown),
    );
}

/** Sends prompts by any route and shows the images. */
export function PlaygroundPage() {
  const hostCalls = useHostBridge();
  const host = useHostProfile();
  const connection = useConnectionState().kind;
  const draft = useDraft();
  const run = useRunHead();
  const [opened, setOpened] = useState<readonly GalleryImage[]>([]);
  const [toCompare, setToCompare] = useState<GalleryImage | null>(null);
  const routes = useQuery({
    queryKey: ['images.routes', host?.id, connection],
    queryFn: () => hostCalls.images.routes(),
    refetchInterval: RECHECK_INTERVAL_MS,
  });
  const known = routes.data ?? NO_ROUTES;
  const [usual, setUsual] = useState<{ readonly hostId: string | null; readonly route: RouteId } | null>(null);
  const hostId = host?.id ?? null;
  const route = draft.route ?? defaultRoute(known, usual?.hostId === hostId ? usual.route : null);
  const state = known.find((one) => one.route === route);
  const isReady = state?.isReady === true;
  // A route that was ready once stays selected on this host, so that the selection never changes without the operator.
  useEffect(() => {
    if (isReady) setUsual({ hostId, route });
  }, [isReady, hostId, route]);
  const isRunning = run?.kind === 'running';
  const isImageOver = useImageImport();
  const deleted = useDeleted();
  // A deleted image can no longer be compared.
  const compared = toCompare !== null && deleted.includes(toCompare.pictureId) ? null : toCompare;

  // Stable callbacks keep the form and the gallery from being drawn again for every preview.
  const generate = useCallback(() => start(hostId, route, parametersOf(draft)), [hostId, route, draft]);
  const again = useCallback(
    (parameters: ImageParameters, by: RouteId, { reuseSeed }: { readonly reuseSeed: boolean }): void => {
      setOpened([]);
      draftFrom(parameters, { reuseSeed });
      start(hostId, by, { ...parameters, seed: reuseSeed ? parameters.seed : null });
    },
    [hostId],
  );
  const open = useCallback(
    (image: GalleryImage): void => {
      setOpened(compared === null || compared.pictureId === image.pictureId ? [image] : [compared, image]);
      setToCompare(null);
    },
    [compared],
  );
  const compareFrom = useCallback((image: GalleryImage): void => {
    setOpened([]);
    setToCompare(image);
  }, []);
  const wanted = useView(({ target }) => target?.image);
  useEffect(() => {
    if (wanted !== undefined) setOpened([wanted]);
  }, [wanted]);
  usePageIntent({ generate: isRunning ? undefined : generate });
  return (
    <Page
      title={TEXT.title}
      state={<StateLine running={isRunning ? run.route : null} selected={route} state={state} />}
      action={
        compared === null ? undefined : (
          <Button size="sm" variant="light" rightSection={<IconX size={15} aria-hidden />} onClick={() => setToCompare(null)}>
            {TEXT.selectSecond}
          </Button>
        )
      }
    >
      <div className="play-columns" data-dropping={isImageOver || undefined}>
        <PromptForm draft={draft} route={route} routes={known} onGenerate={generate} />
        <div className="play-right">
          <UnsavedCard />
          <RunCard onAgain={again} onCompare={compareFrom} />
          <GalleryCard onOpen={open} onCompare={compareFrom} onCompareAll={setOpened} picked={compared?.pictureId ?? null} />
        </div>
      </div>
      {opened.length === 0 ? null : (
        <ImageDialog
          images={opened}
          onClose={() => setOpened([])}
          onAgain={(image, o) => again(image.parameters, image.route, o)}
          onCompare={compareFrom}
        />
      )}
    </Page>
  );
}

interface StateLineProps {
  readonly running: RouteId | null;
  readonly selected: RouteId;
  readonly state: RouteState | undefined;
}

/** Shows the route of the current run, else the selected route with the reason why it cannot be used. */
function StateLine({ running, selected, state }: StateLineProps) {
  if (running !== null) return <StatusWord tone="busy" word={describeGeneratingVia(ROUTE_TEXT[running].label)} />;
  if (state?.isReady === false) return <Unavailable route={selected} message={state.message} />;
  return describeSendingVia(ROUTE_TEXT[selected].label);
}

/** Shows the cause and the remedy found by the diagnosis, else the reason reported by the route. */
function Unavailable({ route, message }: { readonly route: RouteId; readonly message: string }) {
  const cause = useDiagnosis().problems.find(({ link, isPast }) => !isPast && link !== null && link !== 'gateway');
  const remedy = cause?.actions.find(({ kind }) => kind === 'service');
  return (
    <Group gap="sm">
      <StatusWord tone="bad" word={describeUnavailable(ROUTE_TEXT[route].label, cause?.error.message ?? message)} />
      {remedy === undefined ? null : <ActionButton action={remedy} />}
    </Group>
  );
}
