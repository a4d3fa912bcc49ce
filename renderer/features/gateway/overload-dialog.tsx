import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type AdmissionRow, OVERLOAD_LIMITS, type OverloadPlan } from '../../../shared/capabilities/gateway/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

const { minRequests, maxRequests, maxSteps } = OVERLOAD_LIMITS;
const SIZES = ['512x512', '768x768', '1024x1024'] as const;

/** Says what the overload test will do, and what should come of it, before it does it. */
export function OverloadDialog({ row, onClose }: { readonly row: AdmissionRow; readonly onClose: () => void }) {
  useReturnFocus();
  const [requests, setRequests] = useState(Math.max(minRequests, Math.min(maxRequests, (row.limit ?? 2) + 1)));
  const [size, setSize] = useState<OverloadPlan['size']>('1024x1024');
  const [steps, setSteps] = useState(20);
  const free = row.available;
  const passes = free === null ? null : Math.min(requests, free);
  const hostCalls = useHostBridge();
  const [refusal, setRefusal] = useState<PanelError | null>(null);
  const start = () => {
    setRefusal(null);
    hostCalls.gateway
      .startOverload({ backendClass: row.backendClass, requests, size, steps })
      .then(onClose, (thrown: unknown) => setRefusal(toPanelError(thrown)));
  };
  return (
    <Modal opened onClose={onClose} title={`Overload test: ${row.backendClass}, images`} size="md">
      <Stack gap="sm">
        <Group grow align="flex-start">
          <NumberInput
            label="Requests at once"
            value={requests}
            min={minRequests}
            max={maxRequests}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) => setRequests(Math.max(minRequests, Number(value) || minRequests))}
            data-autofocus
          />
          <NumberInput
            label="Steps each"
            value={steps}
            min={1}
            max={maxSteps}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) => setSteps(Math.max(1, Number(value) || 1))}
          />
        </Group>
        <SegmentedControl
          aria-label="Size of the pictures"
          value={size}
          onChange={(value) => setSize(SIZES.find((known) => known === value) ?? '1024x1024')}
          data={SIZES.map((known) => ({ value: known, label: known.replace('x', ' × ') }))}
        />
        <Text size="sm">
          {passes === null
            ? 'How many slots are free is not told, so what should come of it is not known.'
            : `${free} of ${row.limit ?? '?'} slots are free: ${passes} should pass, ${requests - passes} should be turned away at once with 429.`}
        </Text>
        <Text size="sm" c="dimmed">
          Other users will get 429 too. Results are discarded. Cancel only stops waiting: slots stay in use until the gateway has finished
          the images.
        </Text>
        {refusal === null ? null : <ErrorNotice error={refusal} />}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button size="sm" variant="filled" onClick={start}>
            Send {requests} requests
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
