import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Incident, IncidentList } from '../../../shared/capabilities/incidents/contract.ts';
import { bridge, bridgeOf } from '../../bridge.ts';
import { useOfGpuStatus } from '../../stores/gpu.ts';
import { useOfflineReason } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';
import type { ChartMark } from '../../ui/time-series/types.ts';
import { around } from '../history/around.ts';
import { describeMark } from './text.ts';

/** The host is asked once in this time, for its log is read. */
const REFRESH_INTERVAL_MS = 60_000;

export interface Incidents {
  /** Undefined = loading. */
  readonly list: IncidentList | undefined;
  readonly error: Error | null;
}

/** Incidents of a host that overlap a span, read again every minute, when one begins or ends, and when a source of them comes or goes. */
export function useIncidents(hostId: string | null, span: { readonly fromMs: number; readonly toMs: number }): Incidents {
  const queries = useQueryClient();
  const fromMs = Math.floor(span.fromMs / REFRESH_INTERVAL_MS) * REFRESH_INTERVAL_MS;
  const toMs = Math.ceil(span.toMs / REFRESH_INTERVAL_MS) * REFRESH_INTERVAL_MS;
  useEffect(
    () =>
      bridge.incidents.onChanged(({ hostId: changed }) => {
        if (changed === hostId) void queries.invalidateQueries({ queryKey: ['incidents', hostId] });
      }),
    [hostId, queries],
  );
  const isOnline = useOfflineReason() === null;
  const hasGpu = useOfGpuStatus(({ gpus }) => gpus.length > 0);
  const { data, error } = useQuery({
    queryKey: ['incidents', hostId, fromMs, toMs, isOnline, hasGpu],
    queryFn: () => bridgeOf(hostId ?? '').incidents.list({ fromMs, toMs }),
    enabled: hostId !== null,
    placeholderData: (previous, query) => (query?.queryKey[1] === hostId ? previous : undefined),
    staleTime: REFRESH_INTERVAL_MS,
    gcTime: REFRESH_INTERVAL_MS,
  });
  return { list: data, error };
}

/** Of a long incident its beginning is shown. */
const MAX_SHOWN_MS = 10 * 60_000;

/** Opens the logs of the moment at which an incident began. */
export function showIncidentLogs({ beginMs, endMs, unit }: Incident): void {
  const { toMs } = around(Math.min(endMs ?? Date.now(), beginMs + MAX_SHOWN_MS));
  setPage('logs', { ...(unit === null ? {} : { unit }), fromMs: around(beginMs).fromMs, toMs });
}

/** Incidents that concern a GPU: its own, and those of no known GPU. */
export const incidentsOf = (incidents: readonly Incident[], gpuUuid: string): readonly Incident[] =>
  incidents.filter((incident) => incident.gpuUuid === null || incident.gpuUuid === gpuUuid);

const TONES = { critical: 'bad', warning: 'warning', info: 'info' } as const;
export const toneOfIncident = ({ severity }: Incident): (typeof TONES)[keyof typeof TONES] => TONES[severity];

/** Incidents as marks of a chart. */
export const marksOf = (incidents: readonly Incident[], nowMs: number): readonly ChartMark[] =>
  incidents.map((incident) => ({
    key: incident.id,
    fromMs: incident.beginMs,
    toMs: incident.endMs,
    tone: toneOfIncident(incident),
    label: describeMark(incident, nowMs),
    open: () => showIncidentLogs(incident),
  }));
