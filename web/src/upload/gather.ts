import type { Found } from './kind';

/** The files of a drop, with those of dropped folders, however deep they lie. */
export async function dropped(transfer: DataTransfer): Promise<Found[]> {
  // The list of a drop is empty as soon as the event is over: all entries first.
  const entries = [...transfer.items].filter((i) => i.kind === 'file').map((i) => i.webkitGetAsEntry?.() ?? null);
  const plain = [...transfer.files];
  if (entries.length === 0 || entries.includes(null)) return plain.map((file) => ({ path: file.name, file }));
  const found: Found[] = [];
  for (const entry of entries) await gather(entry!, found);
  return found;
}

/** The files that a person picked; those of a folder have their path. */
export const picked = (files: FileList): Found[] => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

async function gather(entry: FileSystemEntry, into: Found[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A browser hands out some hundred entries at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const inner of some) await gather(inner, into);
  }
}
