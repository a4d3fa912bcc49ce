import type { LabFault } from '../base/faults.ts';
import type { Answer } from './images.ts';

const WORDS = ['One', ', two', ', three.'];
const TEXT = WORDS.join('');

/** Chat, responses, embeddings and memory of the simulated gateway; null = another path. */
export function answerChat(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  faults: ReadonlySet<LabFault>,
  nowMs: number,
): Answer | null {
  const answer = answerOf(name, fields, Math.floor(nowMs / 1000));
  if (answer === null || !faults.has('gateway-chat-fails')) return answer;
  return { status: 502, body: { detail: 'upstream error: ConnectError: All connection attempts failed' } };
}

function answerOf(name: string, fields: Readonly<Record<string, unknown>>, created: number): Answer | null {
  const isStream = fields['stream'] === true;
  const model = typeof fields['model'] === 'string' ? fields['model'] : 'auto';
  switch (name) {
    case 'POST /v1/chat/completions': {
      const base = { id: 'chatcmpl-lab', created, model };
      if (isStream) {
        const chunk = (content: string) => ({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] });
        return streamOf(WORDS.map(chunk));
      }
      const message = { role: 'assistant', content: TEXT };
      return { status: 200, body: { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] } };
    }
    case 'POST /v1/responses':
      if (isStream) return streamOf(WORDS.map((delta) => ({ type: 'response.output_text.delta', delta })));
      return { status: 200, body: { id: 'resp-lab', object: 'response', created_at: created, model, output_text: TEXT, output: [] } };
    case 'POST /v1/embeddings':
      return { status: 200, body: { object: 'list', model, data: [{ object: 'embedding', index: 0, embedding: [0.1, -0.2, 0.3] }] } };
    case 'GET /v1/memory/export':
      return { status: 400, body: { detail: 'memory v2 disabled' } };
    default:
      return null;
  }
}

const streamOf = (events: readonly unknown[]): Answer => ({
  status: 200,
  body: null,
  stream: `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`,
});
