// One rank of collective.test.ts, on its own thread.
import { threadCollective } from '@kaleido/training';

export async function open(memory) {
  let collective;
  return {
    open: (rank) => {
      collective = threadCollective(memory, rank);
    },
    allReduce: async (parts) => (await collective.allReduce(parts)).slice(),
    allGather: (parts) => collective.allGather(parts),
    broadcast: ({ values, root }) => collective.broadcast(values, root),
  };
}
