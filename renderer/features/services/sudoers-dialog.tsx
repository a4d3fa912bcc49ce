import { Button, CopyButton, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { SudoersPlan } from '../../../shared/capabilities/services/contract.ts';
import { hasCode, type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useServiceActions } from '../../stores/services.ts';

import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { PresentRule } from './present-rule.tsx';
import { explainLines } from './rule-lines.ts';
import { describeInstall, describeRuleDialog, RULE_STATES, TEXT } from './text.ts';

/** The rule line by line, its difference from the file on the host, and the button that installs it. */
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
      const reported = toPanelError(thrown);
      setError(reported);
      return reported;
    } finally {
      setBusy(false);
    }
  }, []);
  useEffect(() => {
    void run(() => hostCalls.services.sudoersPlan({ asRoot: false }));
  }, [run, hostCalls]);
  const check = () => run(() => hostCalls.services.sudoersPlan({ asRoot: true }));
  const install = async () => {
    if (plan === null) return;
    const thrown = await run(() => hostCalls.services.installSudoers({ text: plan.text, replaces: plan.present }));
    // A file that was unreadable before is shown first; its replacement needs another click.
    if (hasCode(thrown, 'sudoers-unseen')) await check();
    void serviceActions.refresh();
  };

  return (
    <Modal opened onClose={onClose} title={describeRuleDialog(hostLabel)} size="xl">
      <Stack gap="md">
        {error === null ? null : <ErrorNotice error={error} />}
        {plan === null ? (
          <Text size="sm">{isBusy ? TEXT.loading : TEXT.ruleFailed}</Text>
        ) : (
          <>
            <Group gap="xs">
              <StatusWord {...RULE_STATES[plan.installed]} />
              <Text size="sm" c="dimmed" ff="monospace">
                {plan.path}
              </Text>
            </Group>
            <PresentRule plan={plan} isBusy={isBusy} onCheck={() => void check()} />
            <ul className="services-rule">
              {explainLines(plan.text).map((line) => (
                <li key={line.text}>
                  <code>{line.text}</code>
                  <Text size="xs" c="dimmed">
                    {line.message}
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
                    {copied ? TEXT.copied : TEXT.copyFile}
                  </Button>
                )}
              </CopyButton>
              <Button size="sm" variant="filled" loading={isBusy} disabled={plan.installed === 'same'} onClick={() => void install()}>
                {describeInstall(plan.installed, hostLabel)}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
