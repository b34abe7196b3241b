// glibc's malloc.h.
const M_TRIM_THRESHOLD = -1;
const M_MMAP_MAX = -4;

/**
 * Makes malloc keep freed memory in this process. By default glibc returns large blocks to the system at once, and the
 * system zeroes each new one page by page; a training step frees and allocates all its tensors again. The process keeps
 * the most that it ever needed.
 */
export function keepFreedMemory(libc: { func(prototype: string): (...values: number[]) => unknown }): void {
  const mallopt = libc.func('int mallopt(int param, int value)');
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
}
