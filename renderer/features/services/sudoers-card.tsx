import { Button, CopyButton, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { SudoersPlan } from '../../../shared/contract/services.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { refreshServices } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { explainLines } from './rule-lines.ts';

const INSTALLED: Readonly<Record<SudoersPlan['installed'], { readonly tone: Tone; readonly word: string }>> = {
  same: { tone: 'good', word: 'Installed as shown' },
  differs: { tone: 'warning', word: 'The host has another version of this file; installing replaces it, a copy is kept' },
  absent: { tone: 'off', word: 'Not installed' },
  unknown: { tone: 'unknown', word: 'Whether it is installed cannot be read without root' },
};

export interface SudoersCardProps {
  readonly hostLabel: string;
  readonly sudoWithoutPassword: boolean | null;
  readonly isStale: boolean;
}

/** How starting and stopping is allowed on this host, and the small rule that allows it without a password. */
export function SudoersCard({ hostLabel, sudoWithoutPassword, isStale }: SudoersCardProps) {
  const [isOpen, setOpen] = useState(false);
  const word =
    sudoWithoutPassword === null
      ? ({ tone: 'unknown', word: 'Not known yet whether a password is needed' } as const)
      : sudoWithoutPassword
        ? ({ tone: 'good', word: 'No password is needed' } as const)
        : ({ tone: 'off', word: 'sudo asks for the password' } as const);
  return (
    <Card
      title="Permission to start and stop"
      aside={
        <Button variant="default" onClick={() => setOpen(true)} disabled={isStale}>
          Show the rule
        </Button>
      }
    >
      <Stack gap={6}>
        <StatusWord tone={isStale ? 'stale' : word.tone} word={word.word} />
        <Text size="sm" c="dimmed">
          A sudo rule of a few lines lets your user run exactly these systemctl commands as root and nothing else. It is optional: without
          it the password is asked for and kept in memory for a while, as set in{' '}
          <Button size="compact-xs" variant="transparent" p={0} onClick={() => setPage('settings')}>
            Settings
          </Button>
          .
        </Text>
      </Stack>
      {isOpen ? <SudoersDialog hostLabel={hostLabel} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

function SudoersDialog({ hostLabel, onClose }: { readonly hostLabel: string; readonly onClose: () => void }) {
  const [plan, setPlan] = useState<SudoersPlan | null>(null);
  const [error, setError] = useState<PanelError | null>(null);
  const [isBusy, setBusy] = useState(false);

  const run = useCallback(async (work: () => Promise<SudoersPlan>) => {
    setBusy(true);
    setError(null);
    try {
      setPlan(await work());
    } catch (thrown) {
      setError(toPanelError(thrown));
    } finally {
      setBusy(false);
    }
  }, []);
  useEffect(() => {
    void run(() => bridge.services.sudoersPlan());
  }, [run]);
  const install = async () => {
    if (plan === null) return;
    await run(() => bridge.services.installSudoers({ text: plan.text }));
    void refreshServices();
  };

  return (
    <Modal opened onClose={onClose} title={`The sudo rule for ${hostLabel}`} size="xl">
      <Stack gap="md">
        {error === null ? null : <ErrorNotice error={error} />}
        {plan === null ? (
          <Text size="sm">{isBusy ? `Asking ${hostLabel}…` : 'The rule could not be made.'}</Text>
        ) : (
          <>
            <Group gap="xs">
              <StatusWord {...INSTALLED[plan.installed]} />
              <Text size="sm" c="dimmed" ff="monospace">
                {plan.path}
              </Text>
            </Group>
            <ul className="services-rule">
              {explainLines(plan.text).map((line) => (
                <li key={line.text}>
                  <code>{line.text}</code>
                  <Text size="xs" c="dimmed">
                    {line.said}
                  </Text>
                </li>
              ))}
            </ul>
            <List size="sm" spacing={4}>
              {plan.explanation.map((sentence) => (
                <List.Item key={sentence}>{sentence}</List.Item>
              ))}
            </List>
            <Group justify="flex-end" gap="xs">
              <CopyButton value={plan.text}>
                {({ copied, copy }) => (
                  <Button size="sm" onClick={copy}>
                    {copied ? 'Copied' : 'Copy the file'}
                  </Button>
                )}
              </CopyButton>
              <Button size="sm" variant="filled" loading={isBusy} disabled={plan.installed === 'same'} onClick={() => void install()}>
                {plan.installed === 'same'
                  ? 'Installed'
                  : plan.installed === 'differs'
                    ? `Replace on ${hostLabel}`
                    : `Install on ${hostLabel}`}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
