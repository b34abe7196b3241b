import type { RefObject } from 'preact';
import { useId } from 'preact/hooks';
import { numberSetting } from '../../state/place.ts';
import { AnswersDetail } from './answers-detail.tsx';
import { AttentionDetail } from './attention-detail.tsx';
import { BoxDetail } from './box-detail.tsx';
import type { DetailProps } from './detail-props.ts';
import { LevelDetail } from './level-detail.tsx';
import { MaskDetail } from './mask-detail.tsx';
import type { PartId, PartOfTheWay } from './parts-of-the-way.ts';
import { PhotographDetail } from './photograph-detail.tsx';
import { PiecesDetail } from './pieces-detail.tsx';
import { SequenceDetail } from './sequence-detail.tsx';
import { VectorsDetail } from './vectors-detail.tsx';

interface OpenedPartProps extends DetailProps {
  readonly part: PartOfTheWay;
  readonly close: () => void;
  readonly reference: RefObject<HTMLElement | null>;
}

const titles: Readonly<Record<Exclude<PartId, 'level'>, string>> = {
  photograph: 'The photograph',
  mask: 'The mask',
  box: 'The box',
  vectors: 'The 55 vectors',
  pieces: 'The word pieces',
  sequence: 'The sequence',
  attention: 'Who looks at whom',
  answers: 'What the model answers',
};

/** A part, opened below its row. */
export function OpenedPart({ part, close, reference, ...given }: OpenedPartProps) {
  const title = useId();
  const scale = numberSetting('level', { least: 1, most: 5, otherwise: 3 });
  return (
    <section
      ref={reference}
      id="way-in-opened"
      class={`way-in-opened way-in-opened-${part.row}`}
      aria-labelledby={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header>
        <h2 id={title}>{part.id === 'level' ? `Level ${scale}: ${scale} × ${scale}` : titles[part.id]}</h2>
        <button type="button" class="way-in-quiet" onClick={close}>
          Close
        </button>
      </header>
      <Detail id={part.id} {...given} />
    </section>
  );
}

function Detail({ id, ...given }: DetailProps & { readonly id: PartId }) {
  switch (id) {
    case 'photograph':
      return <PhotographDetail {...given} />;
    case 'mask':
      return <MaskDetail {...given} />;
    case 'box':
      return <BoxDetail {...given} />;
    case 'level':
      return <LevelDetail {...given} />;
    case 'vectors':
      return <VectorsDetail {...given} />;
    case 'pieces':
      return <PiecesDetail {...given} />;
    case 'sequence':
      return <SequenceDetail {...given} />;
    case 'attention':
      return <AttentionDetail {...given} />;
    case 'answers':
      return <AnswersDetail {...given} />;
    default:
      return id satisfies never;
  }
}
