import { ActionIcon, Button, Popover, TextInput } from '@mantine/core';
import { IconHistory, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { formatRecentTime } from '../../../../shared/format.ts';
import { removeFromLibrary, useLibrary } from '../../../stores/library.ts';
import { IconAct } from '../../../ui/icon-act.tsx';
import { describeAct } from '../runs/text.ts';
import { foundPrompts } from './history-step.ts';
import { FORM_TEXT } from './text.ts';

/** The prompts that were sent, searchable; one is put into the form. */
export function HistoryButton({ onPick }: { readonly onPick: (prompt: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} width={380} position="bottom-end" trapFocus withinPortal shadow="md">
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          title={FORM_TEXT.history}
          aria-label={FORM_TEXT.history}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <IconHistory size={15} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        {isOpen ? (
          <History
            onPick={(prompt) => {
              setOpen(false);
              onPick(prompt);
            }}
          />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function History({ onPick }: { readonly onPick: (prompt: string) => void }) {
  const { prompts } = useLibrary();
  const [search, setSearch] = useState('');
  const found = foundPrompts(prompts, search);
  const nowMs = Date.now();
  return (
    <div className="play-library">
      <TextInput
        size="xs"
        data-autofocus
        aria-label={FORM_TEXT.searchHistory}
        placeholder={FORM_TEXT.searchHistory}
        value={search}
        maxLength={200}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 ? <p className="ada-quiet play-small">{prompts.length === 0 ? FORM_TEXT.noHistory : FORM_TEXT.noMatch}</p> : null}
      <ul aria-label={FORM_TEXT.history}>
        {found.map(({ prompt, sentAt }) => (
          <li key={prompt}>
            <button type="button" className="play-library-pick" title={prompt} onClick={() => onPick(prompt)}>
              <span dir="auto">{prompt}</span>
              <span className="ada-quiet play-small">{formatRecentTime(sentAt, nowMs)}</span>
            </button>
            <IconAct
              label={describeAct(FORM_TEXT.removePrompt, prompt)}
              icon={IconX}
              isOff={false}
              onClick={() =>
                removeFromLibrary(
                  { prompts: prompts.filter((known) => known.prompt !== prompt) },
                  { message: FORM_TEXT.promptRemoved, undone: FORM_TEXT.historyRestored },
                )
              }
            />
          </li>
        ))}
      </ul>
      {prompts.length === 0 ? null : (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => removeFromLibrary({ prompts: [] }, { message: FORM_TEXT.historyCleared, undone: FORM_TEXT.historyRestored })}
        >
          {FORM_TEXT.clearHistory}
        </Button>
      )}
    </div>
  );
}
