import { captioning } from './captioning.ts';
import { contrastive } from './contrastive.ts';
import { matching } from './matching.ts';
import { tasks } from './tasks.ts';
import { words } from './words.ts';

/** All objectives by their recipe key, in the order in which a step computes them. Add a new one here. */
export const objectives = { contrastive, matching, words, tasks, captioning };
