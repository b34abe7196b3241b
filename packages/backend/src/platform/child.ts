import { answerParent } from './answer-parent.ts';
import { tasks } from './tasks.ts';

// A child process that does one task.
await answerParent(() => {
  const [name, argument] = process.argv.slice(2) as [keyof typeof tasks, string];
  return tasks[name](JSON.parse(argument));
});
