import './report.css';
import { Button, Checkbox, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type MadeReport, REPORT_FORMATS, type ReportFormat } from '../../../shared/capabilities/report/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { addNotice } from '../../stores/notices.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { fieldOf, isSpanChoice, SPANS, type SpanChoice, spanOf } from './spans.ts';
import { describeMade, describeSaved, FORMATS, TEXT } from './text.ts';

const DAY_MS = 86_400_000;

interface Choice {
  readonly span: SpanChoice;
  readonly from: string;
  readonly to: string;
  readonly monitoring: boolean;
  readonly configuration: boolean;
}

/** Makes a report of a span, shows it and saves it. */
export function ReportDialog({ onClose }: { readonly onClose: () => void }) {
  useReturnFocus();
  const { report } = useHostBridge();
  const [choice, setChoice] = useState<Choice>(firstChoice);
  const [format, setFormat] = useState<ReportFormat>('html');
  const [made, setMade] = useState<MadeReport | null>(null);
  const [work, setWork] = useState<'making' | 'saving' | null>(null);
  const [refusal, setRefusal] = useState<PanelError | null>(null);
  const span = spanOf(choice.span, choice, Date.now());
  const hasPart = choice.monitoring || choice.configuration;
  /** What is shown no longer is what was chosen. */
  const choose = (next: Partial<Choice>): void => {
    setChoice({ ...choice, ...next });
    setMade(null);
  };
  const attempt = async (what: 'making' | 'saving', run: () => Promise<void>): Promise<void> => {
    setWork(what);
    setRefusal(null);
    try {
      await run();
    } catch (thrown) {
      setRefusal(toPanelError(thrown));
    } finally {
      setWork(null);
    }
  };
  const make = (): Promise<void> =>
    attempt('making', async () => {
      const { monitoring, configuration } = choice;
      const wanted = spanOf(choice.span, choice, Date.now());
      if (wanted !== null) setMade(await report.make({ ...wanted, monitoring, configuration }));
    });
  const save = (): Promise<void> =>
    attempt('saving', async () => {
      const { savedTo } = await report.save({ format });
      if (savedTo !== null) addNotice('good', describeSaved(savedTo));
    });
  return (
    <Modal opened onClose={onClose} title={TEXT.title} size="xl">
      <Stack gap="sm">
        <SpanFields choice={choice} isBad={span === null} onChange={choose} />
        <Checkbox
          label={TEXT.monitoring}
          description={TEXT.monitoringAbout}
          checked={choice.monitoring}
          onChange={(event) => choose({ monitoring: event.currentTarget.checked })}
        />
        <Checkbox
          label={TEXT.configuration}
          description={TEXT.configurationAbout}
          error={hasPart ? undefined : TEXT.noParts}
          checked={choice.configuration}
          onChange={(event) => choose({ configuration: event.currentTarget.checked })}
        />
        {refusal === null ? null : <ErrorNotice error={refusal} />}
        <Text size="sm" c="dimmed" role="status">
          {made === null ? TEXT.noPreview : describeMade(made.takenAt, made.elapsedMs)}
        </Text>
        {made === null ? null : (
          <section className="report-preview" aria-label={TEXT.preview}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls is reached by the keyboard */}
            <pre className="ada-code" tabIndex={0}>
              {made.markdown}
            </pre>
          </section>
        )}
        <Group justify="space-between" gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={TEXT.format}
            data={[...FORMATS]}
            value={format}
            onChange={(value) => setFormat(REPORT_FORMATS.find((known) => known === value) ?? 'html')}
          />
          <Group gap="xs">
            <Button size="sm" onClick={onClose}>
              {TEXT.close}
            </Button>
            <Button
              size="sm"
              variant={made === null ? 'filled' : 'default'}
              loading={work === 'making'}
              disabled={!hasPart || span === null || work !== null}
              onClick={() => void make()}
            >
              {made === null ? TEXT.make : TEXT.makeAgain}
            </Button>
            {made === null ? null : (
              <Button size="sm" variant="filled" loading={work === 'saving'} disabled={work !== null} onClick={() => void save()}>
                {TEXT.save}
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}

function firstChoice(): Choice {
  const nowMs = Date.now();
  return { span: '48', from: fieldOf(nowMs - DAY_MS), to: fieldOf(nowMs), monitoring: true, configuration: true };
}

function SpanFields(p: { readonly choice: Choice; readonly isBad: boolean; readonly onChange: (next: Partial<Choice>) => void }) {
  const { choice, isBad, onChange } = p;
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="sm"
        aria-label={TEXT.span}
        data={[...SPANS]}
        value={choice.span}
        disabled={!choice.monitoring}
        data-autofocus
        onChange={(value) => {
          if (isSpanChoice(value)) onChange({ span: value });
        }}
      />
      {choice.span !== 'custom' ? null : (
        <Group gap="sm" align="flex-start">
          <TextInput
            type="datetime-local"
            label={TEXT.from}
            value={choice.from}
            error={isBad ? TEXT.badSpan : undefined}
            onChange={(event) => onChange({ from: event.currentTarget.value })}
          />
          <TextInput
            type="datetime-local"
            label={TEXT.to}
            value={choice.to}
            onChange={(event) => onChange({ to: event.currentTarget.value })}
          />
        </Group>
      )}
    </Stack>
  );
}
