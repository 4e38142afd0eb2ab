import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useMemo, useSyncExternalStore } from 'react';
import { Desk } from './desk';
import type { Item } from './item';

const desks = new Map<string, Desk>();

/** The desk of a case; the same one each time, so that uploads go on when the case is left. */
function deskOf(number: string, client: QueryClient): Desk {
  let desk = desks.get(number);
  if (!desk) {
    desk = new Desk(number, () => i18next.language, () => {
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'cases' || (q.queryKey[0] === 'case' && q.queryKey[1] === number) });
    });
    desks.set(number, desk);
  }
  return desk;
}

/** The desk of a case and the files on it. */
export function useDesk(number: string): { desk: Desk; items: readonly Item[] } {
  const client = useQueryClient();
  const desk = useMemo(() => deskOf(number, client), [number, client]);
  const items = useSyncExternalStore(desk.subscribe, desk.list);
  return { desk, items };
}
