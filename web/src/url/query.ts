import { useCallback, useContext } from 'react';
import { UNSAFE_DataRouterContext as DataRouter, useLocation, useNavigate } from 'react-router';

/** A change of the query: undefined takes a name away. */
export type Patch = Record<string, string | undefined>;

/** Applies a change to a query and returns the new one, names in a stable order. */
export function patched(search: string, patch: Patch): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined || value === '') params.delete(name);
    else params.set(name, value);
  }
  params.sort();
  return params.toString();
}

/**
 * Returns a function that changes names of the address's query. It reads the
 * address when it is called, so that two quick changes do not undo each other.
 * With `replace` the change makes no new step for Back.
 *
 * A page that is being left changes nothing any more: while the next one loads, its
 * map may still come to rest, and would call the reader back. The address is still
 * that of the old page then, and any change of it would call off the way to the new one.
 */
export function usePatchQuery(): (patch: Patch, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  // What useNavigation knows comes with the next render, which a slow machine owes for a while.
  const router = useContext(DataRouter)?.router;
  return useCallback(
    (patch, options) => {
      const ahead = router?.state.navigation.location?.pathname ?? pathname;
      if (window.location.pathname !== pathname || ahead !== pathname) return;
      const search = patched(window.location.search, patch);
      if (search !== patched(window.location.search, {})) void navigate({ search }, { replace: options?.replace ?? false });
    },
    [navigate, pathname, router],
  );
}
