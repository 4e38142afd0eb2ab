import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { upload } from '../../../api/upload';

type Query = Record<string, string | number | boolean | undefined>;

/** Sends one file to a place below a case; the whole case is read again when it was kept. */
export function useUpload<T>(number: string, place: 'walks' | 'orthophotos') {
  const { i18n } = useTranslation();
  const client = useQueryClient();
  const [sent, setSent] = useState(0);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const mutation = useMutation({
    mutationFn: ({ file, query }: { file: File; query: Query }) => {
      abort.current = new AbortController();
      setSent(0);
      return upload<T>(`/cases/${encodeURIComponent(number)}/${place}`, { filename: file.name, ...query }, file, i18n.language, setSent, abort.current.signal);
    },
    onSuccess: () => client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'cases' || (q.queryKey[0] === 'case' && q.queryKey[1] === number) }),
  });
  return { ...mutation, sent };
}
