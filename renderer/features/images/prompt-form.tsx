import { Button, Group, Kbd, SegmentedControl, Stack, TextInput, Tooltip } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, memo, useRef } from 'react';
import { ROUTE_IDS, type RouteId, type RouteState } from '../../../shared/capabilities/images/contract.ts';
import { describeShortcut, IS_MAC } from '../../commands/commands.ts';
import { changeDraft, type Draft, useRefusal } from '../../stores/images.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { isComposing } from '../../ui/composing.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ParameterFields } from './form/parameter-fields.tsx';
import { PresetsButton } from './form/presets-button.tsx';
import { PromptField } from './form/prompt-field.tsx';
import { canSend, formProblems } from './form-problems.ts';
import { ImportButton, ImportNotice } from './import-notice.tsx';
import { PRESETS } from './presets.ts';
import { RouteLine } from './route-line.tsx';
import { useSweepOpen } from './sweep/sweep-form.ts';
import { SWEEP_TEXT } from './sweep/text.ts';
import { PRESET_TEXT, ROUTE_TEXT, TEXT } from './text.ts';

/** Mantine would set a plain `dir` on the wrapper, which holds no text. */
const DIRECTION_OF_TEXT = { input: { dir: 'auto' } };

export interface PromptFormProps {
  readonly draft: Draft;
  readonly route: RouteId;
  readonly routes: readonly RouteState[];
  readonly onGenerate: () => void;
}

/** The request and its route; values that the route does not accept are marked before sending. Generate stays in sight. */
export const PromptForm = memo(function PromptForm({ draft, route, routes, onGenerate }: PromptFormProps) {
  const promptField = useRef<HTMLTextAreaElement>(null);
  usePageIntent({ prompt: () => promptField.current?.focus() });
  const [, openSweep] = useSweepOpen();
  const state = routes.find((known) => known.route === route);
  const problems = formProblems(draft, state?.maxPixels ?? null);
  const canRun = canSend(draft, problems);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (canRun) onGenerate();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !canRun) return;
    event.preventDefault();
    onGenerate();
  };
  const applyPreset = ({ width, height, steps, guidance, base }: (typeof PRESETS)[number]): void =>
    changeDraft({ width, height, steps, guidance, model: state?.models.find((model) => model.base === base)?.name ?? null });
  return (
    <Card className="play-form">
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <div className="play-form-fields">
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
            <PromptField draft={draft} problem={problems.prompt} field={promptField} />
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
              <PresetsButton draft={draft} />
              <ImportButton />
            </Group>
            <ImportNotice />
            <ParameterFields draft={draft} state={state} problems={problems} />
          </Stack>
        </div>
        <div className="play-form-foot">
          <Refusal />
          <div className="play-form-acts">
            <Button
              type="submit"
              size="sm"
              variant="filled"
              disabled={!canRun}
              rightSection={<Kbd size="xs">{describeShortcut('mod+Enter', IS_MAC)}</Kbd>}
            >
              {TEXT.generate}
            </Button>
            <Button size="sm" variant="default" px="sm" disabled={!canRun} onClick={() => openSweep(true)}>
              {SWEEP_TEXT.open}
            </Button>
          </div>
        </div>
      </form>
    </Card>
  );
});

/** Why the last request was refused. */
function Refusal() {
  const refusal = useRefusal();
  return refusal === null ? null : <ErrorNotice error={refusal} />;
}
