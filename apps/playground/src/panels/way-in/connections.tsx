import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import { arrowPath, curvePath, detourPath, type Rectangle, ribbonPath } from './connection-path.ts';

/** A connection between two elements, named by their `data-flow`. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  /** The level that colours it, 0 for words. */
  readonly tone?: number;
  /** A ribbon is as wide as what it joins. */
  readonly isRibbon?: true;
  /** In one column, past the parts between. */
  readonly isDetour?: true;
}

interface Drawn {
  readonly path: string;
  readonly kind: 'arrow' | 'line' | 'ribbon';
  readonly tone: number | undefined;
}

/** Below this width in pixels the parts stand in one column, see way-in.css. */
const oneColumn = 680;

/** Draws the flow of the picture behind its parts, wherever the layout puts them. */
export function Connections({
  within,
  connections,
}: {
  readonly within: RefObject<HTMLElement | null>;
  readonly connections: readonly Connection[];
}) {
  const [drawn, setDrawn] = useState<readonly Drawn[]>([]);
  const measure = useCallback(() => {
    const container = within.current;
    if (container === null) return;
    const next = connections.flatMap(({ from, to, tone, isRibbon, isDetour }): Drawn[] => {
      const [a, b] = [rectangle(container, from), rectangle(container, to)];
      if (a === undefined || b === undefined) return [];
      if (isDetour && container.clientWidth < oneColumn) return [{ path: detourPath(a, b), kind: 'arrow', tone }];
      if (isRibbon) return [{ path: ribbonPath(a, b), kind: 'ribbon', tone }];
      if (tone !== undefined) return [{ path: curvePath(a, b), kind: 'line', tone }];
      return [{ path: arrowPath(a, b), kind: 'arrow', tone }];
    });
    setDrawn((before) =>
      before.map(({ path }) => path).join() === next.map(({ path }) => path).join() ? before : next,
    );
  }, [connections]);
  useLayoutEffect(() => {
    const container = within.current;
    if (container === null) return;
    measure();
    // What is opened makes the picture higher; what is typed makes parts of it larger or smaller.
    const observer = new ResizeObserver(measure);
    observer.observe(container);
    for (const part of container.querySelectorAll('[data-flow]')) observer.observe(part);
    return () => observer.disconnect();
  }, [measure]);
  return (
    <svg class="way-in-connections" aria-hidden="true">
      <defs>
        <marker id="way-in-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 .5 7.5 4 0 7.5z" />
        </marker>
      </defs>
      {drawn.map(({ path, kind, tone }) => (
        <path
          key={path}
          d={path}
          class={`way-in-${kind} ${tone === undefined ? '' : `way-in-tone-${tone}`}`}
          marker-end={kind === 'arrow' ? 'url(#way-in-arrow)' : undefined}
        />
      ))}
    </svg>
  );
}

function rectangle(container: HTMLElement, name: string): Rectangle | undefined {
  const element = container.querySelector(`[data-flow="${name}"]`);
  if (element === null) return undefined;
  const [own, origin] = [element.getBoundingClientRect(), container.getBoundingClientRect()];
  const [x, y] = [origin.left + container.clientLeft, origin.top + container.clientTop];
  return { left: own.left - x, top: own.top - y, right: own.right - x, bottom: own.bottom - y };
}
