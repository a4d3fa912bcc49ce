import { Textarea } from '@mantine/core';
import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { resolvePrompt } from '../../../../shared/image-graphs/prompt-template.ts';
import { changeDraft, type Draft } from '../../../stores/images.ts';
import { useLibrary } from '../../../stores/library.ts';
import { isComposing } from '../../../ui/composing.ts';
import { StatusWord } from '../../../ui/status-word.tsx';
import { TEXT } from '../text.ts';
import { HistoryButton } from './history-button.tsx';
import { historyStep } from './history-step.ts';
import { FORM_TEXT } from './text.ts';
import { WildcardsButton } from './wildcards-button.tsx';

/** Mantine would set a plain `dir` on the wrapper, which holds no text. */
const DIRECTION_OF_TEXT = { input: { dir: 'auto' } };

interface PromptFieldProps {
  readonly draft: Draft;
  readonly problem: string | undefined;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** The prompt, with those sent before behind the arrow keys, and what its alternatives and lists come to. */
export function PromptField({ draft, problem, field }: PromptFieldProps) {
  const { prompts, wildcards } = useLibrary();
  const place = useRef(-1);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const step = historyStep(prompts, draft.prompt, place.current, event.key);
    if (step === null) return;
    event.preventDefault();
    place.current = step.place;
    changeDraft({ prompt: step.prompt });
  };
  const insert = (words: string): void => {
    const at = field.current?.selectionStart ?? draft.prompt.length;
    changeDraft({ prompt: `${draft.prompt.slice(0, at)}${words}${draft.prompt.slice(at)}` });
    field.current?.focus();
  };
  const seed = draft.seed.trim();
  const resolved = resolvePrompt(draft.prompt, Number(seed) || 0, Object.fromEntries(wildcards.map(({ name, lines }) => [name, lines])));
  return (
    <div className="play-prompt-field">
      <span className="play-prompt-tools">
        <HistoryButton onPick={(prompt) => changeDraft({ prompt })} />
        <WildcardsButton onInsert={insert} />
      </span>
      <Textarea
        ref={field}
        label={TEXT.prompt}
        placeholder={TEXT.promptExample}
        attributes={DIRECTION_OF_TEXT}
        value={draft.prompt}
        error={problem}
        rows={3}
        onKeyDown={onKeyDown}
        onChange={(event) => changeDraft({ prompt: event.currentTarget.value })}
      />
      {!resolved.isTemplate ? null : (
        <div className="play-resolved" role="status">
          {resolved.problem !== null ? (
            <StatusWord tone="warning" word={resolved.problem} quiet />
          ) : (
            <>
              <span className="ada-quiet">
                {seed === '' ? FORM_TEXT.sendsRandom : draft.count > 1 ? FORM_TEXT.sendsFirst : FORM_TEXT.sends}
              </span>{' '}
              <span dir="auto">{resolved.text}</span>
            </>
          )}
        </div>
      )}
    </div>
  );
}
