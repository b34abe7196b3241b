import type { ComponentChildren } from 'preact';

/** A line that tells the visitor something: a hint, or a problem and what to do about it. */
export function Notice({
  kind,
  children,
}: {
  readonly kind: 'hint' | 'problem';
  readonly children: ComponentChildren;
}) {
  return (
    <p class={`notice notice-${kind}`} role={kind === 'problem' ? 'alert' : undefined}>
      {children}
    </p>
  );
}
