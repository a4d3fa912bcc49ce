import { Button } from '@mantine/core';
import type { SetupFinding } from '../../../shared/capabilities/setup/contract.ts';
import { useSetupActions, useSetupPart } from '../../stores/setup.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeFix, SEVERITIES, TEXT } from './text.ts';

/** What is wrong with a host that was set up by hand, each with its evidence and what fixes it. */
export function PlanFindings({ findings, isStale }: { readonly findings: readonly SetupFinding[]; readonly isStale: boolean }) {
  const { plan } = useSetupActions();
  const recipes = useSetupPart((state) => state.recipes);
  return (
    <Card title={TEXT.findings}>
      <ul className="setup-list">
        {findings.map(({ id, severity, title, evidence, remedy, recipe }) => {
          const fix = recipes.find((one) => one.id === recipe);
          return (
            <li key={id} className="setup-finding">
              <div className="setup-step-head">
                <StatusWord {...SEVERITIES[severity]} />
                <span className="setup-step-title">{title}</span>
              </div>
              {evidence.length === 0 ? null : <code className="ada-code setup-code">{evidence.join('\n')}</code>}
              <div className="setup-finding-foot">
                <p className="ada-quiet">{remedy}</p>
                {fix === undefined ? null : (
                  <Button disabled={isStale} onClick={() => void plan([fix.id], false)}>
                    {describeFix(fix.title)}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
