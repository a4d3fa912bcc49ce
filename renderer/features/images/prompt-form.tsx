import { ActionIcon, Button, Group, Kbd, NumberInput, SegmentedControl, Select, Stack, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconDice3, IconSparkles } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { ROUTE_IDS, type RouteId, type RouteState } from '../../../shared/capabilities/images/contract.ts';
import { SCHEDULERS } from '../../../shared/image-graphs/rules.ts';
import { describeShortcut, IS_MAC } from '../../commands/commands.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { changeDraft, type Draft, isRunningNow, useRefusal, useRunHead } from '../../stores/images.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { isComposing } from '../../ui/composing.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { canSend, formProblems } from './form-problems.ts';
import { ImportButton, ImportNotice } from './import-notice.tsx';
import { PRESETS, SIZES } from './presets.ts';
import { RouteLine } from './route-line.tsx';
import { describeMissingModel, describeSize, PRESET_TEXT, ROUTE_TEXT, TEXT } from './text.ts';

const ANY_MODEL = '';
/** Mantine would set a plain `dir` on the wrapper, which holds no text. */
const DIRECTION_OF_TEXT = { input: { dir: 'auto' } };
const DEFAULT_SCHEDULER = '';

export interface PromptFormProps {
  readonly draft: Draft;
  readonly route: RouteId;
  readonly routes: readonly RouteState[];
  readonly onGenerate: () => void;
}

/** The request and its route; values that the route does not accept are marked before sending. */
export const PromptForm = memo(function PromptForm({ draft, route, routes, onGenerate }: PromptFormProps) {
  const hostId = useHostId();
  const promptField = useRef<HTMLTextAreaElement>(null);
  usePageIntent({ prompt: () => promptField.current?.focus() });
  const state = routes.find((known) => known.route === route);
  const models = state?.models ?? [];
  const maxPixels = state?.maxPixels ?? null;
  const problems = formProblems(draft, maxPixels);
  const isGone = draft.model !== null && models.length > 0 && !models.some((model) => model.name === draft.model);
  const schedulers = state?.schedulers ?? SCHEDULERS;
  const isSchedulerMissing = state?.schedulers != null && draft.scheduler !== null && !schedulers.includes(draft.scheduler);
  const canRun = canSend(draft, problems);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (canRun && !isRunningNow(hostId)) onGenerate();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isComposing(event) && event.key === 'Enter' && (event.ctrlKey || event.metaKey) && canRun && !isRunningNow(hostId)) onGenerate();
  };
  const applyPreset = (preset: (typeof PRESETS)[number]): void => {
    const { width, height, steps, guidance, base } = preset;
    changeDraft({ width, height, steps, guidance, model: models.find((model) => model.base === base)?.name ?? null });
  };
  return (
    <Card className="play-form">
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <Stack gap="xs">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={TEXT.sendVia}
            value={route}
            onChange={(value) => changeDraft({ route: ROUTE_IDS.find((known) => known === value) ?? null })}
            data={ROUTE_IDS.map((known) => ({ value: known, label: ROUTE_TEXT[known].label }))}
          />
          <div className="play-route">
            <RouteLine route={route} state={state} />
          </div>
          <Textarea
            ref={promptField}
            label={TEXT.prompt}
            placeholder={TEXT.promptExample}
            attributes={DIRECTION_OF_TEXT}
            value={draft.prompt}
            error={problems.prompt}
            rows={3}
            onChange={(event) => changeDraft({ prompt: event.currentTarget.value })}
          />
          <TextInput
            label={TEXT.negativePrompt}
            placeholder={TEXT.negativePromptExample}
            attributes={DIRECTION_OF_TEXT}
            error={problems.negativePrompt}
            value={draft.negativePrompt}
            onChange={(event) => changeDraft({ negativePrompt: event.currentTarget.value })}
          />
          <Group gap="xs">
            {PRESETS.map((preset) => (
              <Tooltip key={preset.id} label={PRESET_TEXT[preset.id].tip}>
                <Button size="xs" variant="default" onClick={() => applyPreset(preset)}>
                  {PRESET_TEXT[preset.id].label}
                </Button>
              </Tooltip>
            ))}
            <ImportButton />
          </Group>
          <ImportNotice />
          <Select
            label={TEXT.model}
            value={draft.model ?? ANY_MODEL}
            allowDeselect={false}
            error={problems.model ?? (isGone ? TEXT.unavailableHere : undefined)}
            data={[
              { value: ANY_MODEL, label: TEXT.defaultModel },
              ...names(
                models.map((model) => model.name),
                draft.model,
              ).map((name) => ({
                value: name,
                label: models.some((model) => model.name === name && model.isMissing) ? describeMissingModel(name) : name,
              })),
            ]}
            onChange={(value) => changeDraft({ model: value === ANY_MODEL ? null : value })}
          />
          <Group grow gap="xs" align="flex-start">
            <Select
              label={TEXT.size}
              value={`${draft.width}x${draft.height}`}
              allowDeselect={false}
              error={problems.size}
              data={sizes(draft).map(([width, height]) => ({ value: `${width}x${height}`, label: describeSize(width, height) }))}
              onChange={(value) => {
                const [width = 1024, height = 1024] = (value ?? '').split('x').map(Number);
                changeDraft({ width, height });
              }}
            />
            <NumberInput
              label={TEXT.count}
              value={draft.count}
              min={1}
              max={4}
              allowDecimal={false}
              clampBehavior="strict"
              onChange={(value) => changeDraft({ count: Number(value) || 1 })}
            />
          </Group>
          <Group grow gap="xs" align="flex-start">
            <NumberInput
              label={TEXT.steps}
              value={draft.steps}
              min={1}
              max={200}
              allowDecimal={false}
              clampBehavior="strict"
              onChange={(value) => changeDraft({ steps: Number(value) || 1 })}
            />
            <NumberInput
              label={TEXT.guidance}
              value={draft.guidance}
              min={1}
              max={30}
              step={0.5}
              decimalScale={1}
              clampBehavior="strict"
              onChange={(value) => changeDraft({ guidance: Math.max(1, Number(value) || 1) })}
            />
          </Group>
          <Group grow gap="xs" align="flex-start">
            <TextInput
              label={TEXT.seed}
              placeholder={TEXT.seedRandom}
              value={draft.seed}
              error={problems.seed}
              inputMode="numeric"
              onChange={(event) => changeDraft({ seed: event.currentTarget.value })}
              rightSection={
                <ActionIcon variant="subtle" color="gray" aria-label={TEXT.randomSeed} onClick={() => changeDraft({ seed: '' })}>
                  <IconDice3 size={16} aria-hidden />
                </ActionIcon>
              }
            />
            <Select
              label={TEXT.scheduler}
              value={draft.scheduler ?? DEFAULT_SCHEDULER}
              allowDeselect={false}
              searchable
              error={isSchedulerMissing ? TEXT.unavailableHere : undefined}
              data={[
                { value: DEFAULT_SCHEDULER, label: TEXT.defaultScheduler },
                ...names(schedulers, draft.scheduler).map((name) => ({ value: name, label: name })),
              ]}
              onChange={(value) => changeDraft({ scheduler: value === DEFAULT_SCHEDULER ? null : value })}
            />
          </Group>
          <Refusal />
          <GenerateButton canRun={canRun} />
        </Stack>
      </form>
    </Card>
  );
});

/** Why the last request was refused. */
function Refusal() {
  const refusal = useRefusal();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A request sent by keyboard can leave this notice below the visible part of the form.
    if (refusal !== null) place.current?.scrollIntoView({ block: 'nearest' });
  }, [refusal]);
  return <div ref={place}>{refusal === null ? null : <ErrorNotice error={refusal} />}</div>;
}

/** A separate component keeps the form from being drawn again when a run starts or ends. */
function GenerateButton({ canRun }: { readonly canRun: boolean }) {
  const isRunning = useRunHead()?.kind === 'running';
  return (
    <Button
      type="submit"
      size="sm"
      variant="filled"
      disabled={!canRun || isRunning}
      leftSection={<IconSparkles size={16} aria-hidden />}
      rightSection={<Kbd size="xs">{describeShortcut('mod+Enter', IS_MAC)}</Kbd>}
    >
      {TEXT.generate}
    </Button>
  );
}

/** Keeps the selected name in the list after the route stops offering it. */
const names = (known: readonly string[], picked: string | null): readonly string[] =>
  picked === null || known.includes(picked) ? [...new Set(known)] : [...new Set(known), picked];

function sizes({ width, height }: Draft): readonly (readonly [number, number])[] {
  return SIZES.some(([w, h]) => w === width && h === height) ? SIZES : [...SIZES, [width, height]];
}
