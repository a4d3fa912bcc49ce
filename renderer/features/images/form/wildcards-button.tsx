import { ActionIcon, Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { IconPlaylistAdd } from '@tabler/icons-react';
import { useState } from 'react';
import { LIBRARY_LIMITS, type WildcardList } from '../../../../shared/capabilities/library/contract.ts';
import { isListName } from '../../../../shared/image-graphs/prompt-template.ts';
import { removeFromLibrary, updateLibrary, useLibrary } from '../../../stores/library.ts';
import { usePageIntent } from '../../../stores/view.ts';
import { LateTooltip } from '../../../ui/late-tooltip.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { describeLines, describeLongLine, describeTooManyLines, FORM_TEXT } from './text.ts';

const NEW = '';

/** Edits the lists behind `__name__`. */
export function WildcardsButton({ onInsert }: { readonly onInsert: (words: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  usePageIntent({ wildcards: () => setOpen(true) });
  return (
    <>
      <LateTooltip label={FORM_TEXT.wildcardsTip}>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={FORM_TEXT.wildcards} onClick={() => setOpen(true)}>
          <IconPlaylistAdd size={16} aria-hidden />
        </ActionIcon>
      </LateTooltip>
      {isOpen ? (
        <WildcardsDialog
          onClose={() => setOpen(false)}
          onInsert={(words) => {
            setOpen(false);
            onInsert(words);
          }}
        />
      ) : null}
    </>
  );
}

/** The lines of a text, trimmed, without empty ones. */
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Why a list cannot be saved, at the field; null = it can. */
function listProblem(list: WildcardList, others: readonly WildcardList[]): { readonly name?: string; readonly lines?: string } | null {
  if (!isListName(list.name)) return { name: FORM_TEXT.badName };
  if (others.some(({ name }) => name === list.name)) return { name: FORM_TEXT.takenName };
  if (list.lines.length === 0) return { lines: FORM_TEXT.noLines };
  if (list.lines.length > LIBRARY_LIMITS.maxLines) return { lines: describeTooManyLines(LIBRARY_LIMITS.maxLines) };
  if (list.lines.some(({ length }) => length > LIBRARY_LIMITS.lineLength)) return { lines: describeLongLine(LIBRARY_LIMITS.lineLength) };
  return null;
}

interface WildcardsDialogProps {
  readonly onClose: () => void;
  readonly onInsert: (words: string) => void;
}

function WildcardsDialog({ onClose, onInsert }: WildcardsDialogProps) {
  useReturnFocus();
  const { wildcards } = useLibrary();
  const [chosen, setChosen] = useState<string>(wildcards[0]?.name ?? NEW);
  const current = wildcards.find(({ name }) => name === chosen);
  const [name, setName] = useState(current?.name ?? '');
  const [text, setText] = useState(current?.lines.join('\n') ?? '');
  const choose = (next: string): void => {
    const list = wildcards.find((known) => known.name === next);
    setChosen(next);
    setName(list?.name ?? '');
    setText(list?.lines.join('\n') ?? '');
  };
  const list: WildcardList = { name: name.trim(), lines: linesOf(text) };
  const others = wildcards.filter((known) => known !== current);
  const problem = listProblem(list, others);
  const save = (): void => {
    if (problem !== null) return;
    updateLibrary({ wildcards: [...others, list].sort((a, b) => a.name.localeCompare(b.name)) }, FORM_TEXT.listSaved);
    setChosen(list.name);
  };
  const isTouched = name !== '' || text !== '';
  return (
    <Modal opened onClose={onClose} title={FORM_TEXT.wildcards} size="lg">
      <Stack gap="sm">
        <p className="ada-quiet">{FORM_TEXT.wildcardsIntro}</p>
        <Select
          label={FORM_TEXT.list}
          value={chosen}
          allowDeselect={false}
          data={[
            ...wildcards.map((known) => ({ value: known.name, label: `${known.name} (${describeLines(known.lines.length)})` })),
            { value: NEW, label: FORM_TEXT.newList },
          ]}
          onChange={(value) => choose(value ?? NEW)}
        />
        <TextInput
          label={FORM_TEXT.listName}
          description={FORM_TEXT.listNameHint}
          value={name}
          error={isTouched ? problem?.name : undefined}
          maxLength={LIBRARY_LIMITS.nameLength}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={FORM_TEXT.lines}
          attributes={{ input: { dir: 'auto' } }}
          value={text}
          error={isTouched ? problem?.lines : undefined}
          rows={8}
          maxLength={LIBRARY_LIMITS.maxLines * LIBRARY_LIMITS.lineLength}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="space-between">
          <Button
            size="sm"
            variant="subtle"
            color="gray"
            disabled={current === undefined}
            onClick={() => {
              removeFromLibrary({ wildcards: others }, { message: FORM_TEXT.listDeleted, undone: FORM_TEXT.listRestored });
              choose(NEW);
            }}
          >
            {FORM_TEXT.remove}
          </Button>
          <Group gap="xs">
            <Button size="sm" variant="default" disabled={current === undefined} onClick={() => onInsert(`__${chosen}__`)}>
              {FORM_TEXT.insert}
            </Button>
            <Button size="sm" variant="filled" disabled={problem !== null} onClick={save}>
              {FORM_TEXT.save}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}
