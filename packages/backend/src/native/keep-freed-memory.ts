// glibc's malloc.h.
const M_TRIM_THRESHOLD = -1;
const M_MMAP_MAX = -4;

/**
 * Lets malloc keep what is freed, in this process, for what comes next. Left to itself glibc gives large blocks back at
 * once, and the system fills each new one with zeros, page by page: a training step frees and asks for all its tensors
 * again. The process holds on to the most that it ever needed.
 */
export function keepFreedMemory(libc: { func(prototype: string): (...values: number[]) => unknown }): void {
  const mallopt = libc.func('int mallopt(int param, int value)');
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
}
