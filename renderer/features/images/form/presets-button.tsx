import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconChevronDown, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { LIBRARY_LIMITS, type OwnPreset } from '../../../../shared/capabilities/library/contract.ts';
import { changeDraft, type Draft } from '../../../stores/images.ts';
import { removeFromLibrary, updateLibrary, useLibrary } from '../../../stores/library.ts';
import { addNotice } from '../../../stores/notices.ts';
import { IconAct } from '../../../ui/icon-act.tsx';
import { describeSize } from '../text.ts';
import { describePresetAct, describeTooMany, FORM_TEXT } from './text.ts';

/** The operator's own presets: save, apply, rename, delete. */
export function PresetsButton({ draft }: { readonly draft: Draft }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} width={340} position="bottom-start" trapFocus withinPortal shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          aria-expanded={isOpen}
          rightSection={<IconChevronDown size={13} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {FORM_TEXT.presets}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{isOpen ? <Presets draft={draft} onDone={() => setOpen(false)} /> : null}</Popover.Dropdown>
    </Popover>
  );
}

/** What a preset holds of the form. */
function parametersFor(draft: Draft, hasPrompt: boolean): OwnPreset['parameters'] {
  const { prompt, negativePrompt, width, height, steps, guidance, model, scheduler, count } = draft;
  const words = hasPrompt && prompt.trim() !== '' ? { prompt, negativePrompt } : {};
  return { width, height, steps, guidance, model, scheduler, count, ...words };
}

const summaryOf = ({ width, height, steps, model }: OwnPreset['parameters']): string =>
  [
    width === undefined || height === undefined ? null : describeSize(width, height),
    steps === undefined ? null : `${steps} steps`,
    model ?? null,
  ]
    .filter((part) => part !== null)
    .join(' · ');

function Presets({ draft, onDone }: { readonly draft: Draft; readonly onDone: () => void }) {
  const { presets } = useLibrary();
  const [name, setName] = useState('');
  const [hasPrompt, setHasPrompt] = useState(false);
  const [renamed, setRenamed] = useState<{ readonly presetId: string; readonly name: string } | null>(null);
  const wanted = name.trim();
  const known = presets.find((preset) => preset.name === wanted);
  const hasNoPlace = known === undefined && presets.length >= LIBRARY_LIMITS.maxPresets;
  const save = (): void => {
    if (wanted === '' || hasNoPlace) return;
    const saved: OwnPreset = {
      presetId: known?.presetId ?? crypto.randomUUID(),
      name: wanted,
      parameters: parametersFor(draft, hasPrompt),
    };
    const others = presets.filter((preset) => preset !== known);
    updateLibrary(
      { presets: [...others, saved].sort((a, b) => a.name.localeCompare(b.name)) },
      known === undefined ? FORM_TEXT.presetSaved : FORM_TEXT.presetReplaced,
    );
    setName('');
  };
  const rename = (): void => {
    setRenamed(null);
    const next = renamed?.name.trim() ?? '';
    const before = presets.find(({ presetId }) => presetId === renamed?.presetId);
    if (before === undefined || next === '' || next === before.name) return;
    updateLibrary({ presets: presets.map((preset) => (preset === before ? { ...preset, name: next } : preset)) }, FORM_TEXT.presetRenamed);
  };
  const apply = (preset: OwnPreset): void => {
    changeDraft(Object.fromEntries(Object.entries(preset.parameters).filter(([, value]) => value !== undefined)));
    addNotice('good', `${FORM_TEXT.presetApplied}: ${preset.name}`);
    onDone();
  };
  return (
    <div className="play-library">
      {presets.length === 0 ? <p className="ada-quiet play-small">{FORM_TEXT.noPresets}</p> : null}
      <ul aria-label={FORM_TEXT.presets}>
        {presets.map((preset) => (
          <li key={preset.presetId}>
            {renamed?.presetId === preset.presetId ? (
              <TextInput
                size="xs"
                data-autofocus
                aria-label={FORM_TEXT.presetName}
                value={renamed.name}
                maxLength={LIBRARY_LIMITS.nameLength}
                onChange={(event) => setRenamed({ ...renamed, name: event.currentTarget.value })}
                onBlur={rename}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  rename();
                }}
              />
            ) : (
              <button type="button" className="play-library-pick" onClick={() => apply(preset)}>
                <span dir="auto">{preset.name}</span>
                <span className="ada-quiet play-small">{summaryOf(preset.parameters)}</span>
              </button>
            )}
            <IconAct
              label={describePresetAct(FORM_TEXT.rename, preset.name)}
              icon={IconPencil}
              isOff={false}
              onClick={() => setRenamed({ presetId: preset.presetId, name: preset.name })}
            />
            <IconAct
              label={describePresetAct(FORM_TEXT.remove, preset.name)}
              icon={IconTrash}
              isOff={false}
              onClick={() =>
                removeFromLibrary(
                  { presets: presets.filter((known) => known !== preset) },
                  { message: FORM_TEXT.presetDeleted, undone: FORM_TEXT.presetRestored },
                )
              }
            />
          </li>
        ))}
      </ul>
      <TextInput
        size="xs"
        label={FORM_TEXT.savePreset}
        placeholder={FORM_TEXT.presetName}
        value={name}
        error={hasNoPlace ? describeTooMany(LIBRARY_LIMITS.maxPresets) : undefined}
        maxLength={LIBRARY_LIMITS.nameLength}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          save();
        }}
      />
      <Checkbox
        size="xs"
        label={FORM_TEXT.includePrompt}
        checked={hasPrompt}
        onChange={(event) => setHasPrompt(event.currentTarget.checked)}
      />
      <Button size="xs" variant="filled" disabled={wanted === '' || hasNoPlace} onClick={save}>
        {FORM_TEXT.save}
      </Button>
    </div>
  );
}
