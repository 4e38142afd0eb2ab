import { apiBase } from './client';
import { ProblemError } from './problem';
import type { Problem } from './types';

/**
 * Sends a file as the body of a POST and reports how much has gone. XMLHttpRequest,
 * because fetch tells nothing about the way up. Aborting rejects with an AbortError.
 */
export function upload<T>(
  path: string,
  query: Record<string, string | number | boolean | undefined>,
  file: Blob,
  language: string,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${apiBase}${path}?${search}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept-Language', language);
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(new ProblemError(asProblem(body, request)));
    };
    request.onerror = () => reject(new Error('network'));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asProblem(body: unknown, request: XMLHttpRequest): Problem {
  const problem = body as Partial<Problem> | null;
  if (problem?.title && problem.code) return problem as Problem;
  return { type: 'about:blank', title: request.statusText || `HTTP ${request.status}`, status: request.status, code: `http_${request.status}` };
}
