import { Button, CopyButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PanelError } from '../../shared/errors.ts';
import { Countdown, retryAtOf } from './countdown.tsx';
import { useErrorHelp } from './error-help.ts';
import { type Tone, ToneIcon } from './tone.tsx';

const LAYER_LABELS: Readonly<Record<PanelError['layer'], string>> = {
  panel: 'Ada Panel',
  laptop: 'this computer',
  network: 'network',
  ssh: 'SSH',
  host: 'host',
  sudo: 'sudo',
  systemd: 'systemd',
  journal: 'journal',
  gpu: 'GPU',
  gateway: 'gateway',
  backend: 'backend',
  lab: 'lab',
};

/** The name of an error's layer. */
export function layerLabel(layer: PanelError['layer']): string {
  return LAYER_LABELS[layer];
}

/** Everything known about an error, as text for a report; secrets were removed when the error was created. */
export function errorDetails(error: PanelError): string {
  const facts = Object.entries(error.facts ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [error.message, error.hint, `code: ${error.code}`, `layer: ${error.layer}`, ...facts, error.detail ?? '']
    .filter(Boolean)
    .join('\n');
}

export interface ErrorNoticeProps {
  readonly error: PanelError;
  /** The button that does what the hint says. */
  readonly action?: ReactNode;
  readonly tone?: Extract<Tone, 'bad' | 'warning' | 'info'>;
  /** The text to copy, where more than the error is known. */
  readonly details?: string;
  /** In a fixed place: the message in one line, the rest in the line of the buttons. What is cut is whole in the tooltips. */
  readonly isBrief?: boolean;
  readonly children?: ReactNode;
}

/** An error: what failed, in which layer, what to do, and "Copy details" for a report. */
export function ErrorNotice({ error, action, tone = 'bad', details, isBrief = false, children }: ErrorNoticeProps) {
  const retryAt = retryAtOf(error);
  const help = useErrorHelp()(error);
  return (
    <div className="ada-notice" data-tone={tone} data-brief={isBrief || undefined} role={tone === 'bad' ? 'alert' : 'status'}>
      <ToneIcon tone={tone} size={20} />
      <div className="ada-notice-words">
        <p className="ada-notice-title" title={isBrief ? error.message : undefined}>
          {error.message} <span className="ada-notice-layer">{layerLabel(error.layer)}</span>
        </p>
        <p className="ada-notice-hint" title={isBrief ? error.hint : undefined}>
          {error.hint}
          {retryAt === null ? null : (
            <>
              {' '}
              Retry possible <Countdown to={retryAt} />.
            </>
          )}
        </p>
        {children}
        {help.cause}
      </div>
      <div className="ada-notice-buttons">
        <CopyButton value={details ?? errorDetails(error)}>
          {({ copied, copy }) => (
            <Button className="ada-notice-copy" variant="subtle" color="gray" size="xs" onClick={copy}>
              {copied ? 'Copied' : 'Copy details'}
            </Button>
          )}
        </CopyButton>
        {help.button('xs')}
        {action}
      </div>
    </div>
  );
}
