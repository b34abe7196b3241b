import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { gallery, galleryProblem } from '../state/gallery.ts';
import { pictureProblem } from '../state/picture-problem.ts';
import { setSettings } from '../state/place.ts';
import { addPhotograph, ownPhotographs, product } from '../state/product.ts';
import { Notice } from './notice.tsx';

const problem = signal<string | undefined>(undefined);

/** Looks at the first of some files, and says what is wrong with it. The search panel takes many. */
export async function addPicked(files: Iterable<File>): Promise<void> {
  problem.value = undefined;
  const [first, ...others] = files;
  if (first === undefined) return;
  const reason = await pictureProblem(first);
  if (reason === undefined) addPhotograph(first);
  const left = `${first.name} is shown; the other ${others.length} were left out here.`;
  problem.value = reason ?? (others.length > 0 ? left : undefined);
}

/** Chooses the product that all panels look at: a garment of the gallery, or a photograph of the visitor. */
export function ProductPicker() {
  const input = useRef<HTMLInputElement>(null);
  const current = product.value?.id;
  const choose = (id: string) => () => {
    problem.value = undefined;
    setSettings({ product: id, caption: undefined, box: undefined });
  };
  return (
    <section class="picker" aria-label="Product">
      <ul class="picker-strip">
        <li>
          <button type="button" class="picker-add" onClick={() => input.current?.click()}>
            <span aria-hidden="true">+</span>
            <span>Your photo</span>
          </button>
        </li>
        {ownPhotographs.value.map(({ id, address, name }) => (
          <Choice key={id} address={address} label={name} isChosen={id === current} onChoose={choose(id)} />
        ))}
        {gallery.value.items.map(({ id, image, caption }) => (
          <Choice key={id} address={image} label={caption} isChosen={id === current} onChoose={choose(id)} />
        ))}
      </ul>
      <input
        ref={input}
        type="file"
        accept="image/*"
        class="visually-hidden"
        tabIndex={-1}
        aria-label="A photograph of your own"
        onChange={({ currentTarget }) => {
          void addPicked([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      {galleryProblem.value !== undefined && <Notice kind="problem">{galleryProblem.value}</Notice>}
      {problem.value !== undefined && <Notice kind="problem">{problem.value}</Notice>}
    </section>
  );
}

interface ChoiceProps {
  readonly address: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ address, label, isChosen, onChoose }: ChoiceProps) {
  return (
    <li>
      <button type="button" class="picker-choice" aria-pressed={isChosen} title={label} onClick={onChoose}>
        <img src={address} alt={label} width="56" height="56" loading="lazy" />
      </button>
    </li>
  );
}
