import createClient, { type Middleware } from 'openapi-fetch';
import { ProblemError, problemOf } from './problem';
import type { paths } from './schema';

export const apiBase = '/api/v1';

let language = 'zh-CN';

/** Sets the language in which the server words its problems. */
export function speak(lang: string): void {
  language = lang;
}

const words: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw new ProblemError(await problemOf(response));
    return response;
  },
};

/** The typed client. Calls throw a [ProblemError] on anything but success. */
export const api = createClient<paths>({ baseUrl: apiBase });
api.use(words);

/** Unwraps the data of an answer that the middleware let through. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw new Error('empty answer');
  return data;
}
