import { type Backend, usesAllCores } from '@kaleido/backend';
import type { ModuleWorkers, WorkerService } from '@kaleido/foundation';
import { openModuleWorkers } from '@kaleido/foundation/node';
import type { FeatureAccess } from '@kaleido/kaleido-patches';
import { workerModule } from './worker-module.ts';

/** Opens a worker's module on every thread, over the same photographs. */
export function openSplitWorkers<Service extends WorkerService>(
  name: Parameters<typeof workerModule>[0],
  data: { readonly backend: Backend; readonly features: FeatureAccess },
  threads: number,
): ModuleWorkers<Service> {
  const count = usesAllCores(data.backend) ? 1 : threads;
  return openModuleWorkers<Service>({
    module: workerModule(name),
    count,
    data: { ...data, features: featuresOfOne(data.features, count) },
  });
}

/** Distributes the work to the threads as they become free. */
export async function onAll<Item>(
  { count }: { readonly count: number },
  items: readonly Item[],
  size: number,
  work: (worker: number, some: readonly Item[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const one = async (worker: number): Promise<void> => {
    while (next < items.length) {
      const some = items.slice(next, next + size);
      next += size;
      await work(worker, some);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, worker) => one(worker)));
}

/** Each thread reads independently, with its share of the memory. */
function featuresOfOne(features: FeatureAccess, count: number): FeatureAccess {
  if (features.kind !== 'streamed') return features;
  return { ...features, memoryBytes: Math.floor(features.memoryBytes / count) };
}
