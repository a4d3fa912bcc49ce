import { Checkbox, Group, Modal, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract/index.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';

import { useHostBridge } from '../../stores/host-context.tsx';
import { useServiceActions } from '../../stores/services.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { describeFound, describeNoMatch, describePinDialog, TEXT } from './text.ts';

type Found = CallOutput<'services.discover'>;

const MAX_SHOWN = 200;

export interface PinDialogProps {
  readonly isOpen: boolean;
  readonly pinned: ReadonlySet<string>;
  /** Units of image generation, which are listed without being pinned. */
  readonly alwaysListed: ReadonlySet<string>;
  readonly hostLabel: string;
  readonly onClose: () => void;
}

/** All services of the host, with a checkbox each for those on the page. */
export function PinDialog({ isOpen, pinned, alwaysListed, hostLabel, onClose }: PinDialogProps) {
  const hostCalls = useHostBridge();
  const serviceActions = useServiceActions();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<PanelError | null>(null);
  const [typed, setTyped] = useState('');
  /** Changes that the pushed state does not contain yet. */
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());

  useEffect(() => {
    if (!isOpen) return;
    setError(null);
    setChanged(new Map());
    hostCalls.services.discover().then(setFound, (thrown: unknown) => setError(toPanelError(thrown)));
  }, [isOpen, hostCalls]);

  const wanted = typed.trim().toLowerCase();
  const fitting = (found ?? []).filter((unit) => `${unit.name} ${unit.description}`.toLowerCase().includes(wanted));
  const isPinned = (unit: string) => changed.get(unit) ?? pinned.has(unit);
  const toggle = async (unit: string) => {
    const next = !isPinned(unit);
    setChanged(new Map(changed).set(unit, next));
    try {
      await hostCalls.services.pin({ unit, pinned: next });
      await serviceActions.refresh();
    } catch (thrown) {
      setError(toPanelError(thrown));
      setChanged(new Map(changed).set(unit, !next));
    }
  };

  return (
    <Modal opened={isOpen} onClose={onClose} title={describePinDialog(hostLabel)} size="lg">
      <Stack gap="sm">
        <TextInput
          size="sm"
          placeholder={TEXT.searchPlaceholder}
          aria-label={TEXT.searchServices}
          leftSection={<IconSearch size={15} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        {error === null ? null : <ErrorNotice error={error} />}
        <ScrollArea h={380} type="auto">
          <Stack gap={0}>
            {fitting.slice(0, MAX_SHOWN).map((unit) => (
              <Checkbox
                key={unit.name}
                size="sm"
                py={6}
                checked={isPinned(unit.name) || alwaysListed.has(unit.name)}
                disabled={alwaysListed.has(unit.name)}
                onChange={() => void toggle(unit.name)}
                label={
                  <>
                    {/* The name of a disabled checkbox must stay readable. */}
                    <Text span inherit c="var(--ada-text)">
                      {shortUnitName(unit.name)}
                    </Text>{' '}
                    <Text span size="xs" c="dimmed">
                      {unit.activeState} · {unit.description}
                      {alwaysListed.has(unit.name) ? ` · ${TEXT.alwaysListedNote}` : ''}
                    </Text>
                  </>
                }
              />
            ))}
          </Stack>
          {found === null && error === null ? <Text size="sm">{TEXT.loadingServices}</Text> : null}
          {found !== null && fitting.length === 0 ? (
            <Text size="sm" c="dimmed">
              {describeNoMatch(typed)}
            </Text>
          ) : null}
        </ScrollArea>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {found === null ? '' : describeFound(fitting.length, MAX_SHOWN)}
          </Text>
        </Group>
      </Stack>
    </Modal>
  );
}
