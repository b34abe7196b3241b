import { useEffect, useRef, useState } from 'preact/hooks';
import { askedBackend, engine, engineNote, reasonOf } from '../../engine/engine.ts';
import type { EngineReport, Speed } from '../../engine/engine-api.ts';
import { webGpuProblem } from '../../engine/webgpu-problem.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { product, viewOf } from '../../state/product.ts';
import './about.css';
import { type Machine, readMachine } from './machine.ts';
import { OwnModel } from './own-model.tsx';
import { type Line, machineLines, modelLines, reportText, speedLines } from './report.ts';
import { useMemory } from './use-memory.ts';

/** What runs on this machine and how fast, what the page is made of, and what it cannot do. */
export function About() {
  const state = engine.value;
  const report = state.kind === 'ready' ? state.report : undefined;
  const [machine, setMachine] = useState<Machine | undefined>();
  const [measured, setMeasured] = useState<{ readonly of: EngineReport; readonly speed: Speed } | undefined>();
  const [measuring, setMeasuring] = useState<EngineReport | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const memory = useMemory();
  const text = useRef<HTMLPreElement>(null);
  useEffect(() => {
    let isWanted = true;
    void readMachine().then((found) => isWanted && setMachine(found));
    return () => {
      isWanted = false;
    };
  }, []);
  const current = product.value;
  const measure = async (): Promise<void> => {
    if (state.kind !== 'ready' || current === undefined) return;
    setMeasuring(state.report);
    setProblem(undefined);
    try {
      const speed = await state.api.measure(viewOf(current), current.caption === '' ? 'a dress' : current.caption);
      setMeasured({ of: state.report, speed });
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setMeasuring(undefined);
    }
  };
  // A measurement belongs to the engine that was measured.
  const speed = measured !== undefined && measured.of === report ? measured.speed : undefined;
  // One that is ended meanwhile never answers.
  const isMeasuring = measuring !== undefined && measuring === report;
  const facts = {
    report,
    asked: askedBackend(),
    webGpuProblem: webGpuProblem.value,
    note: engineNote.value,
    machine,
    memory,
    speed,
  };
  return (
    <div class="about-grid">
      <section class="card about-card" aria-labelledby="about-machine-title">
        <h2 id="about-machine-title">This machine</h2>
        <Lines lines={machineLines(facts)} />
      </section>
      <section class="card about-card" aria-labelledby="about-speed-title">
        <h2 id="about-speed-title">How fast</h2>
        <Lines lines={speedLines(facts)} isLarge />
        <p class="soft small">
          One pass reads this product's photograph and caption together and returns every number in between. A pair is a
          photograph and a caption that the matching head judges.
        </p>
        <div>
          <button
            type="button"
            class="button button-main"
            disabled={report === undefined || isMeasuring}
            onClick={() => void measure()}
          >
            {isMeasuring ? 'Measuring' : speed === undefined ? 'Measure' : 'Measure again'}
          </button>
        </div>
        <p class="visually-hidden" role="status">
          {speed !== undefined && !isMeasuring && 'Measured.'}
        </p>
        {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
      </section>
      <section class="card about-card" aria-labelledby="about-model-title">
        <h2 id="about-model-title">The model</h2>
        <Lines lines={modelLines(facts)} />
      </section>
      <OwnModel />
      <section class="card about-card" aria-labelledby="about-inside-title">
        <h2 id="about-inside-title">What is inside</h2>
        <dl class="about-parts">
          <div>
            <dt>The models</dt>
            <dd>
              Trained by this project's recipe <code class="number">quickstart</code>, on garments that its atelier
              draws. Apache 2.0.
            </dd>
          </div>
          <div>
            <dt>The photographs</dt>
            <dd>36 garments drawn by the atelier, none of which the model was trained on. Apache 2.0.</dd>
          </div>
          <div>
            <dt>The code</dt>
            <dd>
              The packages <code class="number">@kaleido/*</code> and this page, in the folder{' '}
              <code class="number">apps/playground</code> of the Kaleido repository. Apache 2.0.
            </dd>
          </div>
          <div>
            <dt>Networks for models of yours</dt>
            <dd>
              MobileNetV2 of the ONNX Model Zoo and U²-Net small of its authors, both Apache 2.0. They are loaded only
              if a model asks for them.
            </dd>
          </div>
          <div>
            <dt>Libraries</dt>
            <dd>TensorFlow.js and Comlink, Apache 2.0. Preact, Preact Signals and Zod, MIT.</dd>
          </div>
        </dl>
      </section>
      <section class="card about-card" aria-labelledby="about-limits-title">
        <h2 id="about-limits-title">What it cannot do</h2>
        <ul class="about-limits">
          <li>Photographs have 50 megapixels and 64 MB at most.</li>
          <li>It reads JPEG, PNG, WebP, GIF and AVIF. Save HEIC and SVG as one of them first.</li>
          <li>The bundled model knows drawn garments. It has never seen a real photograph, and errs on them.</li>
          <li>
            It finds the garment by the colour of the background. A busy background misleads it: move the box then.
          </li>
          <li>It reads English words of garments. Others are cut into pieces that mean little to it.</li>
          <li>Your photographs and models are forgotten when the page is closed.</li>
        </ul>
      </section>
      <section class="card about-card about-wide" aria-labelledby="about-report-title">
        <h2 id="about-report-title">A report to copy</h2>
        <p class="soft">
          Plain text for an issue or a colleague. It names this browser and adapter, nothing else of you.
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard */}
        <section class="about-report" tabIndex={0} aria-label="The report">
          <pre ref={text}>{reportText(facts)}</pre>
        </section>
        <CopyButton text={reportText(facts)} label="Copy the report" shown={text} />
      </section>
    </div>
  );
}

function Lines({ lines, isLarge = false }: { readonly lines: readonly Line[]; readonly isLarge?: boolean }) {
  return (
    <dl class={isLarge ? 'about-lines about-lines-large' : 'about-lines'}>
      {lines.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
