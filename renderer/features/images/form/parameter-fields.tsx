import { ActionIcon, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { IconDice3 } from '@tabler/icons-react';
import type { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { SCHEDULERS } from '../../../../shared/image-graphs/rules.ts';
import { changeDraft, type Draft } from '../../../stores/images.ts';
import type { FormProblems } from '../form-problems.ts';
import { SIZES } from '../presets.ts';
import { describeMissingModel, describeSize, TEXT } from '../text.ts';

const ANY_MODEL = '';
const DEFAULT_SCHEDULER = '';

export interface ParameterFieldsProps {
  readonly draft: Draft;
  /** Of the route; undefined while it is not known. */
  readonly state: RouteState | undefined;
  readonly problems: FormProblems;
}

/** Everything of a request but its prompts; what the route does not offer is marked. */
export function ParameterFields({ draft, state, problems }: ParameterFieldsProps) {
  const models = state?.models ?? [];
  const isGone = draft.model !== null && models.length > 0 && !models.some((model) => model.name === draft.model);
  const schedulers = state?.schedulers ?? SCHEDULERS;
  const isSchedulerMissing = state?.schedulers != null && draft.scheduler !== null && !schedulers.includes(draft.scheduler);
  return (
    <>
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
    </>
  );
}

/** Keeps the selected name in the list after the route stops offering it. */
const names = (known: readonly string[], picked: string | null): readonly string[] =>
  picked === null || known.includes(picked) ? [...new Set(known)] : [...new Set(known), picked];

function sizes({ width, height }: Draft): readonly (readonly [number, number])[] {
  return SIZES.some(([w, h]) => w === width && h === height) ? SIZES : [...SIZES, [width, height]];
}
