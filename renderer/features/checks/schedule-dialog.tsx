import { Button, Checkbox, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { CheckInfo, CheckSchedule } from '../../../shared/capabilities/checks/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useChecksChange, useChecksPart } from '../../stores/checks.ts';
import { addNotice } from '../../stores/notices.ts';
import { useOfNow } from '../../ui/clock.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { costOf } from './rows.ts';
import { describeNext, describeScheduleSaved } from './run-text.ts';
import { TEXT } from './text.ts';

const INITIAL_HOURS = 6;
const MIN_HOURS = 1;
const MAX_HOURS = 168;

export interface ScheduleDialogProps {
  readonly schedule: CheckSchedule | null;
  readonly checks: readonly CheckInfo[];
  readonly onClose: () => void;
}

/** When checks run without being started, and which. */
export function ScheduleDialog({ schedule, checks, onClose }: ScheduleDialogProps) {
  useReturnFocus();
  const change = useChecksChange();
  const nextAt = useChecksPart((state) => state.nextAt);
  const next = useOfNow((nowMs) => (nextAt === null ? null : describeNext(nextAt, nowMs)));
  const [isOn, setOn] = useState(schedule !== null);
  const [hours, setHours] = useState<string | number>(schedule?.everyHours ?? INITIAL_HOURS);
  const [withImages, setWithImages] = useState(schedule?.withImages ?? false);
  const [refusal, setRefusal] = useState<PanelError | null>(null);
  const everyHours = Number(hours);
  const isValid = Number.isInteger(everyHours) && everyHours >= MIN_HOURS && everyHours <= MAX_HOURS;
  const save = async (): Promise<void> => {
    try {
      await change.run((host) => host.checks.setSchedule({ schedule: isOn ? { everyHours, withImages } : null }));
      addNotice('good', isOn ? describeScheduleSaved(everyHours) : TEXT.scheduleOff);
      onClose();
    } catch (thrown) {
      setRefusal(toPanelError(thrown));
    }
  };
  return (
    <Modal opened onClose={onClose} title={TEXT.scheduleTitle} size="md">
      <Stack gap="sm">
        <Checkbox label={TEXT.runOnSchedule} checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} data-autofocus />
        <NumberInput
          label={TEXT.everyHours}
          suffix=" h"
          value={hours}
          min={MIN_HOURS}
          max={MAX_HOURS}
          allowDecimal={false}
          allowNegative={false}
          disabled={!isOn}
          error={isValid || !isOn ? undefined : TEXT.hoursRange}
          maw={160}
          onChange={setHours}
        />
        {costOf(checks).image.length === 0 ? null : (
          <Checkbox
            label={TEXT.withImages}
            checked={withImages}
            disabled={!isOn}
            onChange={(event) => setWithImages(event.currentTarget.checked)}
          />
        )}
        <Text size="sm" c="dimmed">
          {TEXT.scheduleNote}
          {schedule === null || next === null ? null : (
            <>
              {' '}
              <span className="ada-number">{next}.</span>
            </>
          )}
        </Text>
        {refusal === null ? null : <ErrorNotice error={refusal} />}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" onClick={onClose}>
            {TEXT.cancel}
          </Button>
          <Button size="sm" variant="filled" disabled={isOn && !isValid} onClick={() => void save()}>
            {TEXT.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
