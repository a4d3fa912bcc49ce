import { Button, Group, Popover, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { parseMoment } from '../../../shared/parse-moment.ts';
import { showMoment, showRange } from '../../stores/journal/past.ts';
import { usePageIntent } from '../../stores/view.ts';
import { stampOf } from './log-text.ts';
import { TEXT } from './text.ts';

const QUICK = ['10 min ago', '1 h ago', 'yesterday 09:00'] as const;

/** Jumps to a time or shows a range. */
export function TimeJump({ isDisabled }: { readonly isDisabled: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [mode, setMode] = useState<'moment' | 'range'>('moment');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('now');
  usePageIntent(isDisabled ? {} : { time: () => setOpen(true) });
  const now = Date.now();
  const fromMs = parseMoment(from, now);
  const toMs = parseMoment(to, now);
  const isBackwards = mode === 'range' && fromMs !== null && toMs !== null && toMs <= fromMs;
  const isReady = fromMs !== null && (mode === 'moment' || (toMs !== null && !isBackwards));

  const go = (event: FormEvent) => {
    event.preventDefault();
    if (fromMs === null || !isReady) return;
    setOpen(false);
    void (mode === 'moment' || toMs === null ? showMoment(fromMs) : showRange(fromMs, toMs));
  };
  const unreadable = (typed: string, at: number | null) => (typed !== '' && at === null ? TEXT.timeExamples : null);

  return (
    <Popover opened={isOpen} onChange={setOpen} width={320} position="bottom-start" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconClock size={14} />} onClick={() => setOpen(!isOpen)} disabled={isDisabled}>
          {TEXT.time}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <form onSubmit={go}>
          <Stack gap="xs">
            <SegmentedControl
              size="xs"
              value={mode}
              onChange={(value) => setMode(value === 'range' ? 'range' : 'moment')}
              data={[
                { value: 'moment', label: TEXT.jumpTo },
                { value: 'range', label: TEXT.range },
              ]}
            />
            <TextInput
              size="xs"
              label={mode === 'moment' ? TEXT.dateAndTime : TEXT.from}
              placeholder={TEXT.timePlaceholder}
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
              error={unreadable(from, fromMs)}
              data-autofocus
            />
            {mode === 'range' ? (
              <TextInput
                size="xs"
                label={TEXT.to}
                value={to}
                onChange={(event) => setTo(event.currentTarget.value)}
                error={isBackwards ? TEXT.endBeforeStart : unreadable(to, toMs)}
              />
            ) : (
              <Group gap={4}>
                {QUICK.map((quick) => (
                  <Button key={quick} size="compact-xs" variant="light" color="gray" onClick={() => setFrom(quick)}>
                    {quick}
                  </Button>
                ))}
              </Group>
            )}
            <Text size="xs" c="dimmed">
              {fromMs === null ? TEXT.timeZone : stampOf(fromMs).slice(0, 19)}
              {mode === 'range' && toMs !== null && fromMs !== null ? ` to ${stampOf(toMs).slice(0, 19)}` : ''}
            </Text>
            <Button size="xs" type="submit" disabled={!isReady}>
              {mode === 'moment' ? TEXT.jump : TEXT.show}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
