import { selectBackend } from '@kaleido/backend';
import { createKaleido } from '@kaleido/pipeline';
import { expose } from 'comlink';
import { pictureFile } from './picture-file.ts';
import { Pretraining } from './pretraining.ts';
import type { PretrainingApi } from './pretraining-api.ts';
import type { PretrainingSettings } from './training-events.ts';

let training: Pretraining | undefined;
/** The newest settings: they may change before the training is there. */
let changed: PretrainingSettings | undefined;

function running(): Pretraining {
  if (training === undefined) throw new Error('The training has not begun.');
  return training;
}

const api: PretrainingApi = {
  async run({ base, seed, settings }, rasterise, tell) {
    // A model of this size is faster there than on a graphics card, which every step would wait for.
    await selectBackend({ prefer: 'wasm', wasmFolder: new URL('wasm/', base).href });
    training = new Pretraining({
      seed,
      settings: changed ?? settings,
      createKaleido,
      rasterise: async (svg) => pictureFile(await rasterise(svg)),
      tell,
    });
    await training.run();
  },
  play: () => running().play(),
  pause: () => running().pause(),
  step: () => running().step(),
  change(settings) {
    changed = settings;
    training?.change(settings);
  },
  async files() {
    const { kaleido } = running();
    if (kaleido === undefined) throw new Error('The model is not there yet.');
    return kaleido.toFiles();
  },
};

expose(api);
