import { type DetailedError, Upload } from 'tus-js-client';
import { apiBase } from './client';
import { ProblemError } from './problem';
import type { Problem } from './types';

/** The line broke, or the server asks for patience: what has arrived is kept, and the same is to be tried again. */
export class LineError extends Error {
  constructor(readonly status: number) {
    super(`line broke (${status})`);
    this.name = 'LineError';
  }
}

/** The upload that was to be gone on with is there no more, or spoilt. */
export class GoneError extends Error {}

interface Sending {
  file: File;
  upload: string | null; // the one to go on with
  metadata: Record<string, string>;
  language: string;
  signal: AbortSignal;
  onPlaced: (upload: string) => void;
  onProgress: (share: number) => void;
}

/**
 * Sends a file, or the rest of it, by tus 1.0.0 in one go. Resolves when the server
 * has all and has verified it. Rejects with a [LineError], a [GoneError] or, for
 * anything that trying again does not mend, a [ProblemError]; with an AbortError
 * when aborted, which leaves the upload at the server.
 */
export function send({ file, upload, metadata, language, signal, onPlaced, onProgress }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const tus = new Upload(file, {
      // Without an endpoint a lost upload is an error here, not a new upload.
      endpoint: upload ? null : `${apiBase}/uploads`,
      uploadUrl: upload ? uploadURL(upload) : null,
      metadata,
      headers: { 'Accept-Language': language },
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        const id = tus.url?.split('/').pop();
        if (!id) return;
        tus.url = uploadURL(id); // by this page's own way to the server, whatever it calls itself
        onPlaced(id);
      },
      onProgress: (sent, total) => onProgress(total > 0 ? sent / total : 1),
      onSuccess: () => resolve(),
      onError: (error) => reject(told(error, upload !== null)),
    });
    signal.addEventListener('abort', () => {
      void tus.abort();
      reject(new DOMException('aborted', 'AbortError'));
    });
    tus.start();
  });
}

const uploadURL = (upload: string) => `${apiBase}/uploads/${encodeURIComponent(upload)}`;

/** Statuses that pass: no answer, or the server or a proxy is busy or gone. */
const passing = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** Statuses that pass for an upload that is there: its offset moved, or somebody else writes to it. */
const passingOnTheWay = new Set([409, 423]);

function told(error: Error | DetailedError, resuming: boolean): Error {
  if (!('originalRequest' in error)) return error;
  const answer = error.originalResponse;
  const status = answer?.getStatus() ?? 0;
  const begun = error.originalRequest.getMethod() !== 'POST';
  if (passing.has(status) || (begun && passingOnTheWay.has(status))) return new LineError(status);
  if (resuming && error.originalRequest.getMethod() === 'HEAD' && status >= 400 && status < 500) return new GoneError();
  return new ProblemError(problemIn(answer?.getBody() ?? '', status));
}

/** The problem of an answer's body; a body that is none (a proxy's page) becomes one. */
export function problemIn(body: string, status: number): Problem {
  try {
    const problem = JSON.parse(body) as Partial<Problem> | null;
    if (problem?.title && problem.code) return problem as Problem;
  } catch {
    // No JSON.
  }
  return { type: 'about:blank', title: `HTTP ${status}`, status, code: `http_${status}` };
}
