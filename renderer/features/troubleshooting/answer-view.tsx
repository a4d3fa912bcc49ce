import { Button, CopyButton } from '@mantine/core';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import type { FoundCause, OtherRule, ProofLine, TroubleshootingAnswer } from '../../../shared/capabilities/troubleshooting/contract.ts';
import { closeAnswer } from '../../stores/troubleshooting.ts';
import { setPage } from '../../stores/view.ts';
import { ToneIcon } from '../../ui/tone.tsx';
import { SupportBundleButton } from '../support/support-bundle-button.tsx';
import { FixButton } from './fix-button.tsx';
import { answerAsText, describeProof, describeRuledOut, describeTaken, describeUnknown, TEXT } from './text.ts';
import { VramChart } from './vram-chart.tsx';

export interface AnswerViewProps {
  readonly answer: TroubleshootingAnswer;
  readonly hostId: string;
  readonly hostLabel: string;
  readonly onAgain: () => void;
}

/** Cause, proof, fix, the chart of that moment, and what was ruled out. */
export function AnswerView({ answer, hostId, hostLabel, onAgain }: AnswerViewProps) {
  const { causes, ruledOut, unknown, moment } = answer;
  const [first, ...others] = causes;
  return (
    <div className="why-answer">
      {first === undefined ? <NoCause /> : <MainCause cause={first} />}
      {moment === null ? null : <VramChart moment={moment} hostId={hostId} />}
      {others.length === 0 ? null : (
        <section aria-label={TEXT.alsoFound}>
          <h3 className="why-heading">{TEXT.alsoFound}</h3>
          {others.map((cause) => (
            <OtherCause key={cause.rule} cause={cause} />
          ))}
        </section>
      )}
      <OtherRules title={describeRuledOut(ruledOut.length)} rules={ruledOut} isOpen={causes.length === 0} />
      <OtherRules title={describeUnknown(unknown.length)} rules={unknown} isOpen={causes.length === 0} />
      <div className="why-foot">
        <span className="ada-quiet">{describeTaken(hostLabel, answer)}</span>
        <CopyButton value={answerAsText(hostLabel, answer)}>
          {({ copied, copy }) => (
            <Button variant="subtle" color="gray" leftSection={<IconCopy size={14} aria-hidden />} onClick={copy}>
              {copied ? TEXT.copied : TEXT.copy}
            </Button>
          )}
        </CopyButton>
        <Button leftSection={<IconRefresh size={14} aria-hidden />} onClick={onAgain}>
          {TEXT.again}
        </Button>
      </div>
    </div>
  );
}

function MainCause({ cause: { cause, isCertain, proof, fix } }: { readonly cause: FoundCause }) {
  const label = isCertain ? TEXT.cause : TEXT.likelyCause;
  const tone = isCertain ? 'bad' : 'warning';
  return (
    <section className="why-main" data-tone={tone} aria-label={label}>
      <p className="why-label">
        <ToneIcon tone={tone} size={16} /> {label}
      </p>
      <p className="why-cause">{cause}</p>
      <Proof lines={proof} />
      <div className="why-fix">
        <p>
          <b>{TEXT.fix}:</b> {fix.text}
        </p>
        {fix.action === null ? null : <FixButton action={fix.action} isMain />}
      </div>
    </section>
  );
}

function OtherCause({ cause: { cause, isCertain, proof, fix } }: { readonly cause: FoundCause }) {
  return (
    <details className="why-details">
      <summary>
        <ToneIcon tone={isCertain ? 'bad' : 'warning'} size={14} /> {cause}
      </summary>
      <Proof lines={proof} />
      <div className="why-fix">
        <p>
          <b>{TEXT.fix}:</b> {fix.text}
        </p>
        {fix.action === null ? null : <FixButton action={fix.action} />}
      </div>
    </details>
  );
}

function Proof({ lines }: { readonly lines: readonly ProofLine[] }) {
  if (lines.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
    <pre className="ada-code why-proof" tabIndex={0}>
      {lines.map(describeProof).join('\n')}
    </pre>
  );
}

function NoCause() {
  const toChecks = (): void => {
    closeAnswer();
    setPage('checks');
  };
  return (
    <section className="why-main" data-tone="unknown" aria-label={TEXT.noCause}>
      <p className="why-cause">{TEXT.noCause}</p>
      <p>{TEXT.noCauseHint}</p>
      <div className="why-fix">
        <Button onClick={toChecks}>{TEXT.checks}</Button>
        <SupportBundleButton variant="filled" />
      </div>
    </section>
  );
}

function OtherRules({ title, rules, isOpen }: { readonly title: string; readonly rules: readonly OtherRule[]; readonly isOpen: boolean }) {
  if (rules.length === 0) return null;
  return (
    <details className="why-details" open={isOpen}>
      <summary>{title}</summary>
      <dl className="why-rules">
        {rules.map(({ rule, title: what, fact }) => (
          <div key={rule}>
            <dt>{what}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
