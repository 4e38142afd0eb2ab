// The API as the checks read it: plain GETs and POSTs from outside the page.
export function apiAt(origin) {
  const call = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${origin}/api/v1${path}`, { method, headers: { 'Accept-Language': 'zh-CN', ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers }, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return { get: (path) => call('GET', path), post: (path, body, headers) => call('POST', path, body, headers) };
}

/** Everything the page shows of a case. */
export async function readGround(api, number) {
  const at = `/cases/${encodeURIComponent(number)}`;
  const [item, run, evidence, photos, walks] = await Promise.all([api.get(at), api.get(`${at}/run`), api.get(`${at}/evidence`), api.get(`${at}/orthophotos`), api.get(`${at}/walks`)]);
  return { item, run, evidence, photos: photos.items, walks: walks.items };
}

/** The number of the newest case that has a contest run with an orthophoto, else with a run alone. */
export async function chooseCase(api) {
  const { items } = await api.get('/cases?limit=200');
  let second = null;
  for (const { number, contested } of items) {
    if (!contested || contested.nominal.m2 === 0) continue;
    const { items: photos } = await api.get(`/cases/${encodeURIComponent(number)}/orthophotos`);
    if (photos.length > 0) return number;
    second ??= number;
  }
  if (!second) throw new Error('The server has no case with a contested area: run the demo, or name one in JIESHI_CASE.');
  return second;
}
