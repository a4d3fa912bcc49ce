import { Button, CopyButton, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { SudoersPlan } from '../../../shared/capabilities/services/contract.ts';
import { hasCode, type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useServiceActions } from '../../stores/services.ts';

import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { PresentRule } from './present-rule.tsx';
import { explainLines } from './rule-lines.ts';

const INSTALLED: Readonly<Record<SudoersPlan['installed'], { readonly tone: Tone; readonly word: string }>> = {
  same: { tone: 'good', word: 'Installed as shown' },
  differs: { tone: 'warning', word: 'The host has another version of this file; installing replaces it' },
  absent: { tone: 'off', word: 'Not installed: nothing is there yet' },
  unknown: { tone: 'unknown', word: 'Whether it is installed cannot be read without root' },
};

/** The rule line by line, what is on the host now, and the button that installs it. */
export function SudoersDialog({ hostLabel, onClose }: { readonly hostLabel: string; readonly onClose: () => void }) {
  const hostCalls = useHostBridge();
  const serviceActions = useServiceActions();
  useReturnFocus();
  const [plan, setPlan] = useState<SudoersPlan | null>(null);
  const [error, setError] = useState<PanelError | null>(null);
  const [isBusy, setBusy] = useState(false);

  const run = useCallback(async (work: () => Promise<SudoersPlan>): Promise<PanelError | null> => {
    setBusy(true);
    setError(null);
    try {
      setPlan(await work());
      return null;
    } catch (thrown) {
      const told = toPanelError(thrown);
      setError(told);
      return told;
    } finally {
      setBusy(false);
    }
  }, []);
  useEffect(() => {
    void run(() => hostCalls.services.sudoersPlan({ asRoot: false }));
  }, [run, hostCalls]);
  const look = () => run(() => hostCalls.services.sudoersPlan({ asRoot: true }));
  const install = async () => {
    if (plan === null) return;
    const thrown = await run(() => hostCalls.services.installSudoers({ text: plan.text, replaces: plan.present }));
    // Something is there that could not be read before: it is shown, and replacing it takes another click.
    if (hasCode(thrown, 'sudoers-unseen')) await look();
    void serviceActions.refresh();
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
            <PresentRule plan={plan} isBusy={isBusy} onLook={() => void look()} />
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
