import { type Curve, smoothed } from '../../training/curve.ts';

/** Of the drawing; it is stretched to its place. */
const width = 240;
const height = 80;
/** Room above the highest value. */
const headroom = 1.12;

/** Points on each side that smooth a line. */
const reach = 3;

/** A loss over the steps as a line, beside the loss of an answer that does not look. */
export function LossChart({
  title,
  curve,
  baseline,
  guess,
}: {
  readonly title: string;
  readonly curve: Curve | undefined;
  /** Loss of guessing; undefined until it is known, and where it means nothing for this task. */
  readonly baseline: number | undefined;
  /** What guessing means here, in words. */
  readonly guess: string | undefined;
}) {
  const points = smoothed(curve?.points ?? [], reach);
  const now = curve?.now;
  const top = headroom * Math.max(baseline ?? 0, ...points.map(({ value }) => value), 0.1);
  const last = Math.max(points.at(-1)?.step ?? 1, 2);
  const y = (value: number): number => height - (Math.min(value, top) / top) * height;
  const line = points.map(
    ({ step, value }) => `${(((step - 1) / (last - 1)) * width).toFixed(1)},${y(value).toFixed(1)}`,
  );
  return (
    <figure class="train-chart">
      <figcaption>
        <span>{title}</span>
        <span class="number train-now">{now === undefined ? '–' : now.toFixed(2)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={labelOf(title, now, baseline)}
      >
        {baseline !== undefined && <line class="train-baseline" x1="0" x2={width} y1={y(baseline)} y2={y(baseline)} />}
        {line.length > 1 && <polyline class="train-line" points={line.join(' ')} />}
      </svg>
      <p class="train-guess">
        {guess === undefined ? (
          'Lower is closer'
        ) : baseline === undefined ? (
          guess
        ) : (
          <>
            <i aria-hidden="true" /> {guess}: <span class="number">{baseline.toFixed(2)}</span>
          </>
        )}
      </p>
    </figure>
  );
}

function labelOf(title: string, now: number | undefined, baseline: number | undefined): string {
  const current = now === undefined ? 'no step yet' : `now ${now.toFixed(2)}`;
  return `Loss of “${title}”: ${current}${baseline === undefined ? '' : `, guessing ${baseline.toFixed(2)}`}`;
}
