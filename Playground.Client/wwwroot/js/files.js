// Files that a visitor drops or chooses, folders read through, as [{ path, file }].

/** Of a drop. */
export async function dropped(e) {
  // All must be asked for before anything is awaited: the list is emptied then.
  const items = [...e.dataTransfer.items].filter(i => i.kind === 'file').map(i => ({ entry: i.webkitGetAsEntry?.(), file: i.getAsFile() }));
  return (await Promise.all(items.map(({ entry, file }) => (entry?.isDirectory ? read(entry) : [{ path: file.name, file }])))).flat();
}

/** Of an input, which is emptied, so that the same can be chosen again. */
export function chosen(e) {
  const files = [...e.target.files].map(file => ({ path: file.webkitRelativePath || file.name, file }));
  e.target.value = '';
  return files;
}

async function read(entry) {
  if (entry.isFile) return [{ path: entry.fullPath.replace(/^\//, ''), file: await new Promise((done, fail) => entry.file(done, fail)) }];
  const reader = entry.createReader();
  const found = [];
  // A folder gives its entries in portions, and none when there are no more.
  for (let some; (some = await new Promise((done, fail) => reader.readEntries(done, fail))).length; ) found.push(...some);
  return (await Promise.all(found.map(read))).flat();
}
