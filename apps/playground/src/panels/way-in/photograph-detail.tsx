import type { DetailProps } from './detail-props.ts';
import { Facts } from './facts.tsx';
import { widthWithin } from './width-within.ts';

/** The photograph as it came. */
export function PhotographDetail({ product, answers: { size } }: DetailProps) {
  return (
    <div class="way-in-sides">
      <img class="way-in-large" src={product.address} alt={product.caption} style={{ maxWidth: widthWithin(size) }} />
      <div class="way-in-prose">
        <p>A picture is a table of pixels. Each has three numbers from 0 to 255: red, green and blue.</p>
        <Facts
          facts={[
            ['Wide and high', size === undefined ? undefined : `${size.width} × ${size.height} pixels`],
            ['Numbers', size === undefined ? undefined : (size.width * size.height * 3).toLocaleString('en')],
          ]}
        />
        <p class="soft">Choose another product above, or a photograph of your own. It stays on this machine.</p>
      </div>
    </div>
  );
}
