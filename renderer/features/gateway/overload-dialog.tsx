import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type AdmissionRow, OVERLOAD_LIMITS, type OverloadPlan } from '../../../shared/capabilities/gateway/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { describeExpected, describeImageSize, describeOverloadTarget, describeSend, TEXT } from './text.ts';

const { minRequests, maxRequests, maxSteps } = OVERLOAD_LIMITS;
const SIZES = ['512x512', '768x768', '1024x1024'] as const;

/** Sets up the overload test and shows the expected result before it starts. */
export function OverloadDialog({ row, onClose }: { readonly row: AdmissionRow; readonly onClose: () => void }) {
  useReturnFocus();
  const [requests, setRequests] = useState(Math.max(minRequests, Math.min(maxRequests, (row.limit ?? 2) + 1)));
  const [size, setSize] = useState<OverloadPlan['size']>('1024x1024');
  const [steps, setSteps] = useState(20);
  const hostCalls = useHostBridge();
  const [refusal, setRefusal] = useState<PanelError | null>(null);
  const start = () => {
    setRefusal(null);
    hostCalls.gateway
      .startOverload({ backendClass: row.backendClass, requests, size, steps })
      .then(onClose, (thrown: unknown) => setRefusal(toPanelError(thrown)));
  };
  return (
    <Modal opened onClose={onClose} title={describeOverloadTarget(row.backendClass)} size="md">
      <Stack gap="sm">
        <Group grow align="flex-start">
          <NumberInput
            label={TEXT.requests}
            value={requests}
            min={minRequests}
            max={maxRequests}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) => setRequests(Math.max(minRequests, Number(value) || minRequests))}
            data-autofocus
          />
          <NumberInput
            label={TEXT.stepsEach}
            value={steps}
            min={1}
            max={maxSteps}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) => setSteps(Math.max(1, Number(value) || 1))}
          />
        </Group>
        <SegmentedControl
          aria-label={TEXT.imageSize}
          value={size}
          onChange={(value) => setSize(SIZES.find((known) => known === value) ?? '1024x1024')}
          data={SIZES.map((known) => ({ value: known, label: describeImageSize(known) }))}
        />
        <Text size="sm">{describeExpected({ requests, free: row.available, limit: row.limit })}</Text>
        <Text size="sm" c="dimmed">
          {TEXT.overloadWarning}
        </Text>
        {refusal === null ? null : <ErrorNotice error={refusal} />}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" variant="default" onClick={onClose}>
            {TEXT.cancel}
          </Button>
          <Button size="sm" variant="filled" onClick={start}>
            {describeSend(requests)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
