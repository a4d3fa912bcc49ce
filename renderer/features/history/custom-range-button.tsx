import { Button, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconCalendarTime } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { formatDateTime } from '../../../shared/format.ts';
import { parseMoment } from '../../../shared/parse-moment.ts';
import { useSettings } from '../../stores/settings.ts';
import { useChartGroup, useZoom } from '../../ui/time-series/chart-group.tsx';
import { problemOfRange } from './custom-range.ts';
import { describeSpan, TEXT } from './text.ts';

/** Shows the charts from one typed moment to another. The button names the stretch while it is no range up to now. */
export function CustomRange() {
  const group = useChartGroup();
  const zoom = useZoom();
  const [isOpen, setOpen] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const nowMs = Date.now();
  const fromMs = parseMoment(from, nowMs);
  const toMs = parseMoment(to, nowMs);
  const problem = problemOfRange(fromMs, toMs, nowMs, useSettings().data.keepDays);
  const open = () => {
    setFrom(zoom === null ? '' : formatDateTime(zoom.fromMs));
    setTo(zoom === null ? 'now' : formatDateTime(zoom.toMs));
    setOpen(true);
  };
  const show = (event: FormEvent) => {
    event.preventDefault();
    if (fromMs === null || toMs === null || problem !== null) return;
    group.setState({ zoom: { fromMs, toMs }, crosshairMs: null });
    setOpen(false);
  };
  const unreadable = (typed: string, at: number | null) => (typed.trim() !== '' && at === null ? TEXT.timeExamples : null);
  return (
    <Popover opened={isOpen} onChange={setOpen} width={300} position="bottom-start" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant={zoom === null ? 'default' : 'light'}
          size="xs"
          leftSection={<IconCalendarTime size={14} aria-hidden />}
          onClick={() => (isOpen ? setOpen(false) : open())}
        >
          {zoom === null ? TEXT.customRange : describeSpan(zoom)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <form onSubmit={show}>
          <Stack gap="xs">
            <TextInput
              size="xs"
              label={TEXT.from}
              placeholder={TEXT.fromPlaceholder}
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
              error={unreadable(from, fromMs)}
              data-autofocus
            />
            <TextInput
              size="xs"
              label={TEXT.to}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
              error={unreadable(to, toMs) ?? problem}
            />
            <Text size="xs" c="dimmed">
              {fromMs !== null && toMs !== null && problem === null ? describeSpan({ fromMs, toMs }) : TEXT.timeExamples}
            </Text>
            <Button type="submit" size="xs" variant="filled" disabled={fromMs === null || toMs === null || problem !== null}>
              {TEXT.showRange}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
