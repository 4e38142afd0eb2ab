import { useCallback, useEffect, useState } from 'react';
import { loadKernel, type Kernel } from '../../kernel/kernel';

/** The kernel, once it is here; or why it is not, and how to try again. */
export interface KernelState {
  kernel: Kernel | null;
  error: unknown;
  retry: () => void;
}

/** Fetches the kernel when it is first wanted. */
export function useKernel(): KernelState {
  const [kernel, setKernel] = useState<Kernel | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    loadKernel().then(
      (k) => wanted && setKernel(k),
      (e: unknown) => wanted && setError(e),
    );
    return () => {
      wanted = false;
    };
  }, [attempt]);
  const retry = useCallback(() => {
    setError(null);
    setAttempt((n) => n + 1);
  }, []);
  return { kernel, error, retry };
}
