import { useEffect, useId, useState } from 'preact/hooks';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { Notice } from '../../parts/notice.tsx';
import { percent } from '../../parts/percent.ts';
import { setSettings, setting } from '../../state/place.ts';
import { classesProblem, mostClasses, mostPhotographs } from '../../training/class-pictures.ts';
import type { TaughtPart, TeachingEvent } from '../../training/teaching-events.ts';
import {
  addClass,
  leftOut,
  measurements,
  ownClasses,
  stopTeaching,
  takeDrawnGarments,
  teach,
  teaching,
} from '../../training/teaching-state.ts';
import { ClassCard } from './class-card.tsx';
import { Folders } from './folders.tsx';
import { ModelFolder } from './model-folder.tsx';
import { TryClasses } from './try-classes.tsx';

const parts: Readonly<Record<TaughtPart, { readonly title: string; readonly lead: string }>> = {
  head: {
    title: 'A new layer on top',
    lead: 'The model stays as it is, and one layer learns to read it. Seconds, and good for few photographs.',
  },
  all: {
    title: 'The whole model',
    lead: 'Everything learns. More accurate with hundreds of photographs, and it takes minutes.',
  },
};

/** Teaches the bundled model classes from the visitor's photographs. */
export function OwnClasses() {
  const classes = ownClasses.value;
  const state = teaching.value;
  const problem = classesProblem(classes);
  const trained: TaughtPart = setting('part') === 'all' ? 'all' : 'head';
  const name = useId();
  const [isDrawing, setDrawing] = useState(false);
  const isWorking = state.kind === 'working';
  return (
    <>
      <p class="train-lead">
        The model of this page already knows drawn garments. Show it photographs of two classes or more, and it learns
        to tell them apart. {mostPhotographs.toLocaleString('en')} photographs in all are the limit. They are read one
        at a time, and never leave this machine.
      </p>
      <div class="train-buttons train-first-try">
        <button
          type="button"
          class="button"
          disabled={isDrawing || isWorking}
          onClick={() => {
            setDrawing(true);
            void takeDrawnGarments().finally(() => setDrawing(false));
          }}
        >
          No photographs? Use drawn garments: dresses against trousers
        </button>
      </div>
      <div class="train-classes">
        {classes.map((own) => (
          <ClassCard key={own.id} own={own} canRemove={classes.length > 2} />
        ))}
        {classes.length < mostClasses && (
          <button type="button" class="train-add-class" onClick={addClass}>
            + Add a class
          </button>
        )}
      </div>
      <section class="card train-teach" aria-labelledby="train-teach">
        <h2 id="train-teach">Teach it</h2>
        <fieldset class="train-parts" disabled={isWorking}>
          <legend class="visually-hidden">What learns</legend>
          {(Object.keys(parts) as TaughtPart[]).map((part) => (
            <label key={part} class="train-part">
              <input
                type="radio"
                name={name}
                checked={trained === part}
                onChange={() => setSettings({ part: part === 'head' ? undefined : part })}
              />
              <span>
                <strong>{parts[part].title}</strong>
                <span class="soft small">{parts[part].lead}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="train-buttons">
          <button
            type="button"
            class="button button-main"
            disabled={problem !== undefined || isWorking}
            onClick={() => teach(trained)}
          >
            Teach
          </button>
          {isWorking && (
            <button type="button" class="button" onClick={stopTeaching}>
              Stop
            </button>
          )}
          <p class="small soft train-teach-state" role="status">
            {isWorking ? <Working event={state.event} /> : (problem ?? '')}
          </p>
        </div>
        {state.kind === 'failed' && <Notice kind="problem">{state.reason}</Notice>}
        {state.kind === 'done' && <Result />}
        <LeftOutPhotographs />
      </section>
      {state.kind === 'done' && <TryClasses api={state.api} />}
      <Folders>{state.kind === 'done' && <ModelFolder name="taught-model" files={() => state.api.files()} />}</Folders>
      <CopyAsCode
        program="teach"
        does="This program teaches the model in Node, from a folder of photographs for each class, and prints what it makes of another one."
        values={{ trained }}
      />
    </>
  );
}

/** Seconds without a sign of the worker after which the visitor is told: each photograph and each step gives one. */
const silence = 60;

function Working({ event }: { readonly event: TeachingEvent | undefined }) {
  const [silent, setSilent] = useState<TeachingEvent | 'start'>();
  const last = event ?? 'start';
  useEffect(() => {
    const timer = setTimeout(() => setSilent(last), 1000 * silence);
    return () => clearTimeout(timer);
  }, [last]);
  return (
    <>
      <Progress event={event} />
      {silent === last && <> Nothing has happened for a minute. You can stop it, and teach again.</>}
    </>
  );
}

function Progress({ event }: { readonly event: TeachingEvent | undefined }) {
  const newest = measurements.value.findLast(({ accuracy }) => accuracy !== undefined)?.accuracy;
  switch (event?.kind) {
    case 'loading':
      return <>Loading the model</>;
    case 'reading':
      return (
        <>
          <progress max={event.total} value={event.read} aria-label="Photographs read" /> Looking at photograph{' '}
          {(event.read + 1).toLocaleString('en')} of {event.total.toLocaleString('en')}
        </>
      );
    case 'step':
      return (
        <>
          Step {event.step.toLocaleString('en')}, loss {event.loss.toFixed(3)}
          {newest !== undefined && `, right for ${percent(newest)} of the held-out photographs`}. About{' '}
          {Math.ceil(event.secondsLeft)} s left.
        </>
      );
    default:
      return <>Starting</>;
  }
}

function Result() {
  const state = teaching.value;
  if (state.kind !== 'done') return null;
  const { examples, steps, seconds, heldOut, notes, tensors, bytes } = state.report;
  return (
    <div class="train-result">
      {heldOut === undefined ? (
        <p>
          It has learned from {examples} photographs. With ten or more of each class, a fifth would be held out to
          measure how often it is right.
        </p>
      ) : (
        <p>
          <strong class="number train-result-figure">{percent(heldOut.accuracy)}</strong> right:{' '}
          {Math.round(heldOut.accuracy * heldOut.examples)} of {heldOut.examples} photographs that were held out. It
          learned from {examples}.
        </p>
      )}
      {notes.map((note) => (
        <p key={note} class="small">
          {note}
        </p>
      ))}
      <p class="small soft">
        {steps} steps, {seconds.toFixed(0)} s in all. It holds {tensors} tensors, {Math.round(bytes / 1e6)} MB.
      </p>
    </div>
  );
}

/** Names that are listed; there may be thousands. */
const listed = 50;

function LeftOutPhotographs() {
  const all = leftOut.value;
  if (all.length === 0) return null;
  return (
    <details class="train-left-out">
      <summary>
        {all.length === 1 ? '1 photograph was' : `${all.length.toLocaleString('en')} photographs were`} left out
      </summary>
      <ul class="small">
        {all.slice(0, listed).map(({ name, reason }, index) => (
          <li key={`${index} ${name}`}>{reason.includes(name) ? reason : `${name}: ${reason}`}</li>
        ))}
        {all.length > listed && <li>and {(all.length - listed).toLocaleString('en')} more</li>}
      </ul>
    </details>
  );
}
