// A new process, in which nothing has been loaded yet: which backend is selected by default?
import { selectBackend } from '../../dist/index.js';
import { answerParent } from '../../dist/platform/answer-parent.js';

await answerParent(() => selectBackend());
