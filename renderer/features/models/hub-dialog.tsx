import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ModelsState } from '../../../shared/capabilities/models/contract.ts';
import type { HubDetails } from '../../../shared/capabilities/models/hub-contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { AccessToken } from '../../../shared/identifiers.ts';
import { bridge } from '../../bridge.ts';
import { useGpuStatus } from '../../stores/gpu.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { attempt } from '../../stores/notices.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { HubFacts } from './hub-facts.tsx';
import { describeAfterwards, describeDialog, describeInstallOf, describeNeeds, HUB_TEXT } from './hub-text.ts';
import { bytesWith, type Needs } from './needs.ts';
import { chosenOffer, fitOf, isAllowed } from './offer-fit.ts';
import { OfferList } from './offer-list.tsx';
import { useInstall } from './use-install.ts';

/** What was chosen: a repository, and where it is known, what of it, and what has to be installed before it. */
export interface HubChoice {
  readonly id: string;
  readonly source: string | null;
  readonly needs: Needs;
}

export interface HubDialogProps {
  readonly choice: HubChoice;
  readonly state: ModelsState;
  readonly hostLabel: string;
  readonly onClose: () => void;
}

/** A model of Hugging Face before it is installed: licence and access first, then what of it, its size and whether it fits. */
export function HubDialog({ choice, state, hostLabel, onClose }: HubDialogProps) {
  const host = useHostBridge();
  useReturnFocus();
  const details = useQuery({
    queryKey: ['models.hubModel', state.hostId, choice.id],
    queryFn: () => host.models.hubModel({ id: choice.id }),
    staleTime: 60_000,
  });
  const { install, asking, error } = useInstall();
  const start = (source: string, bytes: number | null, token: string | null): void =>
    void install({ sources: [...choice.needs.sources, source], bytes, token }).then((began) => (began ? onClose() : undefined));
  return (
    <Modal opened onClose={onClose} title={describeDialog(choice.id, hostLabel)} size="lg">
      <Stack gap="md">
        {details.error !== null ? (
          <>
            <ErrorNotice error={toPanelError(details.error)} tone="warning" />
            <Group justify="space-between" gap="xs">
              <Text size="sm">{HUB_TEXT.unlisted}</Text>
              <Button size="sm" variant="default" loading={asking !== null} onClick={() => start(choice.source ?? choice.id, null, null)}>
                {describeInstallOf(null)}
              </Button>
            </Group>
          </>
        ) : details.data === undefined ? (
          <Text size="sm" role="status">
            {HUB_TEXT.loading}
          </Text>
        ) : (
          <Offer
            details={details.data}
            source={choice.source}
            needs={choice.needs}
            state={state}
            isAsking={asking !== null}
            onStart={start}
          />
        )}
        {error === null ? null : <ErrorNotice error={error} />}
      </Stack>
    </Modal>
  );
}

interface OfferProps {
  readonly details: HubDetails;
  readonly source: string | null;
  readonly needs: Needs;
  readonly state: ModelsState;
  readonly isAsking: boolean;
  /** `bytes` includes what is needed before it. */
  readonly onStart: (source: string, bytes: number | null, token: string | null) => void;
}

function Offer({ details, source, needs, state, isAsking, onStart }: OfferProps) {
  const host = useHostBridge();
  const { gpus } = useGpuStatus();
  const [picked, setPicked] = useState(source);
  const [token, setToken] = useState('');
  const { model, offers } = details;
  const isRestricted = model.gated !== 'no' || model.isPrivate;
  // Every call makes InvokeAI query Hugging Face, so it is read where it matters.
  const login = useQuery({
    queryKey: ['models.hfLogin', state.hostId],
    queryFn: () => host.models.hfLogin(),
    enabled: isRestricted,
    staleTime: 300_000,
  });
  const sizes = gpus.flatMap(({ memoryTotalMiB }) => memoryTotalMiB ?? []);
  const room = { freeBytes: state.disk?.freeBytes ?? null, vramMiB: sizes.length === 0 ? null : Math.max(...sizes), needs };
  const offer = chosenOffer(offers, picked, (one) => fitOf(one, room).obstacle === null);
  const tokenProblem = token.trim() === '' ? undefined : fieldProblem(AccessToken, token);
  const hasToken = token.trim() !== '' && tokenProblem === undefined;
  const fit = offer === null ? null : fitOf(offer, room);
  const bytes = offer === null ? null : bytesWith(needs, offer);
  // The dialog is there before its details.
  const first = useRef<HTMLInputElement & HTMLButtonElement>(null);
  useEffect(() => first.current?.focus({ preventScroll: true }), []);
  const obstacle = fit?.obstacle ?? (isAllowed(details, login.data, hasToken) ? null : HUB_TEXT.needsToken);
  return (
    <>
      <HubFacts details={details} />
      {isRestricted ? (
        <section className="models-gated" aria-label={HUB_TEXT.access}>
          <StatusWord tone="warning" word={model.isPrivate ? HUB_TEXT.privateSteps : HUB_TEXT.gatedTitle} />
          {model.isPrivate ? null : <p className="models-small">{HUB_TEXT.gatedSteps}</p>}
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <PasswordInput
              ref={first}
              className="models-token"
              size="xs"
              label={HUB_TEXT.token}
              description={HUB_TEXT.tokenNote}
              placeholder="hf_…"
              value={token}
              error={tokenProblem}
              autoComplete="off"
              onChange={(event) => setToken(event.currentTarget.value)}
            />
            <Button
              size="xs"
              variant="default"
              leftSection={<IconExternalLink size={14} aria-hidden />}
              onClick={() => attempt(() => bridge.app.openModelPage({ id: model.id }))}
            >
              {HUB_TEXT.openPage}
            </Button>
          </Group>
        </section>
      ) : null}
      {offer === null ? (
        <Text size="sm">{HUB_TEXT.nothing}</Text>
      ) : (
        <>
          <OfferList offers={offers} chosen={offer.source} onChoose={setPicked} />
          <dl className="models-facts models-small">
            {needs.sources.length === 0 ? null : (
              <div>
                <dt>{HUB_TEXT.needs}</dt>
                <dd>{describeNeeds(needs)}</dd>
              </div>
            )}
            <div>
              <dt>{HUB_TEXT.fetched}</dt>
              <dd>{bytes === null ? HUB_TEXT.unknown : formatBytes(bytes)}</dd>
            </div>
            <div>
              <dt>{HUB_TEXT.afterwards}</dt>
              <dd>{describeAfterwards(bytes, state.disk)}</dd>
            </div>
          </dl>
          {obstacle !== null ? (
            <StatusWord tone="warning" word={obstacle} />
          ) : fit?.warning == null ? null : (
            <StatusWord tone="warning" word={fit.warning} />
          )}
          <Group justify="flex-end" gap="xs">
            <Button
              ref={isRestricted ? undefined : first}
              size="sm"
              variant="filled"
              disabled={obstacle !== null || tokenProblem !== undefined}
              loading={isAsking}
              onClick={() => onStart(offer.source, bytes, isRestricted && hasToken ? token.trim() : null)}
            >
              {describeInstallOf(bytes)}
            </Button>
          </Group>
        </>
      )}
    </>
  );
}
