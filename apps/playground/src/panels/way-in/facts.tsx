import type { ComponentChildren } from 'preact';

/** Names and their numbers, a row each. A number that is not known yet keeps its room. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="way-in-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="number">{value ?? ' '}</dd>
        </div>
      ))}
    </dl>
  );
}
