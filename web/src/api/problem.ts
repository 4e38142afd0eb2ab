import type { Problem } from './types';

/** A ProblemError carries an RFC 9457 problem, so that a page can show what happened and what to do. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Reads the problem of an answer; an answer that is none (a proxy's page) becomes one. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestID = response.headers.get('X-Request-Id') ?? undefined;
  if (response.headers.get('Content-Type')?.includes('json')) {
    const body = (await response.json().catch(() => null)) as Partial<Problem> | null;
    if (body?.title && body.code) return { request_id: requestID, ...body } as Problem;
  }
  return {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    code: `http_${response.status}`,
    request_id: requestID,
  };
}

/** The problem of any error: its own, or that the server could not be reached. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: 'about:blank', title: '', status: 0, code: 'unreachable', detail };
}

/** True for what does not exist or may not be seen: the two read the same. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && [403, 404].includes(error.problem.status);
}

/**
 * The error of a link that someone was given. One that the server cannot even
 * read (400) is to them a link that does not exist, and its pattern no help.
 */
export function linkError(error: unknown): unknown {
  if (!(error instanceof ProblemError) || ![400, 403, 404, 422].includes(error.problem.status)) return error;
  const { type, title, request_id } = error.problem;
  return new ProblemError({ type, title, status: 404, code: 'not_found', request_id });
}
