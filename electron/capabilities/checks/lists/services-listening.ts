import { type HostAnswers, readUserRequest } from '../../../foundation/host-reader/answers.ts';
import { type Listener, readHostFacts } from '../../setup/host-facts.ts';
import { byHand, byRecipe, type Finding, fail, pass, unknown } from '../check.ts';
import { addressOf, type Looked, type Place, placesOf, serviceOf } from './chain-services.ts';
import { SERVICES_TEXT as TEXT } from './services-text.ts';

/** Whether a unit listens where its configuration says, and only it. */
export function judgeListening({ service: { key, unit, name, recipe }, state, host }: Looked): Finding {
  const answers = host.answers();
  const active = state.get('ActiveState') ?? '';
  if (active !== 'active' && active !== 'reloading') return unknown(TEXT.notRunning(unit));
  const answer = answers.get('listen');
  if (answer === null || answer.lines.length === 0) return unknown(TEXT.notReported(unit));
  const places = placesOf(key, answers);
  if (places === 'none') return fail(TEXT.noSite, byRecipe('nginx', TEXT.apply('nginx')));
  if (places === 'unknown') return unknown(key === 'nginx' ? TEXT.sitesUnread : TEXT.badPort(unit));
  const { listeners } = readHostFacts(answers);
  const uid = uidOf(unit, answers);
  const evidence = [...places.map((place) => TEXT.setTo(shown(place), place.from)), ...linesOf(answer.lines, places)];
  for (const place of places) {
    const here = listeners.filter(({ port }) => port === place.port);
    if (here.length === 0) return fail(TEXT.silent(unit, shown(place)), byHand(TEXT.seeLog(unit)), ...evidence);
    const other = here.find((listener) => overlaps(listener, place) && isOther(listener, unit, uid));
    if (other !== undefined) return fail(TEXT.other(shown(place), whose(other), unit), byHand(TEXT.endOther(place.port)), ...evidence);
    const own = here.filter((listener) => !isOther(listener, unit, uid));
    if (!own.some(({ address }) => covers(addressOf(address), place.address))) {
      const found = own.map(({ address }) => nameOf(addressOf(address))).join(', ');
      return fail(TEXT.elsewhere(unit, place.port, found, nameOf(place.address)), byRecipe(recipe, TEXT.apply(name)), ...evidence);
    }
  }
  return pass(TEXT.listens(unit, places.map(shown).join(', ')), ...evidence);
}

const nameOf = (address: string): string => (address === '*' ? TEXT.everyAddress : address);
const shown = ({ address, port }: Place): string =>
  address === '*' ? `port ${port}` : `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** A program that listens on more than it is set to is as wrong as one that listens on less. */
const covers = (actual: string, wanted: string): boolean => actual === wanted || (actual === '::1' && wanted === '127.0.0.1');

const overlaps = ({ address }: Listener, place: Place): boolean => {
  const actual = addressOf(address);
  return actual === '*' || place.address === '*' || actual === place.address;
};

/** What is known of a socket speaks against the unit: its control group, else the user who opened it. */
function isOther(listener: Listener, unit: string, uid: number | null | undefined): boolean {
  if (listener.unit !== null) return listener.unit !== unit;
  return uid !== undefined && listener.uid !== uid;
}

function whose({ unit, process, uid }: Listener): string {
  if (unit !== null) return unit;
  if (process !== null) return TEXT.program(process);
  return uid === null ? TEXT.anotherProgram : TEXT.ofUser(String(uid));
}

/** The user ID of a unit's program; null = root, whose ID ss(8) does not print; undefined = unknown. */
function uidOf(unit: string, answers: HostAnswers): number | null | undefined {
  const user = serviceOf(answers, unit)?.user;
  if (user === undefined) return undefined;
  if (user === 'root') return null;
  const uid = answers.get(readUserRequest(user))?.lines[0]?.split(':')[2] ?? '';
  return /^\d{1,10}$/.test(uid) ? Number(uid) : undefined;
}

const linesOf = (lines: readonly string[], places: readonly Place[]): readonly string[] =>
  lines.filter((line) => places.some(({ port }) => line.slice(0, 300).includes(`:${port} `))).slice(0, 6);
