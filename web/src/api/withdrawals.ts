import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from './client';
import type { ClaimFeature, WithdrawalKind } from './types';

/** The claims of a case that were withdrawn, the newest withdrawal first. */
export const useWithdrawals = (number: string) =>
  useQuery({
    queryKey: ['case', number, 'withdrawals'],
    queryFn: async () => (await data(api.GET('/cases/{number}/withdrawals', { params: { path: { number } } }))).items,
  });

/** Withdraws a claim; the case and all that counts it is read anew. */
export function useWithdraw(claim: ClaimFeature) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { kind: WithdrawalKind; reason: string; walk?: string }) =>
      data(api.POST('/claims/{id}/withdrawal', { params: { path: { id: claim.properties.claim } }, body })),
    onSettled: () => Promise.all(['case', 'cases', 'statistics'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
