import './playground.css';
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters, RouteId, RouteState } from '../../../shared/capabilities/images/contract.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useHostProfile } from '../../stores/hosts.ts';
import { changeDraft, draftFrom, parametersOf, useDraft } from '../../stores/images.ts';
import { useRouteAtWork, useRunCounts } from '../../stores/runs.ts';
import { usePageIntent, useView } from '../../stores/view.ts';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ActionButton } from '../overview/action-button.tsx';
import { CompareDialog } from './compare/compare-dialog.tsx';
import { closeComparison, openComparison, takeIntoComparison, useComparison } from './compare/compare-store.ts';
import { COMPARE_TEXT } from './compare/text.ts';
import { defaultRoute } from './default-route.ts';
import { ImageViewer } from './gallery/image-viewer.tsx';
import { GalleryCard } from './gallery-card.tsx';
import { PromptForm } from './prompt-form.tsx';
import { RunCard } from './run-card.tsx';
import { usePickedRun } from './runs/picked-run.ts';
import { startForm, startRun } from './runs/run-actions.ts';
import { RunsCard } from './runs/runs-card.tsx';
import { SheetDialog } from './sweep/sheet-dialog.tsx';
import { SweepDialog } from './sweep/sweep-dialog.tsx';
import { useSweepOpen } from './sweep/sweep-form.ts';
import { describeGeneratingVia, describeSendingVia, describeUnavailable, ROUTE_TEXT, TEXT } from './text.ts';
import { UnsavedCard } from './unsaved-card.tsx';
import { useImageImport } from './use-image-import.ts';
import { useRoutes } from './use-routes.ts';

/** Sends prompts by any route and shows the images. */
export function PlaygroundPage() {
  const host = useHostProfile();
  const draft = useDraft();
  const routeAtWork = useRouteAtWork();
  const [, pickRun] = usePickedRun();
  const [, openSweep] = useSweepOpen();
  const [opened, setOpened] = useState<GalleryImage | null>(null);
  const adding = useComparison(({ state, images }) => (state === 'adding' ? images : null));
  const known = useRoutes();
  const [usual, setUsual] = useState<{ readonly hostId: string | null; readonly route: RouteId } | null>(null);
  const hostId = host?.id ?? null;
  const route = draft.route ?? defaultRoute(known, usual?.hostId === hostId ? usual.route : null);
  const state = known.find((one) => one.route === route);
  const isReady = state?.isReady === true;
  // A route that was ready once stays selected on this host, so that the selection never changes without the operator.
  useEffect(() => {
    if (isReady) setUsual({ hostId, route });
  }, [isReady, hostId, route]);
  const isImageOver = useImageImport();
  // Stable callbacks keep the form and the gallery from being drawn again for every preview.
  const generate = useCallback(() => {
    pickRun(null);
    startForm(hostId, route, parametersOf(draft), null);
  }, [hostId, route, draft, pickRun]);
  const again = useCallback(
    (parameters: ImageParameters, by: RouteId, { reuseSeed }: { readonly reuseSeed: boolean }): void => {
      setOpened(null);
      draftFrom(parameters, { reuseSeed });
      pickRun(null);
      startRun(hostId, by, { ...parameters, seed: reuseSeed ? parameters.seed : null });
    },
    [hostId, pickRun],
  );
  const open = useCallback((image: GalleryImage): void => {
    if (!takeIntoComparison(image)) setOpened(image);
  }, []);
  const compareFrom = useCallback((image: GalleryImage): void => {
    setOpened(null);
    openComparison([image]);
  }, []);
  const wanted = useView(({ target }) => target?.image);
  useEffect(() => {
    if (wanted !== undefined) setOpened(wanted);
  }, [wanted]);
  const wantedModel = useView(({ target }) => target?.model);
  useEffect(() => {
    if (wantedModel !== undefined) changeDraft({ model: wantedModel });
  }, [wantedModel]);
  usePageIntent({ generate, sweep: () => openSweep(true) });
  return (
    <Page
      title={TEXT.title}
      state={
        <div className="play-state">
          <StateLine running={routeAtWork} selected={route} state={state} />
        </div>
      }
      action={
        adding === null ? undefined : (
          <Button size="sm" variant="light" rightSection={<IconX size={15} aria-hidden />} onClick={closeComparison}>
            {COMPARE_TEXT.selectMore}
          </Button>
        )
      }
    >
      <div className="play-columns" data-dropping={isImageOver || undefined}>
        <PromptForm draft={draft} route={route} routes={known} onGenerate={generate} />
        <div className="play-right">
          <UnsavedCard />
          <RunCard onAgain={again} onCompare={compareFrom} />
          <RunsCard />
          <GalleryCard onOpen={open} onCompare={compareFrom} onCompareAll={openComparison} picked={adding?.at(-1)?.pictureId ?? null} />
        </div>
      </div>
      <SweepDialog draft={draft} route={route} state={state} />
      <SheetDialog />
      <CompareDialog />
      {opened === null ? null : (
        <ImageViewer
          key={opened.pictureId}
          image={opened}
          onClose={() => setOpened(null)}
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
  const counts = useRunCounts();
  if (running !== null) return <StatusWord tone="busy" word={describeGeneratingVia(ROUTE_TEXT[running].label, counts)} />;
  if (state?.isReady === false) return <Unavailable route={selected} message={state.message} />;
  return describeSendingVia(ROUTE_TEXT[selected].label);
}

/** Shows the cause and the remedy found by the diagnosis, else the reason reported by the route. */
function Unavailable({ route, message }: { readonly route: RouteId; readonly message: string }) {
  const cause = useDiagnosis().problems.find(({ link, isPast }) => !isPast && link !== null && link !== 'gateway');
  const remedy = cause?.actions.find(({ kind }) => kind === 'service');
  return (
    <>
      <StatusWord tone="bad" word={describeUnavailable(ROUTE_TEXT[route].label, cause?.error.message ?? message)} />
      {remedy === undefined ? null : <ActionButton action={remedy} />}
    </>
  );
}
