import * as Plot from '@observablehq/plot';
import { drawCurve } from './draw-curve.ts';
import { counted, decimal, duration, significant, wordsOf } from './format.ts';
import { type Html, html } from './html.ts';
import type { MetricLine } from './report-data.ts';

interface Point {
  readonly step: number;
  readonly loss: number;
}

/** More points than pixels would only make the page heavy. */
const mostPoints = 240;
/** From this number of points on, a running mean is drawn, with the points as a pale line behind it. */
const smoothedFrom = 24;

/**
 * The loss if all answers are equally likely. A curve that stays there has learned nothing, which its shape alone does
 * not show.
 */
const lossOfGuessing: Readonly<Record<string, number>> = {
  match: Math.log(2),
  rotation: Math.log(4),
  jigsaw: Math.log(24),
  camouflage: Math.log(9),
};

/** The curves of all losses: a block per stage, a plot per loss, each with its own scale. */
export function learningCurves(metrics: readonly MetricLine[]): Html {
  const stages = [...new Set(metrics.map(({ stage }) => stage))];
  const guessed = metrics.some(({ losses }) => Object.keys(losses).some((name) => Object.hasOwn(lossOfGuessing, name)));
  return html`<p class="lead">Each plot has its own scale. Losses are in nats, steps are updates of the weights. The
    strong line is a running mean where there is a pale one behind it, which is what was logged.${
      guessed && html` A dashed line marks what guessing would cost: a curve that stays there has learned nothing.`
    }</p>
    ${stages.map((stage) =>
      curvesOfStage(
        stage,
        metrics.filter((line) => line.stage === stage),
      ),
    )}`;
}

function curvesOfStage(stage: string, lines: readonly MetricLine[]): Html {
  const last = lines.at(-1) as MetricLine;
  // The minimised loss comes first; the others stay in the order of the log.
  const names = [...new Set(lines.flatMap(({ losses }) => Object.keys(losses)))];
  names.sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
  const peak = Math.max(...lines.map(({ learningRate }) => learningRate).filter(Number.isFinite));
  const facts = [
    counted(last.step, 'step'),
    duration(last.seconds),
    `${decimal(last.examplesPerSecond, last.examplesPerSecond < 10 ? 1 : 0)} examples/s`,
    ...(peak > 0 && Number.isFinite(peak) ? [`learning rate up to ${rate(peak)}`] : []),
  ];
  return html`<section class="stage">
    <h3>${wordsOf(stage)} <small>${facts.join(' · ')}</small></h3>
    <div class="curves">${names.map((name) => curveOfLoss(name, lines))}</div>
  </section>`;
}

function curveOfLoss(name: string, lines: readonly MetricLine[]): Html {
  const logged = lines.flatMap(({ step, losses }) =>
    Object.hasOwn(losses, name) ? [{ step, loss: losses[name] as number }] : [],
  );
  // A diverged run logs NaN, which JSON turns into null.
  const points = logged.filter(({ loss }) => typeof loss === 'number' && Number.isFinite(loss));
  const lost = logged.length - points.length;
  const label = name === 'loss' ? 'Loss minimised' : wordsOf(name);
  const guessing = Object.hasOwn(lossOfGuessing, name) ? lossOfGuessing[name] : undefined;
  const first = points[0];
  const last = points.at(-1);
  const course =
    first === undefined || last === undefined
      ? 'no value'
      : first === last
        ? significant(last.loss)
        : `${significant(first.loss)} → ${significant(last.loss)}`;
  return html`<figure class="curve">
    <figcaption><b>${label}</b><span class="number">${course}</span></figcaption>
    ${points.length > 0 && html`<div role="img" aria-label="${label}: ${course} nats">${draw(points, guessing)}</div>`}
    ${lost > 0 && html`<p class="warning">${counted(lost, 'logged value')} not finite, not drawn.</p>`}
  </figure>`;
}

function draw(all: readonly Point[], guessing: number | undefined): Html {
  const points = thinned(all);
  const smooth = points.length >= smoothedFrom;
  const window = Math.max(3, Math.round(points.length / 16));
  const colour = 'var(--accent)';
  return drawCurve({
    x: { label: 'steps', ticks: 4, tickFormat: shortCount, domain: reach(points) },
    y: { label: 'loss (nats)', nice: true },
    marks: [
      ...(guessing === undefined
        ? []
        : [Plot.ruleY([guessing], { stroke: 'currentColor', strokeOpacity: 0.55, strokeDasharray: '3 3' })]),
      ...(points.length === 1 ? [Plot.dot(points, { x: 'step', y: 'loss', r: 3, fill: colour })] : []),
      Plot.lineY(points, {
        x: 'step',
        y: 'loss',
        stroke: colour,
        strokeWidth: smooth ? 1 : 1.8,
        strokeOpacity: smooth ? 0.32 : 1,
      }),
      ...(smooth
        ? [Plot.lineY(points, Plot.windowY({ k: window }, { x: 'step', y: 'loss', stroke: colour, strokeWidth: 1.8 }))]
        : []),
    ],
  });
}

/** Averages neighbouring points, so that at most `mostPoints` are left. */
function thinned(points: readonly Point[]): readonly Point[] {
  const each = Math.ceil(points.length / mostPoints);
  if (each === 1) return points;
  const groups = Array.from({ length: Math.ceil(points.length / each) }, (_, group) =>
    points.slice(group * each, (group + 1) * each),
  );
  return groups.map((group) => ({
    step: (group.at(-1) as Point).step,
    loss: group.reduce((sum, { loss }) => sum + loss, 0) / group.length,
  }));
}

/** The range of steps, from 0 even though nothing is logged there. */
function reach(points: readonly Point[]): [number, number] {
  return [0, Math.max(1, ...points.map(({ step }) => step))];
}

function shortCount(step: number): string {
  return step >= 1000 ? `${Number((step / 1000).toFixed(1))}k` : String(step);
}

function rate(value: number): string {
  if (value >= 1e-3) return String(Number(value.toPrecision(2)));
  const [mantissa = '', exponent = ''] = value.toExponential(1).split('e-');
  return `${Number(mantissa)} × 10⁻${exponent.replace(/\d/g, superscript)}`;
}

function superscript(digit: string): string {
  return '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit));
}
