import { basename } from 'node:path';
import { type DataReadingTexts, dataFromUser, openData, parseDataReading } from '@kaleido/data/node';
import { KaleidoError, printable, publicAddress } from '@kaleido/foundation';
import { pathFromUser, writeWhole } from '@kaleido/foundation/node';
import { inspectData, inspectionLines, inspectionPage } from '@kaleido/inspect/node';
import { skippedKindLines, withoutPackage } from '@kaleido/splits';
import { followRun } from './follow-run.ts';

export interface InspectSettings extends DataReadingTexts {
  readonly data: string;
  readonly out?: string;
  readonly json?: string;
  readonly pictures: string;
}

/** Notes that are printed; all are on the page and in the JSON. */
const mostNotes = 8;

/** Looks at products, and prints what a training would find. */
export async function inspect(settings: InspectSettings): Promise<void> {
  const { data, out, json } = settings;
  const mostPictures = pictureCount(settings.pictures);
  const path = await dataFromUser(data);
  const notes: string[] = [];
  const reading = await parseDataReading(settings);
  const source = await openData(path, { ...reading, onWarning: (message) => notes.push(message) });
  console.log(printable(`${publicAddress(data)}: ${source.form}`));
  const follower = followRun(process.stdout);
  const { onPart, onProgress } = follower.listeners;
  const { inspection, pictures } = await inspectData(source, {
    notes,
    mostPictures,
    hasPictures: out !== undefined,
    ...(onPart === undefined ? {} : { onPart }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }).finally(() => follower.close());
  const lines = ['', ...inspectionLines(inspection)];
  if (inspection.leftOut.length > 0) lines.push('', 'left out', ...skippedKindLines(inspection.leftOut));
  if (inspection.notes.length > 0)
    lines.push('', 'notes', ...inspection.notes.slice(0, mostNotes).map((note) => `  ${withoutPackage(note)}`));
  if (inspection.notes.length > mostNotes) lines.push(`  and ${inspection.notes.length - mostNotes} more`);
  for (const line of lines) console.log(printable(line));
  if (json !== undefined) await writeWhole(pathFromUser(json), `${JSON.stringify(inspection, undefined, 2)}\n`);
  if (out !== undefined) {
    await writeWhole(pathFromUser(out), inspectionPage(basename(publicAddress(path)), inspection, pictures));
    console.log(`\npage: ${out}`);
  }
  // A training would stop there.
  if (inspection.splits.some(({ error }) => error !== undefined)) process.exitCode = 1;
}

/** @throws KaleidoError if it is no whole number from 0 */
function pictureCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0 && text !== '') return count;
  throw new KaleidoError({
    source: 'train',
    problem: '--pictures must be a whole number from 0',
    found: text,
    advice: 'e.g. --pictures 20000',
  });
}
