import { createSHA256 } from 'hash-wasm';

const chunk = 4 << 20; // short enough that the page answers meanwhile

/**
 * Computes the SHA-256 of a file in hexadecimal, without holding more than a chunk
 * of it. `onDone` hears which share is done. A file that cannot be read rejects.
 */
export async function sha256(file: Blob, onDone: (share: number) => void, signal: AbortSignal): Promise<string> {
  const hash = await createSHA256();
  hash.init();
  for (let at = 0; at < file.size; at += chunk) {
    signal.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(at, at + chunk).arrayBuffer()));
    onDone(Math.min(1, (at + chunk) / file.size));
  }
  return hash.digest('hex');
}
