import { describe, expect, it } from 'vitest';
import { isNotFound, linkError, ProblemError, toProblem } from './problem';

const failed = (status: number) => new ProblemError({
  type: 'about:blank', title: 'x', status, code: 'invalid', detail: 'does not match ^[a-z2-7]{26}$', remedy: 'match ^[a-z2-7]{26}$', request_id: 'r1',
});

describe('the error of a link', () => {
  it.each([400, 403, 404, 422])('%d reads as not found, without a pattern', (status) => {
    const error = linkError(failed(status));
    expect(isNotFound(error)).toBe(true);
    expect(toProblem(error).request_id).toBe('r1');
    expect(JSON.stringify(toProblem(error))).not.toContain('[a-z');
  });

  it.each([401, 429, 500])('%d stays what it is', (status) => {
    const error = failed(status);
    expect(linkError(error)).toBe(error);
    expect(isNotFound(error)).toBe(false);
  });
});
