import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import type { GatewayState, SeenCertificate } from '../../../shared/capabilities/gateway/contract.ts';
import { type CertificateProblem, certificateProblems } from '../../../shared/diagnosis/certificates.ts';
import { type BackendProblem, backendProblems } from '../../../shared/diagnosis/gateway-backends.ts';
import { countProblems } from '../../../shared/diagnosis/text.ts';
import type { LinkId, Problem } from '../../../shared/diagnosis/types.ts';
import type { ErrorCode } from '../../../shared/error-codes.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useGatewayChange } from '../../stores/gateway.ts';
import { createPageState } from '../../stores/page-state.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ToneIcon, toneOf } from '../../ui/tone.tsx';
import { useLastValue } from '../../ui/use-last-value.ts';
import { ActionButton } from '../overview/action-button.tsx';
import { describeConsequences } from '../overview/text.ts';
import { FindCauseButton } from '../troubleshooting/find-cause-button.tsx';
import { CertificateCard, isAboutCertificate } from './certificate-card.tsx';
import { describeUnreadCertificates } from './history-text.ts';
import { describeAllWell, describeSince, TEXT } from './text.ts';

/** Codes of errors that the connection form can fix. */
const ABOUT_THE_FORM: ReadonlySet<string> = new Set<ErrorCode>([
  'gateway-token-missing',
  'gateway-token-refused',
  'gateway-address-unusable',
  'gateway-plain-not-allowed',
  'gateway-redirects',
  'gateway-no-tls',
  'gateway-host-gone',
  'gateway-machine-changed',
]);
const NEEDS_TOKEN: ReadonlySet<string> = new Set<ErrorCode>(['gateway-token-missing', 'gateway-machine-changed']);
/** Links whose faults are those of an image request; the connection to the host has its own notice. */
const LINKS: ReadonlySet<LinkId | null> = new Set<LinkId>(['gpu', 'generator', 'shim', 'nginx', 'gateway']);
const TONES = { critical: 'bad', warning: 'warning', info: 'info' } as const;

interface ProblemsProps {
  readonly state: GatewayState;
  /** Null = not read yet. */
  readonly certificates: readonly SeenCertificate[] | null;
  readonly onEdit: () => void;
}

const useShowsAll = createPageState(false);

/**
 * What is wrong, the worst first, in the words of the diagnosis; the others once they are unfolded. Its height stays the same whatever it
 * shows, unless a certificate is to be judged.
 */
export function ProblemsCard({ state, certificates, onEdit }: ProblemsProps) {
  const { problems } = useDiagnosis();
  const nowMs = useNow();
  const { phase, reading, profile } = state;
  const isFailing = phase.kind === 'failing';
  const shown = problems.filter(({ link, isPast }) => !isPast && LINKS.has(link) && !(isFailing && link === 'gateway'));
  const backends = phase.kind === 'live' && reading !== null && profile !== null ? backendProblems(reading, profile, nowMs) : [];
  const more = useLastValue<readonly MoreProblem[]>([...certificateProblems(certificates ?? [], nowMs), ...backends]);
  const count = shown.length + more.length + (isFailing ? 1 : 0);
  const [first, ...others] = shown;
  const [isUnfolded, setUnfolded] = useShowsAll();
  const showsAll = isUnfolded && count > 1;
  const isMoreFirst = first === undefined && !isFailing;
  const rows = [
    ...(first !== undefined && isFailing ? [first, ...others] : others).map((problem) => <ProblemRow key={problem.id} problem={problem} />),
    ...more.map((problem) => <MoreRow key={problem.name} problem={problem} />),
  ];
  const Chevron = showsAll ? IconChevronDown : IconChevronRight;
  return (
    <Card
      title={TEXT.problems}
      className="gateway-problems"
      aside={
        count < 2 ? (
          <span className="ada-quiet gateway-small">{count === 0 ? null : countProblems(count)}</span>
        ) : (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            aria-expanded={showsAll}
            leftSection={<Chevron size={14} aria-hidden />}
            onClick={() => setUnfolded(!showsAll)}
          >
            {countProblems(count)}
          </Button>
        )
      }
    >
      <div className="gateway-problems-list" data-free={showsAll || (isFailing && isAboutCertificate(phase.error)) || undefined}>
        {isFailing ? <ConnectionProblem state={state} onEdit={onEdit} /> : null}
        {first === undefined || isFailing ? null : <MainProblem problem={first} />}
        {showsAll ? rows : isMoreFirst ? rows.slice(0, 1) : null}
        {count === 0 ? <AllWell state={state} certificates={certificates} /> : null}
      </div>
    </Card>
  );
}

/** A problem that image requests do not depend on now. */
type MoreProblem = BackendProblem | CertificateProblem;

function AllWell({ state, certificates }: Omit<ProblemsProps, 'onEdit'>) {
  if (state.phase.kind !== 'live') return <StatusWord tone="busy" word={TEXT.connectingTitle} />;
  const unread = describeUnreadCertificates(certificates);
  if (unread !== null) return <StatusWord tone="unknown" word={`${describeAllWell(state)}. ${unread}`} />;
  return <StatusWord tone="good" word={describeAllWell(state)} />;
}

/** The gateway does not answer, or refuses the panel. */
function ConnectionProblem({ state: { phase }, onEdit }: Omit<ProblemsProps, 'certificates'>) {
  const onGateway = useGatewayChange();
  if (phase.kind !== 'failing') return null;
  const { error, retryAt } = phase;
  if (isAboutCertificate(error)) return <CertificateCard error={error} />;
  const action = ABOUT_THE_FORM.has(error.code) ? (
    <Button variant="filled" onClick={onEdit}>
      {NEEDS_TOKEN.has(error.code) ? TEXT.enterToken : TEXT.edit}
    </Button>
  ) : (
    <Button variant="filled" onClick={() => onGateway.attempt((host) => host.gateway.refresh())}>
      {TEXT.retry}
    </Button>
  );
  return (
    <ErrorNotice error={error} action={action} isBrief>
      <p className="ada-quiet gateway-small">
        {retryAt === null ? (
          TEXT.notRetried
        ) : (
          <>
            {TEXT.retrying} <Countdown to={retryAt} />.
          </>
        )}
      </p>
    </ErrorNotice>
  );
}

const MainProblem = memo(function MainProblem({ problem }: { readonly problem: Problem }) {
  const { error, severity, consequences } = problem;
  return (
    <ErrorNotice
      error={consequences.length === 0 ? error : { ...error, hint: `${error.hint} ${describeConsequences(consequences)}` }}
      tone={TONES[severity]}
      isBrief
      action={<Remedies problem={problem} />}
    />
  );
});

/** The remedies that lead away from this page or act; a button to the open page would do nothing. */
function Remedies({ problem }: { readonly problem: Problem }) {
  const [action] = problem.actions.filter((one) => one.kind !== 'open' || one.page !== 'gateway');
  return action === undefined ? null : <ActionButton action={action} />;
}

const ProblemRow = memo(function ProblemRow({ problem }: { readonly problem: Problem }) {
  return (
    <div className="gateway-problem">
      <ToneIcon tone={toneOf(problem.severity)} size={20} />
      <span className="gateway-problem-words">
        {problem.error.message} <span className="ada-quiet">{problem.error.hint}</span>
      </span>
      <FindCauseButton error={problem.error} />
      <Remedies problem={problem} />
    </div>
  );
});

/** The reason is known, so that there is nothing to look for. */
const MoreRow = memo(function MoreRow({ problem: { error, since, severity } }: { readonly problem: MoreProblem }) {
  return (
    <div className="gateway-problem">
      <ToneIcon tone={toneOf(severity)} size={20} />
      <span className="gateway-problem-words" title={`${error.message} ${TEXT.why}: ${error.detail} ${error.hint}`}>
        {error.message} <b className="gateway-why">{TEXT.why}:</b> {error.detail} <span className="ada-quiet">{error.hint}</span>
      </span>
      <span className="ada-quiet gateway-small">{describeSince(since)}</span>
    </div>
  );
});
