import { Button, CopyButton } from '@mantine/core';
import { IconChecklist, IconCopy, IconPlayerPlay } from '@tabler/icons-react';
import type { CheckInfo } from '../../../shared/capabilities/checks/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useOfflineReason } from '../../stores/hosts.ts';
import { useSetupPart } from '../../stores/setup.ts';
import { setPage } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { layerLabel } from '../../ui/error-notice.tsx';
import type { CheckRow } from './rows.ts';
import { describeTookMs } from './run-text.ts';
import { describePlanRecipe, describeRunAgain, TEXT } from './text.ts';

export interface CheckDetailsProps {
  readonly id: string;
  readonly row: CheckRow;
  readonly canRun: boolean;
  readonly onRun: (checks: readonly CheckInfo[]) => void;
}

/** What a check looks at, what it read, and what to do about it. */
export function CheckDetails({ id, row: { info, result }, canRun, onRun }: CheckDetailsProps) {
  return (
    <div className="checks-details" id={id}>
      <dl className="ada-facts">
        <dt>{TEXT.about}</dt>
        <dd>{info.about}</dd>
        {result?.remedy == null ? null : (
          <>
            <dt>{TEXT.remedy}</dt>
            <dd className="checks-remedy">
              <span>{result.remedy.text}</span>
              {result.remedy.recipe === null ? null : <PlanButton recipe={result.remedy.recipe} />}
            </dd>
          </>
        )}
        {result === null || result.evidence.length === 0 ? null : (
          <>
            <dt>{TEXT.evidence}</dt>
            <dd>
              <Evidence lines={result.evidence} />
            </dd>
          </>
        )}
      </dl>
      <div className="checks-details-foot">
        <span className="checks-quiet">
          {result === null ? (
            TEXT.neverRun
          ) : (
            <>
              {formatDateTime(result.takenAt)}, <Age at={result.takenAt} /> · {describeTookMs(result.elapsedMs)} · {layerLabel(info.layer)}{' '}
              · <span className="ada-mono">{info.id}</span>
            </>
          )}
        </span>
        <Button
          leftSection={<IconPlayerPlay size={13} aria-hidden />}
          disabled={!canRun}
          aria-label={describeRunAgain(info.title)}
          onClick={() => onRun([info])}
        >
          {result === null ? TEXT.run : TEXT.runAgain}
          {info.cost === 'reads' ? '' : '…'}
        </Button>
      </div>
    </div>
  );
}

function Evidence({ lines }: { readonly lines: readonly string[] }) {
  const text = lines.join('\n');
  return (
    <div className="checks-evidence">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <pre className="ada-code" tabIndex={0}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<IconCopy size={13} aria-hidden />}
            aria-label={copied ? TEXT.copied : TEXT.copyEvidence}
            onClick={copy}
          >
            {copied ? TEXT.copied : TEXT.copyEvidence}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

/** Setup reads what the recipe would change, and shows it before anything is changed. */
function PlanButton({ recipe }: { readonly recipe: string }) {
  const title = useSetupPart(({ recipes }) => recipes.find(({ id }) => id === recipe)?.title) ?? recipe;
  const isOff = useOfflineReason() !== null;
  return (
    <Button
      leftSection={<IconChecklist size={14} aria-hidden />}
      disabled={isOff}
      onClick={() => setPage('setup', { intent: 'plan', subject: recipe })}
    >
      {describePlanRecipe(title)}
    </Button>
  );
}
