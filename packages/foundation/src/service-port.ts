import type { MessagePort, Worker } from 'node:worker_threads';
import { KaleidoError, type KaleidoErrorDetails } from './kaleido-error.ts';
import { callMethod, type ServiceCalls, transferList, type WorkerService } from './worker-service.ts';

/** An end of a channel between two threads. */
type Port = MessagePort | Worker;

interface Call {
  readonly method: string;
  readonly argument: unknown;
}

type Answer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly details: KaleidoErrorDetails }
  | { readonly kind: 'fault'; readonly error: unknown };

/**
 * Answers the calls that arrive at a port, in order.
 * @param onFault for an error that is not a KaleidoError. Default: the caller gets a copy
 */
export function serveCalls(port: Port, service: Promise<WorkerService>, onFault?: (error: unknown) => void): void {
  // Reported with the first call; until then it must not count as unhandled.
  service.catch(() => undefined);
  let last: Promise<void> = Promise.resolve();
  const answer = (message: Answer, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  const answerError = (error: unknown): void => {
    // A KaleidoError is sent as its parts: a copy would lose its class and marker.
    const details = KaleidoError.isInstance(error) ? detailsOf(error) : undefined;
    try {
      answer(details === undefined ? { kind: 'fault', error } : { kind: 'error', details });
    } catch {
      // It holds something that cannot be copied. Without an answer the caller would wait for ever.
      if (details === undefined) answer({ kind: 'fault', error: new Error(String(error)) });
      else answer({ kind: 'error', details: { ...details, found: String(details.found) } });
    }
  };
  port.on('message', ({ method, argument }: Call) => {
    last = last.then(async () => {
      try {
        const result = await callMethod(await service, method, argument);
        answer({ kind: 'result', result }, transferList(result));
      } catch (error) {
        if (onFault === undefined || KaleidoError.isInstance(error)) answerError(error);
        else onFault(error);
      }
    });
  });
}

/** Calls the service at the other end of a port. */
export interface PortCaller {
  readonly call: (method: string, argument: unknown) => Promise<unknown>;
  /** Rejects the pending calls and all later ones. */
  readonly fail: (error: unknown) => void;
}

export function callThrough(port: Port): PortCaller {
  const callers: { resolve: (result: unknown) => void; reject: (error: unknown) => void }[] = [];
  let failure: unknown;
  port.on('message', (answer: Answer) => {
    const caller = callers.shift();
    if (answer.kind === 'result') caller?.resolve(answer.result);
    else caller?.reject(answer.kind === 'fault' ? answer.error : new KaleidoError(answer.details));
  });
  return {
    call: (method, argument) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        // First, since it throws for an argument that cannot be copied; the answer comes later in any case.
        port.postMessage({ method, argument } satisfies Call);
        callers.push({ resolve, reject });
      }),
    fail: (error) => {
      failure ??= error;
      for (const { reject } of callers.splice(0)) reject(failure);
    },
  };
}

/** The calls of a port, with the types of its service. */
export function typedCalls<Service extends WorkerService>({ call }: PortCaller): ServiceCalls<Service> {
  return { call: (method, argument) => call(method as string, argument) as never };
}

function detailsOf({ source, problem, found, advice, kind }: KaleidoError): KaleidoErrorDetails {
  return {
    source,
    problem,
    ...(found === undefined ? {} : { found }),
    ...(advice === undefined ? {} : { advice }),
    ...(kind === undefined ? {} : { kind }),
  };
}
