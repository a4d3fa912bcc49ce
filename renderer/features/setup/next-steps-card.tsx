import { Button } from '@mantine/core';
import { formatDateTime } from '../../../shared/format.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useConnectionState } from '../../stores/hosts.ts';
import { useSetupActions, useSetupState } from '../../stores/setup.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { type NextAction, nextSteps } from './next-steps.ts';
import { describeNextProgress, NEXT } from './next-steps-text.ts';
import { describePlanOf } from './text.ts';
import { useMonitoredHours } from './use-monitored-hours.ts';

/** The guide's next steps after the installation, each with what the panel knows of it. */
export function NextStepsCard() {
  const { recipes, reportSavedAt } = useSetupState();
  const { links } = useDiagnosis();
  const monitoredHours = useMonitoredHours();
  const steps = nextSteps({
    recipes,
    links,
    monitoredHours,
    reportSavedAt: reportSavedAt === null ? null : formatDateTime(reportSavedAt),
  });
  const own = steps.filter(({ word }) => word !== NEXT.elsewhere);
  const done = own.filter(({ tone }) => tone === 'good').length;
  return (
    <Card title={NEXT.title} aside={<span className="setup-quiet ada-number">{describeNextProgress(done, own.length)}</span>}>
      <ol className="setup-next">
        {steps.map(({ id, title, tone, word, detail, action }, index) => (
          <li key={id}>
            <span className="setup-quiet ada-number" aria-hidden>
              {index + 1}
            </span>
            <span className="setup-next-title">{title}</span>
            <StatusWord tone={tone} word={word} />
            <span className="ada-quiet setup-next-detail">{detail}</span>
            {action === null ? null : <NextButton action={action} />}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function NextButton({ action }: { readonly action: NextAction }) {
  const { plan } = useSetupActions();
  const isOnline = useConnectionState().kind === 'online';
  if (action.kind === 'open') {
    return (
      <Button size="compact-xs" variant="subtle" onClick={() => setPage(action.page)}>
        {action.label}
      </Button>
    );
  }
  return (
    <Button size="compact-xs" variant="subtle" disabled={!isOnline} onClick={() => void plan([action.recipe], false)}>
      {describePlanOf(action.title)}
    </Button>
  );
}
