/** In the order of the menu; `src/panels.ts` loads components, which Node cannot. */
export const panels: readonly string[] = ['way-in', 'words-and-patches', 'puzzles', 'match', 'read', 'train', 'about'];
