import { type Tone, ToneIcon, toneColor } from './tone.tsx';

/** A state as icon, colour and word. `quiet` leaves the word in the text colour, for dense tables. */
export function StatusWord({ tone, word, quiet = false }: { readonly tone: Tone; readonly word: string; readonly quiet?: boolean }) {
  return (
    <span className="ada-status-word" data-tone={tone}>
      <ToneIcon tone={tone} />
      <span style={quiet ? undefined : { color: toneColor(tone) }}>{word}</span>
    </span>
  );
}
