import './overview.css';
import { Button, Group } from '@mantine/core';
import { memo } from 'react';
import { ALL_OK } from '../../../shared/diagnosis/text.ts';
import { useChecksPart } from '../../stores/checks.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useGpuStatus } from '../../stores/gpu.ts';
import { setPage } from '../../stores/view.ts';
import { Page } from '../../ui/page.tsx';
import { WhyMenu } from '../troubleshooting/why-menu.tsx';
import { ChainDiagram } from './chain-diagram.tsx';
import { FigureCards } from './figure-cards.tsx';
import { NowCard, SinceCard } from './late-cards.tsx';
import { MoreProblems, ProblemSlot } from './problem-list.tsx';
import { RecentActivityCard } from './recent-activity-card.tsx';
import { ServicesCard } from './services-card.tsx';
import { TEXT } from './text.ts';

/** The components of image generation, the problems, and the main GPU figures. */
export function OverviewPage() {
  const diagnosis = useDiagnosis();
  const { links, broken, summary } = diagnosis;
  const { gpus } = useGpuStatus();
  const hasFailedChecks = useChecksPart(({ results }) => results.some(({ verdict }) => verdict === 'fail'));
  return (
    <Page
      title={TEXT.title}
      state={hasFailedChecks && summary.text === ALL_OK ? TEXT.onlyChecksFail : summary.text}
      action={<HeadButtons />}
    >
      <ChainDiagram links={links} broken={broken} />
      <ProblemSlot diagnosis={diagnosis} />
      {gpus.map((known) => (
        <FigureCards key={known.uuid} gpu={known} title={gpus.length === 1 ? null : `GPU ${known.index}`} />
      ))}
      <div className="ada-overview-columns">
        <ServicesCard />
        <div className="ada-overview-stack">
          <NowCard />
          <RecentActivityCard />
        </div>
        <SinceCard />
      </div>
      <MoreProblems diagnosis={diagnosis} />
    </Page>
  );
}

// The page is drawn with every reading of the GPU; a button of the kit costs more than the figures.
const HeadButtons = memo(() => (
  <Group gap="xs">
    <WhyMenu />
    <Button onClick={() => setPage('logs')}>{TEXT.showLogs}</Button>
  </Group>
));
