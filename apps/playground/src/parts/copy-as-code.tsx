import { useEffect, useRef, useState } from 'preact/hooks';
import { ownPhotographs, type Product, product } from '../state/product.ts';
import './copy-as-code.css';
import { CopyButton } from './copy-button.tsx';
import { fillProgram } from './fill-program.ts';
import { Notice } from './notice.tsx';

/** Tests run each of these programs, see test/programs.test.ts. */
const programs = import.meta.glob<string>('../programs/*.ts', { query: '?raw', import: 'default' });

type ProgramName = 'look' | 'words' | 'puzzle' | 'match' | 'search' | 'read' | 'pretrain' | 'teach';

export interface CopyAsCodeProps {
  /** A file of src/programs, without its ending. */
  readonly program: ProgramName;
  /** What it does, in a sentence. Default: it prints what the panel shows of this product. */
  readonly does?: string;
  /** Values of further constants at its top. The photograph and the caption are those of the product. */
  readonly values?: Readonly<Record<string, string | number>>;
}

const printsAll = 'This program prints in Node what you see above, for this product.';

/** The short program that does in Node what a panel shows, for this very product. Goes to the bottom of a panel. */
export function CopyAsCode({ program, does = printsAll, values = {} }: CopyAsCodeProps) {
  const [source, setSource] = useState<string | undefined>();
  const [isOpen, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const code = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    let isWanted = true;
    const load = programs[`../programs/${program}.ts`];
    load?.().then(
      (text) => isWanted && setSource(text),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [isOpen, program]);
  const all = { ...constantsOf(product.value), ...values };
  const text = source === undefined ? '' : fillProgram(source, all);
  return (
    <details class="copy-code" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The same in code</summary>
      <div class="copy-code-body">
        <p class="soft">
          {does} Its packages: <code class="number">pnpm add {packagesOf(text).join(' ')}</code>.
          {/^const model = /m.test(text) && (
            <>
              {' '}
              Its model is the folder that <code class="number">pnpm turbo run train</code> leaves.
            </>
          )}
        </p>
        {failed && <Notice kind="problem">The program could not be loaded. Reload the page.</Notice>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard */}
        <section class="copy-code-text" tabIndex={0} aria-label={`The program ${program}.ts`}>
          <pre>
            <code ref={code}>
              {text.split('\n').map((line, index) => (
                <span key={index} class={isFilled(line, all) ? 'copy-code-filled' : undefined}>
                  {`${line}\n`}
                </span>
              ))}
            </code>
          </pre>
        </section>
        <CopyButton text={text} label="Copy the program" shown={code} />
      </div>
    </details>
  );
}

function constantsOf(current: Product | undefined): Readonly<Record<string, string>> {
  if (current === undefined) return {};
  const own = ownPhotographs.value.find(({ id }) => id === current.id)?.name;
  const photograph = own ?? current.address.slice(current.address.lastIndexOf('/') + 1);
  return { photograph, ...(current.caption === '' ? {} : { caption: current.caption }) };
}

/** Whether a line is one of the constants that were filled in. */
function isFilled(line: string, values: Readonly<Record<string, unknown>>): boolean {
  const name = /^const (\w+) = ['"\d]/.exec(line)?.[1];
  return name !== undefined && Object.hasOwn(values, name);
}

/** The packages that a program imports. */
function packagesOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/from '(@kaleido\/[\w-]+)/g), ([, name]) => name as string))];
}
