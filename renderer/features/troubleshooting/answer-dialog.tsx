import { Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { toPanelError } from '../../../shared/errors.ts';
import { bridgeOf } from '../../bridge.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useHostProfile } from '../../stores/hosts.ts';
import { closeAnswer, type Question, useQuestion } from '../../stores/troubleshooting.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { AnswerView } from './answer-view.tsx';
import { TEXT, titleOf } from './text.ts';
import './troubleshooting.css';

/** The answer to "Why: …", over any page. */
export function AnswerDialog() {
  const question = useQuestion();
  const hostId = useHostId();
  const isShown = question !== null && question.hostId === hostId;
  return (
    <Modal opened={isShown} onClose={closeAnswer} title={question === null ? '' : titleOf(question.symptom)} size={860}>
      {isShown ? <Answer key={question.number} question={question} /> : null}
    </Modal>
  );
}

function Answer({ question: { number, hostId, symptom, at, error } }: { readonly question: Question }) {
  const hostLabel = useHostProfile()?.label ?? '';
  const query = useQuery({
    queryKey: ['troubleshooting.find', hostId, number],
    queryFn: () => bridgeOf(hostId).troubleshooting.find({ symptom, at, error }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (query.isFetching) {
    return (
      <p className="why-looking" role="status">
        <Loader size={18} aria-hidden /> {TEXT.looking}
      </p>
    );
  }
  const again = (): void => void query.refetch();
  if (query.data === undefined) return <ErrorNotice error={toPanelError(query.error)} />;
  return <AnswerView answer={query.data} hostId={hostId} hostLabel={hostLabel} onAgain={again} />;
}
