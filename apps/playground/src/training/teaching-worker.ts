import { memory, selectBackend } from '@kaleido/backend';
import { rankClasses } from '@kaleido/insight';
import { classification, fineTune, type Kaleido, openKaleido, type Tagger } from '@kaleido/pipeline';
import { expose } from 'comlink';
import { fetchModel } from '../engine/fetch-model.ts';
import { withoutPackage } from '../engine/without-package.ts';
import { pictureReason } from '../parts/picture-reason.ts';
import { readExamples, splitExamples } from './class-pictures.ts';
import { pictureFile } from './picture-file.ts';
import { smallerPicture } from './smaller-picture.ts';
import type { TeachingApi } from './teaching-api.ts';
import type { ClassExample } from './teaching-events.ts';

let tagger: Tagger | undefined;

function taught(): Tagger {
  if (tagger === undefined) throw new Error('The model has not been taught yet.');
  return tagger;
}

const api: TeachingApi = {
  async teach({ base, classes, trained }, rasterise, tell) {
    const files = await fetchModel(new URL('model/', base), (loaded, total) =>
      tell({ kind: 'loading', loaded, total }),
    );
    await selectBackend({ prefer: 'wasm', wasmFolder: new URL('wasm/', base).href });
    const kaleido = (await openKaleido(files)) as Kaleido;
    const begin = performance.now();
    const { train, heldOut } = splitExamples(classes);
    const total = train.length + heldOut.length;
    let read = 0;
    const prepare = async (example: ClassExample): Promise<Blob> => {
      tell({ kind: 'reading', read: read++, total });
      return example.kind === 'drawn' ? pictureFile(await rasterise(example.svg)) : smallerPicture(example.file);
    };
    const skip = ({ id, reason }: { readonly id: string; readonly reason: string }): void =>
      tell({
        kind: 'left-out',
        one: { name: id, reason: pictureReason(id, withoutPackage(reason)) },
      });
    const tuned = await fineTune(kaleido, classification({ label: 'class' }), {
      train: readExamples(train, prepare, skip),
      ...(heldOut.length === 0 ? {} : { validation: readExamples(heldOut, prepare, skip) }),
      trained,
      onSkipped: skip,
      onProgress(progress) {
        if (progress.kind === 'step')
          tell({
            kind: 'step',
            step: progress.step,
            loss: progress.losses.loss ?? Number.NaN,
            secondsLeft: progress.secondsLeft,
          });
        if (progress.kind === 'validation')
          tell({ kind: 'measured', step: progress.step, accuracy: progress.figures.accuracy });
      },
    });
    tagger = tuned;
    kaleido.dispose();
    const { examples, steps, notes, validation } = tuned.training;
    const { numTensors, bytes } = memory();
    return {
      examples,
      steps,
      seconds: (performance.now() - begin) / 1000,
      ...(validation === undefined
        ? {}
        : { heldOut: { examples: validation.examples, accuracy: validation.figures.accuracy } }),
      notes,
      tensors: numTensors,
      bytes,
    };
  },
  async rank({ picture, box }) {
    const { batch } = await taught().look(picture.source, box === undefined ? {} : { box });
    const [field] = await rankClasses(taught(), batch);
    if (field === undefined) throw new Error('The model has no classes.');
    return field;
  },
  files: () => taught().toFiles(),
};

expose(api);
