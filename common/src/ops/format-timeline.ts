import type { Moment } from '../timeline/facts.ts';
import type { Timeline } from '../timeline/timeline.ts';

const WIDTH = 100;
const SERVICE_WIDTH = 10;

/** A timeline as text of at most 100 columns; times are UTC with milliseconds. */
export function formatTimeline({
  subject,
  readAt,
  states,
  moments,
  findings,
  inProgress,
  problems,
  verdict,
}: Timeline): string {
  return [
    `${subject.kind} ${subject.id}, read ${utc(readAt)} UTC`,
    '',
    ...states.flatMap(({ kind, id, text }) => wrap(`  ${kind.padEnd(8)} ${id}  `, text)),
    '',
    ...moments.flatMap((moment) => formatMoment(moment, moments)),
    '',
    ...section('Inconsistent:', findings),
    ...section('In progress:', inProgress),
    ...section('Not read:', problems),
    verdict === 'inconsistent' ? count(findings) : verdict,
  ].join('\n');
}

function formatMoment(moment: Moment, all: Moment[]): string[] {
  const { at, service, id, version, what, by, kind, traceId } = moment;
  const isNamed = id !== undefined && kind !== 'log' && all.some((other) => isOther(moment, other));
  const text = [
    version === undefined ? what : `${what}, v${version}`,
    by && `by ${by}`,
    isNamed && id,
    traceId && `trace ${traceId}`,
  ].filter(Boolean);
  return wrap(`${utc(at)}  ${service.padEnd(SERVICE_WIDTH)}  `, text.join(', '));
}

/** Whether both are about different aggregates of one kind, which only their ids distinguish. */
function isOther({ kind, id }: Moment, other: Moment): boolean {
  return other.kind === kind && other.id !== id;
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.flatMap((line) => wrap('- ', line)), ''];
}

function count(findings: string[]): string {
  return `inconsistent: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
}

function utc(time: string): string {
  return time.replace('T', ' ').replace('Z', '');
}

/** Breaks a text between words, and a word that is longer than a line anywhere. */
function wrap(start: string, text: string): string[] {
  const width = WIDTH - start.length;
  const lines = [''];
  // A control character of a log line or an error could move the cursor of a terminal.
  for (const word of text.replace(/[\p{C}\s]+/gu, ' ').split(' '))
    for (const part of word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []) {
      const line = lines.at(-1);
      if (line === '') lines[lines.length - 1] = part;
      else if (line !== undefined && line.length + part.length < width) lines[lines.length - 1] += ` ${part}`;
      else lines.push(part);
    }
  return lines.map((line, index) => (index === 0 ? start : ' '.repeat(start.length)) + line);
}
