import type { EngineMemory, EngineReport, Speed } from '../../engine/engine-api.ts';
import type { Machine } from './machine.ts';

/** A fact of the report. */
export interface Line {
  readonly name: string;
  readonly value: string;
}

export interface Facts {
  readonly report: EngineReport | undefined;
  /** The backend that the address asks for. */
  readonly asked: string | undefined;
  /** Why WebGPU cannot be chosen here, if so. */
  readonly webGpuProblem: string | undefined;
  /** What happened to the engine that the visitor did not ask for. */
  readonly note: string | undefined;
  readonly machine: Machine | undefined;
  readonly memory: EngineMemory | undefined;
  readonly speed: Speed | undefined;
}

const backendNames: Readonly<Record<string, string>> = { webgpu: 'WebGPU', wasm: 'WebAssembly', cpu: 'JavaScript' };

/** Said of what is not known. */
const unknown = '–';

/** Why the model runs on what it runs on, for readers. */
export function whyBackend({
  report,
  asked,
  webGpuProblem,
  note,
}: Omit<Facts, 'machine' | 'memory' | 'speed'>): string {
  if (report === undefined) return unknown;
  if (asked === report.backend) return 'It was chosen above, or by the address.';
  if (report.backend === 'webgpu') return 'This browser has a graphics chip for it, which is fastest.';
  return webGpuProblem ?? note ?? 'The graphics adapter of this browser is slower, or does not work.';
}

/** What runs the model, for the page and for the text that is copied. */
export function machineLines(facts: Facts): Line[] {
  const { report, machine } = facts;
  return [
    { name: 'Runs on', value: report === undefined ? unknown : (backendNames[report.backend] ?? report.backend) },
    { name: 'Why', value: whyBackend(facts) },
    { name: 'Graphics adapter', value: machine?.adapter ?? unknown },
    { name: 'WebAssembly SIMD', value: machine === undefined ? unknown : machine.simd ? 'yes' : 'no' },
    { name: 'Processor cores', value: machine?.cores === undefined ? unknown : String(machine.cores) },
    ...(machine?.memory === undefined ? [] : [{ name: 'Memory of the device', value: `about ${machine.memory} GB` }]),
    { name: 'Browser', value: machine?.browser ?? unknown },
  ];
}

export function modelLines({ report, memory }: Facts): Line[] {
  const model = report?.model;
  const sizes: readonly (readonly [name: string, value: number | undefined])[] = [
    ['Parameters', model?.parameters],
    ['Layers', model?.layers],
    ['Attention heads of a layer', model?.heads],
    ['Numbers of a vector', model?.width],
    ['Word pieces it knows', model?.vocabulary],
    ['Word pieces it reads at most', model?.textLength],
    ['Numbers of a patch', model?.featureWidth],
  ];
  return [
    { name: 'Model', value: model?.name ?? unknown },
    ...sizes.map(([name, value]) => ({ name, value: value === undefined ? unknown : grouped(value) })),
    { name: 'Tensors in memory now', value: memory === undefined ? unknown : grouped(memory.tensors) },
    { name: 'Their size', value: memory === undefined ? unknown : `${(memory.bytes / 1e6).toFixed(1)} MB` },
  ];
}

export function speedLines({ report, speed }: Facts): Line[] {
  return [
    { name: 'Start to ready', value: report === undefined ? unknown : `${grouped(report.openedIn)} ms` },
    {
      name: 'One pass, median of 10',
      value: speed === undefined ? unknown : `${speed.passMilliseconds.toFixed(1)} ms`,
    },
    {
      name: 'Pairs a second, 32 at a time',
      value: speed === undefined ? unknown : grouped(Math.round(speed.pairsPerSecond)),
    },
  ];
}

/** The report as plain text. It has what the backend says of itself and of those before it, too, for who knows them. */
export function reportText(facts: Facts): string {
  const backend = { name: 'The backend says', value: facts.report?.description ?? unknown };
  const lines = [...machineLines(facts), backend, ...modelLines(facts), ...speedLines(facts)];
  const width = Math.max(...lines.map(({ name }) => name.length));
  return ['Kaleido playground', ...lines.map(({ name, value }) => `${name.padEnd(width)}  ${value}`), ''].join('\n');
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}
