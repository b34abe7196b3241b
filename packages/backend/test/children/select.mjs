// A process of its own, in which nothing has been loaded yet: which backend is taken unasked?
import { selectBackend } from '../../dist/index.js';
import { answerParent } from '../../dist/platform/answer-parent.js';

await answerParent(() => selectBackend());
