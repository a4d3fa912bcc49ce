import { Button, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { importAndConnect } from './host-actions.ts';
import { addAndConnectTo, TEXT } from './text.ts';

const QUERY_KEY = ['hosts.importCandidates'] as const;

/** The hosts of ~/.ssh/config that can be added with one click. */
export function SshConfigList({ onAdded }: { readonly onAdded?: () => void }) {
  const queries = useQueryClient();
  const { data, error, isPending } = useQuery({ queryKey: QUERY_KEY, queryFn: () => bridge.hosts.importCandidates(), staleTime: 0 });
  const [failure, setFailure] = useState<PanelError | null>(null);

  const add = async (alias: string): Promise<void> => {
    try {
      await importAndConnect(alias);
      setFailure(null);
      await queries.invalidateQueries({ queryKey: QUERY_KEY });
      onAdded?.();
    } catch (thrown) {
      setFailure(toPanelError(thrown));
    }
  };

  if (isPending) return <Loader size="xs" aria-label={TEXT.readingSshConfig} />;
  if (error !== null) return <ErrorNotice error={toPanelError(error)} />;
  if (data.length === 0) return <p className="ada-quiet">{TEXT.noSshConfigHosts}</p>;
  return (
    <>
      {failure === null ? null : <ErrorNotice error={failure} />}
      <ul className="ada-rows">
        {data.map((candidate) => (
          <li key={candidate.alias} className="ada-row">
            <span className="ada-row-main">
              <b>{candidate.alias}</b>
            </span>
            {candidate.alreadyAdded ? (
              <span className="ada-quiet">{TEXT.alreadyAdded}</span>
            ) : (
              <Button onClick={() => void add(candidate.alias)} aria-label={addAndConnectTo(candidate.alias)}>
                {TEXT.connect}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
