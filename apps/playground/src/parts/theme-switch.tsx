import { effect, signal } from '@preact/signals';

type Theme = 'light' | 'dark';

const kept = 'kaleido-theme';

function read(): Theme | undefined {
  try {
    const value = localStorage.getItem(kept);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
}

const system = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<Theme>(system.matches ? 'dark' : 'light');
const chosen = signal(read());
const shown = (): Theme => chosen.value ?? systemTheme.value;

system.addEventListener('change', ({ matches }) => {
  systemTheme.value = matches ? 'dark' : 'light';
});
effect(() => {
  document.documentElement.dataset.theme = shown();
});

/** Light or dark; the system's choice until the visitor makes one. */
export function ThemeSwitch() {
  const theme = shown();
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="theme"
      aria-label={`Use ${other} colours`}
      onClick={() => {
        chosen.value = other;
        try {
          localStorage.setItem(kept, other);
        } catch {
          // A private window keeps nothing.
        }
      }}
    >
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        {theme === 'dark' ? (
          <path
            d="M10 4.2V2m0 16v-2.2M4.2 10H2m16 0h-2.2M5.9 5.9 4.3 4.3m11.4 11.4-1.6-1.6m0-8.2 1.6-1.6M4.3 15.7l1.6-1.6M10 13.4a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8z"
            fill="none"
            stroke="currentColor"
            stroke-width="1.6"
            stroke-linecap="round"
          />
        ) : (
          <path d="M15.8 12.4A6.6 6.6 0 0 1 7.6 4.2a6.6 6.6 0 1 0 8.2 8.2z" fill="currentColor" />
        )}
      </svg>
    </button>
  );
}
