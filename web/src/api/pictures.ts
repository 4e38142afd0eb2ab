import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from './client';
import type { CheckQuery, Orthophoto } from './types';

/** The contours of a model of heights, which never change; none of no model. */
export const useContours = (photo: string | null) =>
  useQuery({
    queryKey: ['orthophoto', photo, 'contours'],
    queryFn: () => data(api.GET('/orthophotos/{id}/contours', { params: { path: { id: photo! } } })),
    enabled: photo !== null,
    staleTime: Infinity,
  });

/** The areas of the contested pieces along the slope; `run` is the newest run, so that a new one is asked for anew. */
export const useSlopeAreas = (photo: string, run: string | undefined, enabled: boolean) =>
  useQuery({
    queryKey: ['orthophoto', photo, 'slope-areas', run ?? null],
    queryFn: () => data(api.GET('/orthophotos/{id}/slope-areas', { params: { path: { id: photo } } })),
    enabled,
    staleTime: Infinity,
  });

/** What is done with a picture. Each answer is the picture as it is then; the case is read anew, since a check is evidence. */
export function usePictureWork(photo: Orthophoto) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: ['case'] });
  const path = { id: photo.id };
  const check = useMutation({
    mutationFn: ({ file, query }: { file: File; query: CheckQuery }) =>
      data(api.POST('/orthophotos/{id}/checks', {
        params: { path, query: { ...query, filename: file.name } }, body: file as unknown as string, bodySerializer: (b) => b, headers: { 'Content-Type': 'application/octet-stream' },
      })),
    onSuccess,
  });
  const shift = useMutation({
    mutationFn: (body: { east_m: number; north_m: number; reason: string }) => data(api.PUT('/orthophotos/{id}/shift', { params: { path }, body })),
    onSuccess,
  });
  const withdraw = useMutation({ mutationFn: () => data(api.DELETE('/orthophotos/{id}/shift', { params: { path } })), onSuccess });
  return { check, shift, withdraw };
}
